import Netlist

/// A struct of ``Field``s: values that travel together in one direction, such as the payload of a stream.
public protocol SignalBundle: PortElement, PortDeclaration
where Shape == Self, Source == BundleSource<Self>, Drain == BundleDrain<Self> {}

extension SignalBundle {
  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String, direction: PortDirection?) -> PortEntry {
    .group(walker.group(self, name: name, path: path, direction: direction))
  }

  /// Adds the vectors of one element.
  public static func declare(
    _ shape: Self, in walker: PortWalker, name: String, path: String, direction: PortDirection
  ) -> PortEntry {
    shape.declare(in: walker, name: name, path: path, direction: direction)
  }

  /// The readable form of a declared element.
  public static func source(_ shape: Self, _ entry: PortEntry, in scope: PortScope) -> BundleSource<Self> {
    guard case .group(let layout) = entry else { preconditionFailure("a bundle is a group") }
    return BundleSource(shape: shape, layout: layout, scope: scope)
  }

  /// The drivable form of a declared element.
  public static func drain(_ shape: Self, _ entry: PortEntry, in scope: PortScope) -> BundleDrain<Self> {
    guard case .group(let layout) = entry else { preconditionFailure("a bundle is a group") }
    return BundleDrain(shape: shape, layout: layout, scope: scope)
  }
}

/// The readable side of a bundle.
@dynamicMemberLookup
public struct BundleSource<B> {
  let shape: B
  let layout: PortLayout
  let scope: PortScope

  /// The value of a field.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<B, Field<T>>) -> T.Source {
    T.source(shape[keyPath: path].shape, layout.entry(of: path), in: scope)
  }

  /// The values of an array of fields.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<B, [Field<T>]>) -> [T.Source] {
    zip(shape[keyPath: path], layout.entry(of: path).elements).map { T.source($0.shape, $1, in: scope) }
  }

  /// A bundle inside the bundle.
  public subscript<N: SignalBundle>(dynamicMember path: KeyPath<B, N>) -> BundleSource<N> {
    N.source(shape[keyPath: path], layout.entry(of: path), in: scope)
  }

  /// Bundles inside the bundle.
  public subscript<N: SignalBundle>(dynamicMember path: KeyPath<B, [N]>) -> [BundleSource<N>] {
    zip(shape[keyPath: path], layout.entry(of: path).elements).map { N.source($0, $1, in: scope) }
  }
}

extension BundleSource {
  /// Every vector of the bundle, in the order of declaration.
  var parts: [any Signal] { layout.leaves.map { Bits(handle: .node(scope.module, scope.source($0))) } }
}

/// The drivable side of a bundle.
@dynamicMemberLookup
public struct BundleDrain<B> {
  let shape: B
  let layout: PortLayout
  let scope: PortScope

  /// Where to assign a field.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<B, Field<T>>) -> T.Drain {
    T.drain(shape[keyPath: path].shape, layout.entry(of: path), in: scope)
  }

  /// Where to assign an array of fields.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<B, [Field<T>]>) -> [T.Drain] {
    zip(shape[keyPath: path], layout.entry(of: path).elements).map { T.drain($0.shape, $1, in: scope) }
  }

  /// A bundle inside the bundle.
  public subscript<N: SignalBundle>(dynamicMember path: KeyPath<B, N>) -> BundleDrain<N> {
    N.drain(shape[keyPath: path], layout.entry(of: path), in: scope)
  }

  /// Bundles inside the bundle.
  public subscript<N: SignalBundle>(dynamicMember path: KeyPath<B, [N]>) -> [BundleDrain<N>] {
    zip(shape[keyPath: path], layout.entry(of: path).elements).map { N.drain($0, $1, in: scope) }
  }
}

/// Drives every field of a bundle with the field of the same position; both must have the same form.
public func <== <B>(drain: BundleDrain<B>, source: BundleSource<B>) {
  let module = drain.scope.module
  let targets = drain.layout.leaves
  let values = source.layout.leaves
  guard
    module.check(
      targets.count == values.count, .widthMismatch,
      "a bundle of \(targets.count) vectors is driven by one of \(values.count)", fix: "use bundles of one form")
  else { return }
  for (target, value) in zip(targets, values) {
    let leaf = drain.scope.leaves[target]
    module.assign(
      drain.scope.drain(target), low: nil, width: leaf.width,
      .node(source.scope.module, source.scope.source(value)), isSigned: source.scope.leaves[value].isSigned)
  }
}

extension PortEntry {
  var elements: [PortEntry] {
    guard case .list(let elements) = self else { preconditionFailure("an array of ports is a list") }
    return elements
  }

  var leaves: [Int] {
    switch self {
    case .leaf(let index): [index]
    case .group(let layout): layout.leaves
    case .list(let elements): elements.flatMap(\.leaves)
    case .absent: []
    }
  }
}

extension PortLayout {
  /// The vectors of the level and all below it, in the order of declaration.
  var leaves: [Int] { entries.flatMap(\.entry.leaves) }
}
