import Netlist

/// What a port or a stream may carry: a ``Signal``, a ``SignalBundle`` or a ``Payload``.
public protocol PortElement: HardwareValue {
  /// What must be known to declare one: a width, or the bundle with the shapes of its fields.
  associatedtype Shape
  /// The drivable form.
  associatedtype Drain

  /// The value of this shape whose signals are shapes.
  static func form(_ shape: Shape) -> Self
  /// Adds the vectors of one element.
  static func declare(
    _ shape: Shape, in walker: PortWalker, name: String, path: String, direction: PortDirection
  ) -> PortEntry
  /// The readable form of a declared element.
  static func source(_ shape: Shape, _ entry: PortEntry, in scope: PortScope) -> Self
  /// The drivable form of a declared element.
  static func drain(_ shape: Shape, _ entry: PortEntry, in scope: PortScope) -> Drain
  /// The drivable form of a value like `form`, one sink for each of its signals.
  static func drain(_ form: Self, _ sinks: ArraySlice<FieldSink>) -> Drain
  /// Drives all of `drain`.
  static func drive(_ drain: Drain, with value: Self)
}

extension PortElement {
  /// Adds the vectors of one element.
  public static func declare(
    _ shape: Shape, in walker: PortWalker, name: String, path: String, direction: PortDirection
  ) -> PortEntry {
    walker.value(form(shape), name: name, path: path, direction: direction)
  }

  /// The readable form of a declared element.
  public static func source(_ shape: Shape, _ entry: PortEntry, in scope: PortScope) -> Self {
    form(shape).mapSignals(PortSource(leaves: entry.leaves, scope: scope), at: .whole)
  }

  /// The drivable form of a declared element.
  public static func drain(_ shape: Shape, _ entry: PortEntry, in scope: PortScope) -> Drain {
    drain(form(shape), scope.sinks(entry.leaves)[...])
  }
}

/// Puts the ports of a declared element in the places of its shape.
private final class PortSource: SignalTransform {
  private let leaves: [Int]
  private let scope: PortScope
  private var next = 0

  init(leaves: [Int], scope: PortScope) {
    self.leaves = leaves
    self.scope = scope
  }

  func apply<S: Signal>(_ signal: S, at name: FieldName) -> S {
    defer { next += 1 }
    return S.source(scope.leaves[leaves[next]].width, .leaf(leaves[next]), in: scope)
  }
}

/// Whose ports they are.
enum PortOwner {
  /// Those of the module that is built, from inside.
  case module
  /// Those of an instance in it, by its number.
  case instance(Int32)
  /// Those of an instance that could not be built.
  case unbuilt
}

/// The ports of a module seen from one place: nodes for those that can be read there, targets for those driven there.
///
/// Both are numbered without gaps in the order of the ports, so the first of each says all.
public struct PortScope {
  let module: Module
  let owner: PortOwner
  let leaves: [PortLeaf]
  let firstSource: NodeID
  let firstDrain: TargetID

  /// Whether a port is driven here, and not read.
  func drives(_ leaf: Int) -> Bool {
    if case .module = owner { return leaves[leaf].direction == .output }
    return leaves[leaf].direction == .input
  }

  /// The node of a port that is read here.
  func source(_ leaf: Int) -> NodeID { NodeID(firstSource.index + leaves[leaf].ordinal) }

  /// The target of a port that is driven here.
  func drain(_ leaf: Int) -> TargetID { firstDrain.advanced(by: leaves[leaf].ordinal) }

  /// Where to drive these ports.
  func sinks(_ numbers: [Int]) -> [FieldSink] {
    numbers.map {
      FieldSink(
        module: module, target: drain($0), width: leaves[$0].width, isSigned: leaves[$0].isSigned,
        isRefused: !leaves[$0].isPossible)
    }
  }
}

extension Signal {
  /// The shape of a signal of `shape` bits.
  public static func form(_ shape: Int) -> Self { placeholder(shape) }

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

  /// The drivable form of a value like `form`.
  public static func drain(_ form: Self, _ sinks: ArraySlice<FieldSink>) -> Sink<Self> {
    guard let sink = sinks.first else { preconditionFailure("a signal is one vector") }
    return Sink(module: sink.module, target: sink.target, low: 0, width: sink.width, isRefused: sink.isRefused)
  }

  /// Drives all of `drain`.
  public static func drive(_ drain: Sink<Self>, with value: Self) { drain <== value }
}

/// An input of a module: read inside, driven outside.
public struct Input<T: PortElement>: PortDeclaration, ClockedPort {
  @usableFromInline let shape: T.Shape
  /// To which clock it belongs; nil for ``ClockDomain/main``.
  public var timing: PortTiming?
  /// What the port is for; empty when nothing is said of it.
  public let sentence: String
  let origin: SourceLine

  /// An input of this shape, for a kind of port that is neither a signal nor a bundle.
  public init(shape: T.Shape, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.shape = shape
    self.sentence = sentence
    origin = SourceLine(file: file, line: line)
  }

  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String) -> PortEntry {
    walker.declaring(timing, sentence, at: origin) {
      let entry = T.declare(shape, in: walker, name: name, path: path, direction: .input)
      walker.parts.append(walker.part(.port, .input, name: name, path: path, ports: entry.leaves))
      return entry
    }
  }
}

/// An output of a module: driven inside, read outside.
public struct Output<T: PortElement>: PortDeclaration, ClockedPort {
  @usableFromInline let shape: T.Shape
  /// To which clock it belongs; nil for ``ClockDomain/main``.
  public var timing: PortTiming?
  /// What the port is for; empty when nothing is said of it.
  public let sentence: String
  let origin: SourceLine

  /// An output of this shape, for a kind of port that is neither a signal nor a bundle.
  public init(shape: T.Shape, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.shape = shape
    self.sentence = sentence
    origin = SourceLine(file: file, line: line)
  }

  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String) -> PortEntry {
    walker.declaring(timing, sentence, at: origin) {
      let entry = T.declare(shape, in: walker, name: name, path: path, direction: .output)
      walker.parts.append(walker.part(.port, .output, name: name, path: path, ports: entry.leaves))
      return entry
    }
  }
}

extension Input where T: VectorSignal {
  /// A vector of `width` bits.
  public init(_ width: Int, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: width, sentence, file: file, line: line)
  }
}

extension Input where T == Bit {
  /// One bit.
  public init(_ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: 1, sentence, file: file, line: line)
  }
}

extension Input where T: SignalBundle {
  /// A bundle of this shape.
  public init(_ bundle: T, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: bundle, sentence, file: file, line: line)
  }
}

extension Output where T: VectorSignal {
  /// A vector of `width` bits.
  public init(_ width: Int, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: width, sentence, file: file, line: line)
  }
}

extension Output where T == Bit {
  /// One bit.
  public init(_ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: 1, sentence, file: file, line: line)
  }
}

extension Output where T: SignalBundle {
  /// A bundle of this shape.
  public init(_ bundle: T, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: bundle, sentence, file: file, line: line)
  }
}
