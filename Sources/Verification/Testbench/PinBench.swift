import Engine
import Netlist

/// A bench for a module without handshakes: a new input vector every cycle, the outputs compared a fixed number of
/// cycles later.
///
/// ```swift
/// var bench = try PinBench(multiplier.interface, latency: 3, seed: 42)
/// var random = bench.random("operands")
/// for _ in 0..<10_000 {
///   let (a, b) = (random.signed(bits: 8), random.signed(bits: 8))
///   try bench.append([a, b], expecting: [a * b])
/// }
/// print(try bench.run(on: multiplier).text())
/// ```
public struct PinBench: SessionBench, Sendable {
  /// Makes the vectors of one block; gets its number, a generator of its own and the place to put them.
  public typealias BlockGenerator = @Sendable (Int, inout Xoshiro256, inout PinVectors) throws(BenchError) -> Void

  /// The module under test.
  public let interface: ModuleInterface
  /// Name in reports; part of the seed.
  public let name: String
  /// Number among the benches of that name; part of the seed.
  public let index: Int
  /// The master seed of the whole run.
  public let seed: Seed
  /// The seed of this bench: the master seed with ``name`` and ``index``.
  public let testSeed: Seed
  /// Cycles from an input to the output that it causes; 0 for combinational logic.
  public let latency: Int
  /// Where the latency is the module's choice, the longest that it may have; nil for ``latency`` exactly.
  ///
  /// The outputs must then be right at one latency from 0 to this in every cycle. For modules of which an output follows
  /// from one vector of inputs alone.
  public var longestLatency: Int?
  /// The ports driven each cycle.
  public let inputs: RowShape
  /// The ports compared.
  public let outputs: RowShape
  /// Limits and hooks. Draining and the watchdog play no part.
  public var options = BenchOptions()

  private(set) var vectors: PinVectors
  private(set) var blockCount = 0
  private var generator: BlockGenerator?
  private(set) var constants = InputConstants()

  /// A bench without vectors.
  ///
  /// - Parameters:
  ///   - interface: The module under test.
  ///   - latency: Cycles from an input to the output that it causes; 0 for combinational logic.
  ///   - inputs: The ports to drive in the order of the values; all inputs if nil.
  ///   - outputs: The ports to compare in the order of the values; all outputs if nil.
  ///   - name: Name in reports; the module's if nil.
  ///   - index: Number among the benches of that name.
  ///   - seed: The master seed. Tests of one run share it and differ by `name` and `index`.
  public init(
    _ interface: ModuleInterface, latency: Int, inputs: [String]? = nil, outputs: [String]? = nil,
    name: String? = nil, index: Int = 0, seed: Seed
  ) throws(BenchError) {
    guard latency >= 0 else { throw .parameter(name: "latency", value: latency, needed: "at least 0") }
    self.interface = interface
    self.latency = latency
    self.name = name ?? interface.name
    self.index = index
    self.seed = seed
    testSeed = seed.derived(self.name, index: index)
    self.inputs = try Self.ports(inputs, .input, of: interface)
    self.outputs = try Self.ports(outputs, .output, of: interface)
    vectors = PinVectors(target: interface.name, inputs: self.inputs, outputs: self.outputs)
  }

  private static func ports(
    _ names: [String]?, _ direction: PortDirection, of module: ModuleInterface
  ) throws(BenchError) -> RowShape {
    let all = module.ports.filter { $0.direction == direction }
    var chosen: [PortShape] = []
    for name in names ?? all.map(\.name) {
      guard let port = all.first(where: { $0.name == name }) else {
        throw .unknownPort(name, module: module.name, ports: all.map(\.name))
      }
      chosen.append(port)
    }
    return RowShape(chosen)
  }

  /// A generator for the stream of random numbers called `name`; the same at every call.
  public func random(_ name: String) -> Xoshiro256 { testSeed.generator(name) }

  /// Holds an input port that is not among ``inputs`` at `value` throughout; ports not named are 0.
  public mutating func hold<Value: BinaryInteger>(_ port: String, at value: Value) throws(BenchError) {
    try constants.set(port, to: value, in: interface, except: Set(inputs.fields.map(\.port)))
  }

  /// Adds one or more vectors; see ``PinVectors/append(_:expecting:care:)``.
  @inlinable
  public mutating func append<Inputs: Collection, Outputs: Collection>(
    _ values: Inputs, expecting expected: Outputs, care: [UInt64] = []
  ) throws(BenchError) where Inputs.Element: BinaryInteger, Outputs.Element: BinaryInteger {
    try withVectors { vectors throws(BenchError) in
      try vectors.append(values, expecting: expected, care: care)
    }
  }

  /// Adds vectors given as raw words; see ``PinVectors/append(words:expecting:care:)``.
  public mutating func append(
    words: [UInt64], expecting expected: [UInt64], care: [UInt64] = []
  ) throws(BenchError) {
    try withVectors { vectors throws(BenchError) in
      try vectors.append(words: words, expecting: expected, care: care)
    }
  }

  @usableFromInline
  mutating func withVectors(_ body: (inout PinVectors) throws(BenchError) -> Void) throws(BenchError) {
    try body(&vectors)
    testSeed.mark()
  }

  /// After the vectors added so far, makes `blocks` further blocks during the run, each when the one before has been
  /// driven, so that memory stays bounded.
  ///
  /// The closure must give the same for the same block number and generator: a re-run calls it again.
  public mutating func generate(blocks: Int, _ generator: @escaping BlockGenerator) throws(BenchError) {
    guard blocks >= 0 else { throw .parameter(name: "blocks", value: blocks, needed: "at least 0") }
    blockCount = blocks
    self.generator = generator
  }

  /// Fills in block `block`.
  func generate(block: Int, into vectors: inout PinVectors) throws(BenchError) {
    var random = testSeed.generator("block", index: block)
    try generator?(block, &random, &vectors)
  }

  /// Runs on a fresh engine, from reset to verdict; see ``Bench/run(on:wave:)``.
  @inlinable
  public func run<E: Engine>(on engine: E, wave: WaveWindow?) throws(BenchError) -> BenchResult {
    try runSessions(on: engine, wave: wave)
  }

  /// What the inputs show while reset is active.
  @usableFromInline
  func resetNoise(on engine: some Engine) throws(BenchError) -> ResetNoise {
    try ResetNoise(on: engine, of: interface, driven: Set(inputs.fields.map(\.port)), random("reset"))
  }

  /// Binds the ports, loads the first vectors and sets every input to its value in reset.
  @usableFromInline
  func makeSession(on engine: some Engine, from start: UInt64) throws(BenchError) -> PinSession {
    try options.validate()
    try options.coverage?.check(interface)
    if let longestLatency, !(0...4096).contains(longestLatency) {
      throw .parameter(name: "longestLatency", value: longestLatency, needed: "0 to 4096")
    }
    try constants.apply(to: engine, of: interface)
    var session = PinSession(
      self, inputs: try engine.pins(inputs, .input), outputs: try engine.pins(outputs, .output), from: start)
    do {
      try session.load()
    } catch {
      session.deallocate()
      throw error
    }
    return session
  }
}
