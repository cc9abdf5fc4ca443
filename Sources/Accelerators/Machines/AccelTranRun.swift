import AccelTran
import AccelTranHardware
import Engine
import HDL
import Netlist
import Simulator
import Testbench
import Verilator

/// A program on an AccelTran machine, with every store and every mask compared with those of the golden machine.
///
///     let (program, _) = try EngineProgram.layers(.tiny, machine, sequence, layers: 0..<1)
///     let outcome = try AccelTranRun(program).run(on: .verilator(ModelBuilder()))
public struct AccelTranRun: Sendable {
  /// What executes the program.
  public enum Target: Sendable {
    /// The netlist in this process.
    case native
    /// The emitted Verilog.
    case verilator(ModelBuilder)
  }

  /// The program.
  public var program: EngineProgram
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
  public init(_ program: EngineProgram) { self.program = program }

  /// Runs the program.
  ///
  /// - Throws: ``MachineError``, and what the engine says.
  public func run(on target: Target) throws -> AccelTranOutcome { try run([program], on: target)[0] }

  /// Runs programs of the same sizes side by side, each on a core of one machine with its own memory.
  ///
  /// - Throws: ``MachineError``, and what the engine says.
  public func run(_ programs: [EngineProgram], on target: Target) throws -> [AccelTranOutcome] {
    guard programs.allSatisfy({ $0.sizes == program.sizes }) else {
      throw MachineError.model("the programs are for machines of different sizes: compile them for the same")
    }
    let circuit = try AccelTranAccelerator(sizes: program.sizes, cores: programs.count).elaborate().simplified()
    switch target {
    case .native:
      return try run(
        programs, NativeModel(circuit, options: .init(initialState: .random(seed: seed.value), checksAssertions: true)))
    case .verilator(let builder):
      return try run(
        programs,
        builder.model(of: ModelDesign(circuit), profile: .default, initialState: .random(seed: seed.value)))
    }
  }

  private func run(_ programs: [EngineProgram], _ engine: some Engine) throws -> [AccelTranOutcome] {
    let images = programs.map(\.image)
    let memories = images.map { HostMemory($0.bytes) }
    let (comparisons, masks) = (programs.map(RegionComparison.init), programs.map(MaskComparison.init))
    let host = try AccelTranHost(engine, memories: memories, latency: latency, stalls: stalls, seed: seed)
    for (core, comparison) in comparisons.enumerated() {
      host.onWrite(of: core) { comparison.take($0, $1, $2) }
    }
    try host.onLoad { masks[$0].take(isWeight: $1, index: $2, mask: $3) }
    func isWrong() -> Bool { comparisons.contains { $0.difference != nil } || masks.contains { $0.difference != nil } }
    let clock = ContinuousClock.now
    let first = host.cycle
    var reports = programs.map { _ in (0, [AccelTranAccelerator.Counter: Int]()) }
    do {
      reports = try host.run(zip(images, programs).map { ($0.program, $1.commands.count) }) { cycle in
        progress(comparisons.reduce(0) { $0 + $1.fraction } / Double(comparisons.count), cycle)
        return !isCancelled() && !isWrong()
      }.map { ($0.fault, $0.counters) }
    } catch MachineError.cancelled where isWrong() {
      // What is wrong is known: the rest of the program would say no more.
    }
    let seconds = (ContinuousClock.now - clock) / .seconds(1)
    return programs.indices.map { core in
      AccelTranOutcome(
        programs[core], comparisons[core], masks[core], sparsity: programs[core].sparsity { memories[core][code: $0] },
        fault: reports[core].0, counters: reports[core].1, simulatedCycles: host.cycle - first, seconds: seconds)
    }
  }
}

/// What a run on an AccelTran machine gave.
public struct AccelTranOutcome: Sendable {
  /// A part of the program, by what it stores.
  public struct Part: Sendable, Encodable {
    /// The node.
    public var name: String
    /// Numbers that are stored.
    public var stores: Int
    /// Cycles from the last store of the part before to the own last one; nil where a store was wrong.
    public var cycles: Int?
  }

