public import Engine
public import HDL

/// A running model of a generator, with its ports by name: `sim.rows[0] = -3`, `sim.load = 1`, `sim.sums[2]`.
///
/// Values are numbers as the port reads them, signed or not; a port of more than 64 bits is reached through
/// ``engine`` and its pins. The model may be any engine.
@dynamicMemberLookup
public struct Simulation<G: Generator, E: Engine> {
  /// The running model.
  public let engine: E
  let map: PortMap<G.Ports>

  /// Drives `engine`, which runs what `generator` makes.
  public init(_ generator: G, on engine: E) {
    self.engine = engine
    map = PortMap(of: generator)
  }

  /// Settles and steps all clocks `cycles` times, then settles, so that outputs can be read.
  public func step(_ cycles: Int = 1) throws(EngineFailure) {
    try engine.run(cycles: cycles)
    try engine.settle()
  }

  /// Propagates inputs to outputs without a clock edge.
  public func settle() throws(EngineFailure) { try engine.settle() }

  /// Holds the resets for `cycles` edges, then releases them.
  public func reset(cycles: Int = 2) throws(EngineFailure) {
    try engine.reset(cycles: cycles)
    try engine.settle()
  }

  /// The ports alone: the way to one that is called like a method here, such as `sim.ports.step`.
  public var ports: PortView<G.Ports, E> { PortView(engine: engine, map: map) }

  /// The value of an input.
  public subscript<T: Signal>(dynamicMember path: KeyPath<G.Ports, Input<T>>) -> Int {
    get { ports[dynamicMember: path] }
    nonmutating set { ports[dynamicMember: path] = newValue }
  }

  /// The value of an output.
  public subscript<T: Signal>(dynamicMember path: KeyPath<G.Ports, Output<T>>) -> Int { ports[dynamicMember: path] }

  /// The value of an input that may be absent: then nil, and a store does nothing.
  public subscript<T: Signal>(dynamicMember path: KeyPath<G.Ports, Input<T>?>) -> Int? {
    get { ports[dynamicMember: path] }
    nonmutating set { ports[dynamicMember: path] = newValue }
  }

  /// The value of an output; nil when it is absent.
  public subscript<T: Signal>(dynamicMember path: KeyPath<G.Ports, Output<T>?>) -> Int? { ports[dynamicMember: path] }

  /// The values of an array of inputs.
  public subscript<T: Signal>(dynamicMember path: KeyPath<G.Ports, [Input<T>]>) -> PinList<E> {
    get { ports[dynamicMember: path] }
    nonmutating set { ports[dynamicMember: path] = newValue }
  }

  /// The values of an array of outputs.
  public subscript<T: Signal>(dynamicMember path: KeyPath<G.Ports, [Output<T>]>) -> PinList<E> {
    ports[dynamicMember: path]
  }

  /// A stream into the module.
  public subscript<T>(dynamicMember path: KeyPath<G.Ports, StreamInput<T>>) -> StreamPins<T, E> {
    ports[dynamicMember: path]
  }

  /// A stream out of the module.
  public subscript<T>(dynamicMember path: KeyPath<G.Ports, StreamOutput<T>>) -> StreamPins<T, E> {
    ports[dynamicMember: path]
  }

  /// A nested group of ports.
  public subscript<N: PortGroup>(dynamicMember path: KeyPath<G.Ports, N>) -> PortView<N, E> {
    ports[dynamicMember: path]
  }

  /// A nested group of ports that is written from its other side.
  public subscript<N: PortGroup>(dynamicMember path: KeyPath<G.Ports, Flipped<N>>) -> FlippedPortView<N, E> {
    ports[dynamicMember: path]
  }
}

extension Simulation where E == NativeModel {
  /// Elaborates `generator` and makes a native model of it.
  ///
  /// - Throws: all mistakes of the design.
  public init(_ generator: G, options: NativeModel.Options = NativeModel.Options()) throws {
    self.init(generator, on: try NativeModel(try generator.elaborate(), options: options))
  }
}
