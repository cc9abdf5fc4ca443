import Netlist

/// What a port, a field or a stream may carry: a signal or a ``SignalBundle`` of them.
public protocol PortElement {
  /// What must be known to declare one: a width, or the bundle value itself.
  associatedtype Shape
  /// The readable form inside a module.
  associatedtype Source
  /// The drivable form inside a module.
  associatedtype Drain

  /// Adds the vectors of one element.
  static func declare(
    _ shape: Shape, in walker: PortWalker, name: String, path: String, direction: PortDirection
  ) -> PortEntry
  /// The readable form of a declared element.
  static func source(_ shape: Shape, _ entry: PortEntry, in scope: PortScope) -> Source
  /// The drivable form of a declared element.
  static func drain(_ shape: Shape, _ entry: PortEntry, in scope: PortScope) -> Drain
}

/// The ports of a module seen from one place: nodes for those that can be read there, targets for those driven there.
///
/// Both are numbered without gaps in the order of the ports, so the first of each says all.
public struct PortScope {
  let module: Module
  let leaves: [PortLeaf]
  let firstSource: NodeID
  let firstDrain: TargetID

  /// The node of a port that is read here.
  func source(_ leaf: Int) -> NodeID { NodeID(firstSource.index + leaves[leaf].ordinal) }

  /// The target of a port that is driven here.
  func drain(_ leaf: Int) -> TargetID { firstDrain.advanced(by: leaves[leaf].ordinal) }
}

extension Signal {
  /// Adds the vectors of one element.
  public static func declare(
    _ shape: Int, in walker: PortWalker, name: String, path: String, direction: PortDirection
  ) -> PortEntry {
    walker.leaf(name, path: path, direction: direction, width: shape, isSigned: isSigned)
  }

  /// The readable form of a declared element.
  public static func source(_ shape: Int, _ entry: PortEntry, in scope: PortScope) -> Self {
    guard case .leaf(let index) = entry else { preconditionFailure("a signal is one vector") }
    guard scope.leaves[index].isPossible else { return .refused(width: shape) }
    return Self(handle: .node(scope.module, scope.source(index)))
  }

  /// The drivable form of a declared element.
  public static func drain(_ shape: Int, _ entry: PortEntry, in scope: PortScope) -> Sink<Self> {
    guard case .leaf(let index) = entry else { preconditionFailure("a signal is one vector") }
    let leaf = scope.leaves[index]
    return Sink(
      module: scope.module, target: scope.drain(index), low: 0, width: leaf.width, isRefused: !leaf.isPossible)
  }
}

/// An input of a module: read inside, driven outside.
public struct Input<T: PortElement>: PortDeclaration, ClockedPort {
  @usableFromInline let shape: T.Shape
  /// To which clock it belongs; nil for ``ClockDomain/main``.
  public var timing: PortTiming?
  let origin: SourceLine

  /// An input of this shape, for a kind of port that is neither a signal nor a bundle.
  public init(shape: T.Shape, file: StaticString = #fileID, line: Int = #line) {
    self.shape = shape
    origin = SourceLine(file: file, line: line)
  }

  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String, direction: PortDirection?) -> PortEntry {
    walker.declaring(timing, at: origin) { T.declare(shape, in: walker, name: name, path: path, direction: .input) }
  }
}

/// An output of a module: driven inside, read outside.
public struct Output<T: PortElement>: PortDeclaration, ClockedPort {
  @usableFromInline let shape: T.Shape
  /// To which clock it belongs; nil for ``ClockDomain/main``.
  public var timing: PortTiming?
  let origin: SourceLine

  /// An output of this shape, for a kind of port that is neither a signal nor a bundle.
  public init(shape: T.Shape, file: StaticString = #fileID, line: Int = #line) {
    self.shape = shape
    origin = SourceLine(file: file, line: line)
  }

  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String, direction: PortDirection?) -> PortEntry {
    walker.declaring(timing, at: origin) { T.declare(shape, in: walker, name: name, path: path, direction: .output) }
  }
}

/// One element of a ``SignalBundle``; its direction is that of the port that carries the bundle.
public struct Field<T: PortElement>: PortDeclaration {
  let shape: T.Shape
  let origin: SourceLine

  /// A field of this shape, for a kind of port that is neither a signal nor a bundle.
  public init(shape: T.Shape, file: StaticString = #fileID, line: Int = #line) {
    self.shape = shape
    origin = SourceLine(file: file, line: line)
  }

  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String, direction: PortDirection?) -> PortEntry {
    walker.declaring(nil, at: origin) {
      if direction == nil {
        walker.refuse(
          .badPort, "port '\(path)' is a Field, which has no direction of its own",
          fix: "write Input or Output; a Field stands in a SignalBundle")
      }
      return T.declare(shape, in: walker, name: name, path: path, direction: direction ?? .input)
    }
  }
}

extension Input where T: VectorSignal {
  /// A vector of `width` bits.
  public init(_ width: Int, file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: width, file: file, line: line)
  }
}

extension Input where T == Bit {
  /// One bit.
  public init(file: StaticString = #fileID, line: Int = #line) { self.init(shape: 1, file: file, line: line) }
}

extension Input where T: SignalBundle {
  /// A bundle of this form.
  public init(_ bundle: T, file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: bundle, file: file, line: line)
  }
}

extension Output where T: VectorSignal {
  /// A vector of `width` bits.
  public init(_ width: Int, file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: width, file: file, line: line)
  }
}

extension Output where T == Bit {
  /// One bit.
  public init(file: StaticString = #fileID, line: Int = #line) { self.init(shape: 1, file: file, line: line) }
}

extension Output where T: SignalBundle {
  /// A bundle of this form.
  public init(_ bundle: T, file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: bundle, file: file, line: line)
  }
}

extension Field where T: VectorSignal {
  /// A vector of `width` bits.
  public init(_ width: Int, file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: width, file: file, line: line)
  }
}

extension Field where T == Bit {
  /// One bit.
  public init(file: StaticString = #fileID, line: Int = #line) { self.init(shape: 1, file: file, line: line) }
}

extension Field where T: SignalBundle {
  /// A bundle of this form.
  public init(_ bundle: T, file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: bundle, file: file, line: line)
  }
}

/// A struct of ``Input``, ``Output``, streams and further groups: ports of either direction that belong together.
///
/// `Ports` itself needs no conformance; a group nested in it does.
public protocol PortGroup: PortDeclaration {}

extension PortGroup {
  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String, direction: PortDirection?) -> PortEntry {
    .group(walker.group(self, name: name, path: path, direction: direction))
  }
}
