import Engine
import Netlist

/// A bench for a module with ready/valid streams: sends transactions, holds back at random on both sides, compares
/// every output with the expected one in order and watches the protocol.
///
/// The bench is a value: the same one runs on any number of engines and does the same on each. Streams are found by the
/// names of their ports (``StreamShape``).
///
/// ```swift
/// var bench = try StreamBench(adder.interface, seed: 42)
/// var random = bench.random("operands")
/// for _ in 0..<10_000 {
///   let (a, b) = (random.signed(bits: 8), random.signed(bits: 8))
///   try bench.send([a, b], on: "operands")
///   try bench.expect([a + b], on: "sum")
/// }
/// try bench.setStalls(.random(0.3), on: "sum")   // all others keep .mixed
/// bench.options.watchdogCycles = 500
///
/// let result = try bench.run(on: adder)
/// print(result.text())
/// ```
///
/// Long runs make their stimuli block by block, so that memory stays bounded: ``generate(blocks:_:)``.
///
/// Every choice is drawn from a generator that the seed names; a ``Shrinker`` makes a failing run small by what is drawn.
public struct StreamBench: SessionBench, Sendable {
  /// Makes the stimuli of one block; gets its number, a generator of its own and the place to put them.
  public typealias BlockGenerator = @Sendable (Int, inout Xoshiro256, inout Stimuli) throws(BenchError) -> Void

  /// Makes the stimuli of one job; gets what the design put out in each earlier job on the streams that are captured, in the
  /// order of the ports, a generator of its own and the place to put the stimuli.
  public typealias JobGenerator =
    @Sendable ([[CapturedRows]], inout Xoshiro256, inout Stimuli) throws(BenchError) -> Void

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
  /// The streams of the module in the order of their ports.
  public let streams: [StreamShape]
  /// When the clocks of a module with several tick. Cycles then count the times at which any of them does.
  public var clocks = ClockPattern.unrelated
  /// Limits and hooks.
  public var options = BenchOptions()

  private(set) var stimuli: Stimuli
  private(set) var profiles: [StallProfile]
  private(set) var blockCount = 0
  private var generator: BlockGenerator?
  /// Jobs after the stimuli in memory and the blocks.
  private(set) var jobCount = 0
  private var jobGenerator: JobGenerator?
  /// The streams whose transactions the result holds.
  private(set) var captured: Set<String> = []
  private(set) var constants = InputConstants()
  /// Addresses and words of writes whose order varies.
  private(set) var writePairs: [WritePair] = []
  /// Transactions that wait for what they respond to.
  private(set) var responses: [Response] = []
  /// Times at which everything before has passed and other inputs change.
  private(set) var quietTimes: [QuietTime] = []
  /// Outputs that belong to no stream and are judged.
  var sideOutputs: [SideOutput] = []
  /// For streams whose order is that of each key alone, the field that is the key.
  private(set) var keys: [String: RowField] = [:]

  /// A bench without stimuli.
  ///
  /// Throws when the module has no stream or one of its streams is malformed.
  ///
  /// - Parameters:
  ///   - interface: The module under test.
  ///   - name: Name in reports; the module's if nil.
  ///   - index: Number among the benches of that name.
  ///   - seed: The master seed. Tests of one run share it and differ by `name` and `index`.
  ///   - stalls: The stall profile of all streams.
  public init(
    _ interface: ModuleInterface, name: String? = nil, index: Int = 0, seed: Seed, stalls: StallProfile = .mixed
  ) throws(BenchError) {
    self.interface = interface
    self.name = name ?? interface.name
    self.index = index
    self.seed = seed
    testSeed = seed.derived(self.name, index: index)
    streams = try StreamShape.all(in: interface)
    if streams.isEmpty { throw .unknownStream("*", module: interface.name, streams: []) }
    stimuli = Stimuli(module: interface.name, streams: streams)
    try stalls.validate()
    profiles = streams.map { _ in stalls }
  }

  /// A generator for the stream of random numbers called `name`; the same at every call.
  public func random(_ name: String) -> Xoshiro256 { testSeed.generator(name) }

  /// Sets the stall profile of one stream, or of all.
  public mutating func setStalls(_ profile: StallProfile, on stream: String? = nil) throws(BenchError) {
    try profile.validate()
    guard let stream else {
      profiles = streams.map { _ in profile }
      return
    }
    guard let index = streams.firstIndex(where: { $0.name == stream }) else {
      throw .unknownStream(stream, module: interface.name, streams: streams.map(\.name))
    }
    profiles[index] = profile
  }

  /// Puts the transactions of an output stream into the result, ``BenchResult/captured``, as the design gave them.
  public mutating func capture(_ stream: String) throws(BenchError) {
    let outputs = streams.filter { $0.direction == .output }.map(\.name)
    guard outputs.contains(stream) else { throw .unknownStream(stream, module: interface.name, streams: outputs) }
    captured.insert(stream)
  }

  /// Holds an input port that belongs to no stream at `value` throughout; ports not named are 0.
  public mutating func hold<Value: BinaryInteger>(_ port: String, at value: Value) throws(BenchError) {
    try constants.set(port, to: value, in: interface, except: drivenPorts)
  }