  /// Numbers that were stored right, and those that the golden machine stores.
  public let storesCompared, stores: Int
  /// Bytes that were right.
  public let bytesCompared: Int
  /// The first byte or mask that was wrong; nil where none was.
  public let difference: String?
  /// Masks of chunks that were made right, and whether these were all.
  public let masksCompared: Int
  /// Whether every mask came, and was that of the golden machine's numbers.
  public let masksAreExact: Bool
  /// Zeros of what the machine stored, by place in the model, over real tokens and with padding.
  public let zeros: [PruningSite: SparsityCount]
  /// What the machine complains of: bit 0 an error of the memory, bit 1 a command that is none.
  public let fault: Int
  /// The counters of the hardware.
  public let counters: [AccelTranAccelerator.Counter: Int]
  /// Cycles that were simulated, those of the host's registers among them.
  public let simulatedCycles: Int
  /// How long that took.
  public let seconds: Double
  /// The parts of the program, in their order.
  public let parts: [Part]
  /// Pairs of factors, those with zeros among them.
  public let pairs: Int
  /// Multipliers of the machine.
  public let multipliers: Int

  /// Whether all stores and all masks were those of the golden machine, and there were no others.
  public var isExact: Bool { difference == nil && storesCompared == stores && masksAreExact && fault == 0 }
  /// Cycles from the start to the last acknowledgement.
  public var cycles: Int { counters[.cycles] ?? 0 }
  /// Steps of the lanes as a share of what all lanes could make from start to end; nil where a store was wrong.
  public var utilisation: Double? {
    guard isExact, cycles > 0, let steps = counters[.steps] else { return nil }
    return Double(steps) / (Double(cycles) * Double(lanes))
  }
  /// Pairs, those with zeros among them, that are done for each multiplier in a cycle: above 1 where zeros are left out fast
  /// enough; nil where a store was wrong.
  public var pairsPerMultiplierCycle: Double? {
    isExact && cycles > 0 ? Double(pairs) / (Double(cycles) * Double(multipliers)) : nil
  }
  /// Multiplications that the lanes had room for in the steps they took; nil where a store was wrong.
  public var multiplications: Int? {
    guard isExact, let steps = counters[.steps] else { return nil }
    return steps * multipliers / lanes
  }
  /// The share of numbers in the buffers that are zero.
  public var sparsity: Double {
    let loaded = counters[.loadedNumbers] ?? 0
    return loaded > 0 ? 1 - Double(counters[.keptNumbers] ?? 0) / Double(loaded) : 0
  }
  private let lanes: Int

  init(
    _ program: EngineProgram, _ comparison: RegionComparison, _ masks: MaskComparison,
    sparsity zeros: [PruningSite: SparsityCount], fault: Int, counters: [AccelTranAccelerator.Counter: Int],
    simulatedCycles: Int, seconds: Double
  ) {
    (storesCompared, stores, bytesCompared) = (comparison.count, comparison.total, comparison.bytes)
    difference = comparison.difference?.description ?? masks.difference
    (masksCompared, masksAreExact, self.zeros) = (masks.count, masks.isComplete, zeros)
    (self.fault, self.counters, self.simulatedCycles, self.seconds) = (fault, counters, simulatedCycles, seconds)
    pairs = program.regions.reduce(0) { $0 + $1.pairs }
    lanes = program.sizes.columns
    multipliers = program.sizes.columns * program.sizes.multipliers
    var last = 0
    parts = zip(program.regions, comparison.cycles).map { region, cycles in
      let own = cycles.map { $0.upperBound - last }
      last = max(last, cycles?.upperBound ?? 0)
      return Part(name: region.name, stores: region.codes.count, cycles: own)
    }
  }
}
