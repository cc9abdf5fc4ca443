public import Engine
public import HDL

/// The ports of a module, or of a group in it, on a running engine.
@dynamicMemberLookup
public struct PortView<P, E: Engine> {
  let engine: E
  let map: PortMap<P>

  /// The value of an input.
  public subscript<T: Signal>(dynamicMember path: KeyPath<P, Input<T>>) -> Int {
    get { engine.pin(at: map.entry(of: path).leaf!).number }
    nonmutating set { engine.pin(at: map.entry(of: path).leaf!).number = newValue }
  }

  /// The value of an output.
  public subscript<T: Signal>(dynamicMember path: KeyPath<P, Output<T>>) -> Int {
    engine.pin(at: map.entry(of: path).leaf!).number
  }

  /// The value of an input that may be absent: then nil, and a store does nothing.
  public subscript<T: Signal>(dynamicMember path: KeyPath<P, Input<T>?>) -> Int? {
    get { map.entry(of: path).leaf.map { engine.pin(at: $0).number } }
    nonmutating set {
      if let leaf = map.entry(of: path).leaf, let newValue { engine.pin(at: leaf).number = newValue }
    }
  }

  /// The value of an output; nil when it is absent.
  public subscript<T: Signal>(dynamicMember path: KeyPath<P, Output<T>?>) -> Int? {
    map.entry(of: path).leaf.map { engine.pin(at: $0).number }
  }

  /// The values of an array of inputs.
  public subscript<T: Signal>(dynamicMember path: KeyPath<P, [Input<T>]>) -> PinList<E> {
    get { PinList(engine: engine, indices: map.entry(of: path).parts.map { $0.leaf! }) }
    nonmutating set {
      // `view.rows[0] = 1` has stored its value already; another list is copied.
      let own = PinList(engine: engine, indices: map.entry(of: path).parts.map { $0.leaf! })
      for (index, value) in zip(own.indices, newValue) { own[index] = value }
    }
  }

  /// The values of an array of outputs.
  public subscript<T: Signal>(dynamicMember path: KeyPath<P, [Output<T>]>) -> PinList<E> {
    PinList(engine: engine, indices: map.entry(of: path).parts.map { $0.leaf! })
  }

  /// A stream into the module.
  public subscript<T>(dynamicMember path: KeyPath<P, StreamInput<T>>) -> StreamPins<T, E> {
    StreamPins(engine: engine, entry: map.entry(of: path))
  }

  /// A stream out of the module.
  public subscript<T>(dynamicMember path: KeyPath<P, StreamOutput<T>>) -> StreamPins<T, E> {
    StreamPins(engine: engine, entry: map.entry(of: path))
  }

  /// A nested group of ports.
  public subscript<N: PortGroup>(dynamicMember path: KeyPath<P, N>) -> PortView<N, E> {
    PortView<N, E>(engine: engine, map: map.group(path))
  }

  /// A nested group of ports that is written from its other side.
  public subscript<N: PortGroup>(dynamicMember path: KeyPath<P, Flipped<N>>) -> FlippedPortView<N, E> {
    FlippedPortView<N, E>(engine: engine, map: map.group(path))
  }
}

/// A ``Flipped`` group on a running engine: what the group calls an output is driven, and its inputs are read.
@dynamicMemberLookup
public struct FlippedPortView<P, E: Engine> {
  let engine: E
  let map: PortMap<P>

  /// The value of an output of the group, which is an input of the module.
  public subscript<T: Signal>(dynamicMember path: KeyPath<P, Output<T>>) -> Int {
    get { engine.pin(at: map.entry(of: path).leaf!).number }
    nonmutating set { engine.pin(at: map.entry(of: path).leaf!).number = newValue }
  }

  /// The value of an input of the group, which is an output of the module.
  public subscript<T: Signal>(dynamicMember path: KeyPath<P, Input<T>>) -> Int {
    engine.pin(at: map.entry(of: path).leaf!).number
  }

  /// A stream out of the group.
  public subscript<T>(dynamicMember path: KeyPath<P, StreamOutput<T>>) -> StreamPins<T, E> {
    StreamPins(engine: engine, entry: map.entry(of: path))
  }

  /// A stream into the group.
  public subscript<T>(dynamicMember path: KeyPath<P, StreamInput<T>>) -> StreamPins<T, E> {
    StreamPins(engine: engine, entry: map.entry(of: path))
  }
}

/// The values of an array of ports on a running engine.
public struct PinList<E: Engine>: RandomAccessCollection {
  let engine: E
  let pins: [Int]

  init(engine: E, indices: [Int]) {
    self.engine = engine
    pins = indices
  }

  /// Zero.
  public var startIndex: Int { 0 }
  /// Number of ports.
  public var endIndex: Int { pins.count }

  /// The value of one port.
  public subscript(index: Int) -> Int {
    get { engine.pin(at: pins[index]).number }
    nonmutating set { engine.pin(at: pins[index]).number = newValue }
  }
}

/// The ports of a ready/valid stream on a running engine.
public struct StreamPins<T: PortElement, E: Engine> {
  let engine: E
  let entry: PortEntry

  /// 1 while an item is offered.
  public var valid: Int {
    get { engine.pin(at: entry.parts[0].leaf!).number }
    nonmutating set { engine.pin(at: entry.parts[0].leaf!).number = newValue }
  }

  /// 1 while an item is taken.
  public var ready: Int {
    get { engine.pin(at: entry.parts[1].leaf!).number }
    nonmutating set { engine.pin(at: entry.parts[1].leaf!).number = newValue }
  }
}

extension StreamPins where T: Signal {
  /// The item.
  public var payload: Int {
    get { engine.pin(at: entry.parts[2].leaf!).number }
    nonmutating set { engine.pin(at: entry.parts[2].leaf!).number = newValue }
  }
}

extension StreamPins where T == Payload {
  /// The item, where it is one vector.
  public var payload: Int {
    get { engine.pin(at: entry.parts[2].leaf!).number }
    nonmutating set { engine.pin(at: entry.parts[2].leaf!).number = newValue }
  }
}

extension StreamPins where T: SignalBundle {
  /// A field of the item.
  public subscript<S: Signal>(path: KeyPath<T, S>) -> Int {
    get { engine.pin(at: entry.parts[2].field(path).leaf!).number }
    nonmutating set { engine.pin(at: entry.parts[2].field(path).leaf!).number = newValue }
  }
}

extension Pin {
  /// The value as the port reads it; at most 64 bits, of which an unsigned port of 64 bits gives the bit pattern.
  var number: Int {
    get { isSigned ? Int(signed) : Int(truncatingIfNeeded: unsigned) }
    nonmutating set { signed = Int64(newValue) }
  }
}
