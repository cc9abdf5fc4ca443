/// Where the ports of a generator are among the flat ports of its module: for engines that are driven by key paths.
public struct PortMap<P> {
  /// The ports as the generator declares them.
  public let ports: P
  let layout: PortLayout

  init(ports: P, layout: PortLayout) {
    self.ports = ports
    self.layout = layout
  }

  /// The ports of `generator`.
  public init<G: Generator>(of generator: G) where G.Ports == P {
    ports = generator.ports
    layout = PortWalker().group(ports, name: "", path: "")
  }

  /// What a stored property of `Ports` declares; leaves count the ports of the module.
  public func entry<T>(of path: KeyPath<P, T>) -> PortEntry { layout.entry(of: path) }

  /// The ports of a nested group.
  public func group<G: PortGroup>(_ path: KeyPath<P, G>) -> PortMap<G> {
    PortMap<G>(ports: ports[keyPath: path], layout: layout.entry(of: path).layout)
  }

  /// The ports of a nested group that is written from its other side.
  public func group<G: PortGroup>(_ path: KeyPath<P, Flipped<G>>) -> PortMap<G> {
    PortMap<G>(ports: ports[keyPath: path].group, layout: layout.entry(of: path).layout)
  }
}

extension PortEntry {
  /// The number of the port, for one vector; nil for anything else.
  public var leaf: Int? { if case .leaf(let index) = self { index } else { nil } }

  /// The elements of an array or a stream (valid, ready, payload); empty for anything else.
  public var parts: [PortEntry] { if case .list(let elements) = self { elements } else { [] } }

  /// What a field of a bundle declares.
  public func field<B: SignalBundle, T>(_ path: KeyPath<B, T>) -> PortEntry { layout.entry(of: path) }
}
