/// The ports of a design as a checker sees them: all of them are read, whatever their direction.
@dynamicMemberLookup
public struct Observation<P> {
  let ports: P
  let layout: PortLayout
  let scope: PortScope

  /// The value of an input.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Input<T>>) -> T {
    T.source(ports[keyPath: path].shape, layout.entry(of: path), in: scope)
  }

  /// The values of an array of inputs.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [Input<T>]>) -> [T] {
    list(path) { T.source($0.shape, $1, in: scope) }
  }

  /// The value of an input that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Input<T>?>) -> T? {
    ports[keyPath: path].map { T.source($0.shape, layout.entry(of: path), in: scope) }
  }

  /// The value of an output.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Output<T>>) -> T {
    T.source(ports[keyPath: path].shape, layout.entry(of: path), in: scope)
  }

  /// The values of an array of outputs.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [Output<T>]>) -> [T] {
    list(path) { T.source($0.shape, $1, in: scope) }
  }

  /// The value of an output that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Output<T>?>) -> T? {
    ports[keyPath: path].map { T.source($0.shape, layout.entry(of: path), in: scope) }
  }

  /// A stream into the design.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, StreamInput<T>>) -> ObservedStream<T> {
    ObservedStream(ports[keyPath: path].shape, layout.entry(of: path), in: scope)
  }

  /// A stream into the design that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, StreamInput<T>?>) -> ObservedStream<T>? {
    ports[keyPath: path].map { ObservedStream($0.shape, layout.entry(of: path), in: scope) }
  }

  /// A stream out of the design.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, StreamOutput<T>>) -> ObservedStream<T> {
    ObservedStream(ports[keyPath: path].shape, layout.entry(of: path), in: scope)
  }

  /// A stream out of the design that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, StreamOutput<T>?>) -> ObservedStream<T>? {
    ports[keyPath: path].map { ObservedStream($0.shape, layout.entry(of: path), in: scope) }
  }

  /// Streams into the design.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [StreamInput<T>]>) -> [ObservedStream<T>] {
    list(path) { ObservedStream($0.shape, $1, in: scope) }
  }

  /// Streams out of the design.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [StreamOutput<T>]>) -> [ObservedStream<T>] {
    list(path) { ObservedStream($0.shape, $1, in: scope) }
  }

  /// A nested group of ports.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, G>) -> Observation<G> {
    Observation<G>(ports: ports[keyPath: path], layout: layout.entry(of: path).layout, scope: scope)
  }

  /// A nested group of ports that may be absent.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, G?>) -> Observation<G>? {
    ports[keyPath: path].map { Observation<G>(ports: $0, layout: layout.entry(of: path).layout, scope: scope) }
  }

  /// An array of nested groups.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, [G]>) -> [Observation<G>] {
    list(path) { Observation<G>(ports: $0, layout: $1.layout, scope: scope) }
  }

  /// A nested group of ports from its other side.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, Flipped<G>>) -> Observation<G> {
    Observation<G>(ports: ports[keyPath: path].group, layout: layout.entry(of: path).layout, scope: scope)
  }

  /// A nested group of ports from its other side that may be absent.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, Flipped<G>?>) -> Observation<G>? {
    ports[keyPath: path].map { Observation<G>(ports: $0.group, layout: layout.entry(of: path).layout, scope: scope) }
  }

  /// An array of nested groups from their other side.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, [Flipped<G>]>) -> [Observation<G>] {
    list(path) { Observation<G>(ports: $0.group, layout: $1.layout, scope: scope) }
  }

  private func list<D, V>(_ path: KeyPath<P, [D]>, _ view: (D, PortEntry) -> V) -> [V] {
    zip(ports[keyPath: path], layout.entry(of: path).elements).map(view)
  }
}

/// A stream of a design as a checker sees it.
public struct ObservedStream<T: PortElement> {
  /// 1 while an item is offered.
  public let valid: Bit
  /// 1 while the other side takes what is offered.
  public let ready: Bit
  /// The item; meaningful while `valid` is 1.
  public let payload: T

  /// A stream of signals that are there already.
  public init(valid: Bit, ready: Bit, payload: T) {
    self.valid = valid
    self.ready = ready
    self.payload = payload
  }

  init(_ shape: T.Shape, _ entry: PortEntry, in scope: PortScope) {
    valid = Bit.source(1, entry.elements[0], in: scope)
    ready = Bit.source(1, entry.elements[1], in: scope)
    payload = T.source(shape, entry.elements[2], in: scope)
  }

  /// 1 when an item passes at the coming clock edge.
  public var transfers: Bit { valid & ready }

  /// The item as one vector, its first field in the most significant bits.
  public var item: Bits { concatenate(payload.fields.map(\.signal)) }
}