  /// Lets the transactions of an output stream come in any order in which those with the same value of `field` keep
  /// theirs: where which of several sources comes first is the module's choice.
  public mutating func orderByKey(_ field: String, on stream: String) throws(BenchError) {
    guard let shape = streams.first(where: { $0.name == stream && $0.direction == .output }) else {
      throw .unknownStream(
        stream, module: interface.name, streams: streams.filter { $0.direction == .output }.map(\.name))
    }
    guard let key = shape.payload.fields.first(where: { $0.name == field }) else {
      throw .unknownPort(field, module: interface.name, ports: shape.payload.fields.map(\.name))
    }
    keys[stream] = key
  }

  /// The ports of all streams.
  var drivenPorts: Set<String> {
    Set(streams.flatMap { [$0.validPort, $0.readyPort] + $0.payload.fields.map(\.port) })
  }

  /// Sends one or more transactions: values in the order of the payload ports, transaction after transaction.
  ///
  /// Throws when there is no such input stream, the values do not make whole transactions or one does not fit its port.
  @inlinable
  public mutating func send<Values: Collection>(_ values: Values, on stream: String) throws(BenchError)
  where Values.Element: BinaryInteger {
    try withStimuli { stimuli throws(BenchError) in try stimuli.send(values, on: stream) }
  }

  /// Expects one or more transactions on an output stream; values and errors as in sending.
  @inlinable
  public mutating func expect<Values: Collection>(_ values: Values, on stream: String) throws(BenchError)
  where Values.Element: BinaryInteger {
    try withStimuli { stimuli throws(BenchError) in try stimuli.expect(values, on: stream) }
  }

  /// Adds to the stimuli that are in memory from the start: the way for raw words.
  public mutating func withStimuli(_ body: (inout Stimuli) throws(BenchError) -> Void) throws(BenchError) {
    try body(&stimuli)
    testSeed.mark()
  }

  mutating func addResponse(_ response: Response) { responses.append(response) }

  mutating func addWritePair(_ pair: WritePair) { writePairs.append(pair) }

  /// Adds a quiet time after the stimuli that are in memory.
  mutating func addQuietTime(_ steps: [QuietTime.Step]) {
    quietTimes.append(QuietTime(steps: steps, counts: stimuli.rows.map(\.count)))
  }

  /// After the stimuli added so far, makes `blocks` further blocks during the run, each when an input stream runs dry
  /// (an output stream where the module has no input streams).
  ///
  /// A block holds inputs together with the outputs they cause. The closure must give the same for the same block
  /// number and generator: a re-run calls it again.
  public mutating func generate(blocks: Int, _ generator: @escaping BlockGenerator) throws(BenchError) {
    guard blocks >= 0 else { throw .parameter(name: "blocks", value: blocks, needed: "at least 0") }
    blockCount = blocks
    self.generator = generator
  }

  /// After all other stimuli, makes those of `jobs` further jobs, each when everything before has passed: out of what the
  /// design put out until then, so that the output of one job can be the input of the next one.
  ///
  /// What is in memory and in blocks is job 0. The closure must give the same for the same outputs and generator.
  ///
  /// ```swift
  /// try bench.capture("results")
  /// try bench.chain(jobs: 1) { outputs, random, stimuli throws(BenchError) in
  ///   let codes: [Int8] = try outputs[0][0].values("value")
  ///   try stimuli.send(codes, on: "activations")
  ///   try stimuli.expect(codes.map { 3 * Int($0) }, on: "results")
  /// }
  /// ```
  public mutating func chain(jobs: Int, _ generator: @escaping JobGenerator) throws(BenchError) {
    guard jobs >= 0 else { throw .parameter(name: "jobs", value: jobs, needed: "at least 0") }
    jobCount = jobs
    jobGenerator = generator
  }

  /// Fills in the job after `outputs.count` earlier ones.
  func generate(jobAfter outputs: [[CapturedRows]], into stimuli: inout Stimuli) throws(BenchError) {
    var random = testSeed.generator("job", index: outputs.count)
    try jobGenerator?(outputs, &random, &stimuli)
  }

  /// Fills in block `block`.
  func generate(block: Int, into stimuli: inout Stimuli) throws(BenchError) {
    var random = testSeed.generator("block", index: block)
    try generator?(block, &random, &stimuli)
  }

  /// Runs on a fresh engine, from reset to verdict; see ``Bench/run(on:wave:)``.
  @inlinable
  public func run<E: Engine>(on engine: E, wave: WaveWindow?) throws(BenchError) -> BenchResult {
    try runSessions(on: engine, wave: wave)
  }

  /// What the inputs show while reset is active.
  @usableFromInline
  func resetNoise(on engine: some Engine) throws(BenchError) -> ResetNoise {
    try ResetNoise(on: engine, of: interface, driven: drivenPorts, random("reset"))
  }

  /// Binds the streams, loads the first stimuli and sets every input to its value in reset.
  @usableFromInline
  func makeSession(on engine: some Engine, from start: UInt64) throws(BenchError) -> StreamSession {
    try options.validate()
    try options.coverage?.check(interface)
    try constants.apply(to: engine, of: interface)
    var ports: [StreamPort] = []
    for stream in streams { ports.append(try StreamPort(engine, stream)) }
    let quietTimes = try QuietTimes(self, on: engine)
    var session = StreamSession(self, ports, try watches(on: engine), quietTimes, from: start)
    do {
      try session.load()
    } catch {
      session.deallocate()
      throw error
    }
    return session
  }
}
