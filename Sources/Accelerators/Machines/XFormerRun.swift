import Engine
import HDL
import Netlist
import Simulator
import Testbench
import Verilator
import XFormer
import XFormerHardware

/// A program on an X-Former machine, with every store compared with what the golden machine stores.
///
///     let program = try XFormerCompiler(.tiny, schedule: .wavefront).program(layers, input: codes)
///     let outcome = try XFormerRun(program).run(on: .verilator(ModelBuilder()))
public struct XFormerRun: Sendable {
  /// What executes the program.
  public enum Target: Sendable {
    /// The netlist in this process.
    case native
    /// The emitted Verilog.
    case verilator(ModelBuilder)
  }

  /// The program.
  public var program: XFormerProgram
  /// What the golden machine makes of it.
  public let golden: XFormerMachine
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

  /// A run of a program.
  ///
  /// - Throws: ``XFormer/XFormerError`` for sizes that are none.
  public init(_ program: XFormerProgram) throws(XFormerError) {
    self.program = program
    golden = try XFormerMachine.executed(program)
  }

  /// Runs the program.
  ///
  /// - Throws: ``MachineError``, and what the engine says.
  public func run(on target: Target) throws -> XFormerOutcome {
    let circuit = try XFormerAccelerator(sizes: program.sizes).elaborate().simplified()
    switch target {
    case .native:
      return try run(
        on: NativeModel(circuit, options: .init(initialState: .random(seed: seed.value), checksAssertions: true)))
    case .verilator(let builder):
      return try run(
        on: builder.model(of: ModelDesign(circuit), profile: .default, initialState: .random(seed: seed.value)))
    }
  }

  func run(on engine: some Engine) throws -> XFormerOutcome {
    let image = program.image
    let memory = HostMemory(image.bytes)
    let stores = ExpectedStores(program, golden)
    let host = try XFormerHost(
      engine, sizes: program.sizes, memory: memory, latency: latency, stalls: stalls, seed: seed)
    host.onWrite { stores.take($0, $1, $2) }
    let clock = ContinuousClock.now
    var (fault, deployment): (Int, [String: Int]) = (0, [:])
    var counters: [String: Int] = [:]
    do {
      func go(_ address: Int, _ commands: Int) throws -> XFormerHost<some Engine>.Report {
        try host.run(program: address, commands: commands, temperature: program.temperature) { cycle in
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
    return XFormerOutcome(
      program, stores, fault: fault, deployment: deployment, counters: counters, simulatedCycles: host.cycle,
      seconds: (ContinuousClock.now - clock) / .seconds(1))
  }
}

/// What a run on an X-Former machine gave.
public struct XFormerOutcome: Sendable {
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

  /// Whether all stores were those of the golden machine, and there were no others.
  public var isExact: Bool { difference == nil && bytesCompared == bytes && bytes > 0 && fault == 0 }
  /// Cycles of the inference, from its start to the last acknowledgement.
  public var cycles: Int { counters["cycles"] ?? 0 }
  /// Cycles in which the crossbars were programmed before.
  public var deploymentCycles: Int { deployment["cycles"] ?? 0 }

  init(
    _ program: XFormerProgram, _ stores: ExpectedStores, fault: Int, deployment: [String: Int],
    counters: [String: Int], simulatedCycles: Int, seconds: Double
  ) {
    (bytesCompared, bytes, difference) = (stores.count, stores.total, stores.difference)
    (self.fault, self.deployment, self.counters) = (fault, deployment, counters)
    (self.simulatedCycles, self.seconds) = (simulatedCycles, seconds)
    results = zip(program.results, stores.cycles).map { ($0.name, $1) }
  }
}
