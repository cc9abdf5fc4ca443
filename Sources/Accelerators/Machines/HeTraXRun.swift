public import Engine
import HDL
import HeTraX
import HeTraXHardware
import Netlist
public import Simulator
import Testbench
import Verilator

/// A program on a HeTraX machine, with every store compared with what the golden machine stores, those in shared memories too.
///
///     let program = try HeTraXCompiler(.tiny).program(layers, input: codes)
///     let outcome = try HeTraXRun(program).run(on: .verilator(ModelBuilder()))
public struct HeTraXRun: Sendable {
  /// What executes the program.
  public enum Target: Sendable {
    /// The netlist in this process.
    case native
    /// The emitted Verilog.
    case verilator(ModelBuilder)
  }

  /// The program.
  public let program: HeTraXProgram
  /// What the golden machine makes of it, at the same temperatures.
  public let golden: HeTraXExecution
  /// Cycles from the address of a burst to its first word.
  public var latency = 8
  /// The probability with which each channel of a bus stalls in a cycle.
  public var stalls = 0.0
  /// Decides the stalls and what registers hold at power-up.
  public var seed = Seed(1)
  /// Told how much of the stores has been made, and in which cycle.
  public var progress: @Sendable (_ fraction: Double, _ cycle: Int) -> Void = { _, _ in }
  /// Asked now and then; true ends the run.
  public var isCancelled: @Sendable () -> Bool = { false }
  /// Gives what stands in front of the native model and sees its cycles; nil where nobody looks.
  public var watch: (@Sendable (NativeModel) -> WatchedEngine)?

  /// A run of a program.
  ///
  /// - Parameter temperatures: half kelvins above 300 K of each core of crossbars; 300 K where it is left out.
  /// - Throws: ``HeTraX/HeTraXError`` for sizes that are none.
  public init(_ program: HeTraXProgram, temperatures: [UInt8]? = nil) throws(HeTraXError) {
    self.program = program
    golden = try HeTraXExecution(program, temperatures: temperatures)
  }

  /// Runs the program.
  ///
  /// - Throws: ``MachineError``, and what the engine says.
  public func run(on target: Target) throws -> HeTraXOutcome {
    let circuit = try HeTraXAccelerator(sizes: program.sizes).elaborate().simplified()
    switch target {
    case .native:
      let model = try NativeModel(
        circuit, options: .init(initialState: .random(seed: seed.value), checksAssertions: true))
      guard let watch else { return try run(on: model) }
      return try run(on: watch(model))
    case .verilator(let builder):
      return try run(
        on: builder.model(of: ModelDesign(circuit), profile: .default, initialState: .random(seed: seed.value)))
    }
  }

  func run(on engine: some Engine) throws -> HeTraXOutcome {
    let (sizes, image) = (program.sizes, program.image)
    let memory = HostMemory(image.bytes)
    let stores = HeTraXStores(program, golden)
    let host = try HeTraXHost(engine, sizes: sizes, memory: memory, latency: latency, stalls: stalls, seed: seed)
    host.onWrite { stores.take(core: nil, $0, $1, $2) }
    if sizes.sharedBytes > 0 {
      try host.onStore(banks: sizes.sharedBanks * sizes.streamingCores) { bank, address, word, cycle in
        for byte in 0..<8 {
          stores.take(
            core: bank / sizes.sharedBanks, address + byte, UInt8(truncatingIfNeeded: word >> UInt64(8 * byte)), cycle)
        }
      }
    }
    let clock = ContinuousClock.now
    var (fault, deployment): (Int, [String: Int]) = (0, [:])
    var counters: [String: Int] = [:]
    do {
      try host.heat(golden.temperatures)
      func go(_ address: Int, _ commands: Int) throws -> HeTraXHost<some Engine>.Report {
        try host.run(program: address, commands: commands) { cycle in
          progress(stores.fraction, cycle)
          return !isCancelled() && stores.difference == nil
        }
      }
      if !program.deployment.isEmpty {
        let report = try go(image.deployment, program.deployment.count)
        (fault, deployment) = (report.fault, report.counters)
      }
      let report = try go(image.inference, program.inference.count)
      (fault, counters) = (fault | report.fault, report.counters)
    } catch MachineError.cancelled where stores.difference != nil {
      // What is wrong is known: the rest of the program would say no more.
    }
    return HeTraXOutcome(
      program, stores, fault: fault, deployment: deployment, counters: counters, simulatedCycles: host.cycle,
      seconds: (ContinuousClock.now - clock) / .seconds(1))
  }
}

/// What a run on a HeTraX machine gave.
public struct HeTraXOutcome: Sendable {
  /// Bytes that were stored right, and those that the golden machine stores.
  public let bytesCompared, bytes: Int
  /// The first byte that was wrong; nil where none was.
  public let difference: String?
  /// 1: an error of the memory.
  public let fault: Int
  /// The counters of the hardware, of what came before inference and of inference.
  public let deployment, counters: [String: Int]
  /// Cycles that were simulated, those of the host's registers among them.
  public let simulatedCycles: Int
  /// How long that took.
  public let seconds: Double
  /// The results by name, and the cycle of the last byte of each.
  public let results: [(name: String, cycle: Int?)]
  /// The sizes of the machine.
  public let sizes: HeTraXSizes

  /// Whether all stores were those of the golden machine, and there were no others.
  public var isExact: Bool { difference == nil && bytesCompared == bytes && bytes > 0 && fault == 0 }
  /// Cycles of the inference, from its start to the last acknowledgement.
  public var cycles: Int { counters["cycles"] ?? 0 }
  /// Cycles in which crossbars were programmed before.
  public var deploymentCycles: Int { deployment["cycles"] ?? 0 }

  init(
    _ program: HeTraXProgram, _ stores: HeTraXStores, fault: Int, deployment: [String: Int],
    counters: [String: Int], simulatedCycles: Int, seconds: Double
  ) {
    (bytesCompared, bytes, difference) = (stores.count, stores.total, stores.difference)
    (self.fault, self.deployment, self.counters) = (fault, deployment, counters)
    (self.simulatedCycles, self.seconds) = (simulatedCycles, seconds)
    results = zip(program.results, stores.cycles).map { ($0.place.name, $1) }
    sizes = program.sizes
  }
}
