import Engine
import HDL
import Netlist
import Simulator
import TRON
import TRONHardware
import Testbench
public import Verilator

/// A program on a TRON machine, with every store compared with what the golden machine stores.
///
///     let program = try TRONCompiler(.tiny).program(layers, input: codes)
///     let outcome = try TRONRun(program).run(on: .verilator(ModelBuilder()))
public struct TRONRun: Sendable {
  /// What executes the program.
  public enum Target: Sendable {
    /// The netlist in this process.
    case native
    /// The emitted Verilog.
    case verilator(ModelBuilder)
  }

  /// The program.
  public let program: TRONProgram
  /// What the golden machine makes of it.
  public let golden: TRONMachine
  /// Steps of 0.05 K from where the banks were calibrated.
  public let temperature: Int8
  /// Whether heaters are found at this temperature before the program runs.
  public let isLocked: Bool
  /// Cycles from the address of a burst to its first word.
  public var latency = 8
  /// The probability with which each channel of a bus stalls in a cycle.
  public var stalls = 0.0
  /// Decides the stalls and what registers hold at power-up.
  public var seed = Seed(1)
  /// Told how much of the stores has been made, and in which cycle.
  public var progress: @Sendable (_ fraction: Double, _ cycle: Int) -> Void = { _, _ in }
  /// Asked now and then; true ends the run.
  public var isCancelled: @Sendable () -> Bool

  /// A run of a program.
  ///
  /// - Parameters:
  ///   - temperature: steps of 0.05 K from where the banks were calibrated.
  ///   - isLocked: whether heaters are found at this temperature before the program runs.
  ///   - isCancelled: asked now and then while the golden machine executes the program; true ends it.
  /// - Throws: ``TRON/TRONError`` for sizes that are none, ``MachineError/cancelled``.
  public init(
    _ program: TRONProgram, temperature: Int8 = 0, isLocked: Bool = false,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws {
    (self.program, self.temperature, self.isLocked, self.isCancelled) = (program, temperature, isLocked, isCancelled)
    var machine = try TRONMachine(program.sizes, memory: program.memory)
    machine.temperature = temperature
    if isLocked { machine.lock() }
    for command in program.commands {
      if isCancelled() { throw MachineError.cancelled }
      machine.run([command])
    }
    golden = machine
  }

  /// Runs the program.
  ///
  /// - Throws: ``TRON/TRONError`` for sizes without hardware, ``MachineError``, what elaboration says of an impossible
  ///   design, and what the engine says.
  public func run(on target: Target) throws -> TRONOutcome {
    try program.sizes.validateHardware()
    guard !isLocked || program.sizes.locks else {
      throw MachineError.model("the banks have no controllers of heaters: set locks")
    }
    let circuit = try TRONAccelerator(sizes: program.sizes).elaborate().simplified()
    switch target {
    case .native:
      return try run(
        on: NativeModel(circuit, options: .init(initialState: .random(seed: seed.value), checksAssertions: true)))
    case .verilator(let builder):
      return try run(
        on: builder.model(of: ModelDesign(circuit), profile: .default, initialState: .random(seed: seed.value)))
    }
  }

  private func run(on engine: some Engine) throws -> TRONOutcome {
    let image = try program.image()
    let memory = HostMemory(image.bytes)
    let stores = ExpectedStores(program, golden)
    let host = try TRONHost(
      engine, sizes: program.sizes, memory: memory, latency: latency, stalls: stalls, seed: seed)
    host.onWrite { stores.take($0, $1, $2) }
    let clock = ContinuousClock.now
    var report = TRONHost<NativeModel>.Report(fault: 0, counters: [:])
    var lockCycles = 0
    do {
      if isLocked {
        lockCycles = try host.lock(temperature: temperature) { cycle in
          progress(0, cycle)
          return !isCancelled()
        }
      }
      let ended = try host.run(program: image.program, commands: image.commands, temperature: temperature) { cycle in
        progress(stores.fraction, cycle)
        return !isCancelled() && stores.difference == nil
      }
      report = .init(fault: ended.fault, counters: ended.counters)
    } catch MachineError.cancelled where stores.difference != nil {
      // What is wrong is known: the rest of the program would say no more.
    }
    return TRONOutcome(
      program, stores, fault: report.fault, counters: report.counters, lockCycles: lockCycles,
      simulatedCycles: host.cycle,
      seconds: (ContinuousClock.now - clock) / .seconds(1))
  }
}

/// What a run on a TRON machine gave.
public struct TRONOutcome: Sendable {
  /// Bytes that were stored right, and those that the golden machine stores.
  public let bytesCompared, bytes: Int
  /// The first byte that was wrong; nil where none was.
  public let difference: String?
  /// 1: an error of the memory.
  public let fault: Int
  /// The counters of the hardware.
  public let counters: [String: Int]
  /// Cycles in which heaters were found before.
  public let lockCycles: Int
  /// Cycles that were simulated, those of the host's registers among them.
  public let simulatedCycles: Int
  /// How long that took.
  public let seconds: Double
  /// The results by name, and the cycle of the last byte of each.
  public let results: [(name: String, cycle: Int?)]

  /// Whether all stores were those of the golden machine, and there were no others.
  public var isExact: Bool { difference == nil && bytesCompared == bytes && bytes > 0 && fault == 0 }
  /// Cycles of the program, from its start to the last acknowledgement.
  public var cycles: Int { counters["cycles"] ?? 0 }

  init(
    _ program: TRONProgram, _ stores: ExpectedStores, fault: Int, counters: [String: Int], lockCycles: Int,
    simulatedCycles: Int, seconds: Double
  ) {
    (bytesCompared, bytes, difference) = (stores.count, stores.total, stores.difference)
    (self.fault, self.counters, self.lockCycles) = (fault, counters, lockCycles)
    (self.simulatedCycles, self.seconds) = (simulatedCycles, seconds)
    results = zip(program.results, stores.cycles).map { ($0.name, $1) }
  }
}
