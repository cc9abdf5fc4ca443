import Engine
import TATAAHardware
import Testbench

/// A host of a TATAA accelerator: it writes the control registers over AXI4-Lite, answers the buses of each core from a
/// memory, waits for the interrupt and reads the counters.
public final class AcceleratorHost<E: Engine> {
  /// How far a run has come: cycles so far. False ends it.
  public typealias Progress = (Int) -> Bool

  /// Cycles without a transfer on any bus after which the machine is said to hang.
  public static var patience: Int { RegisterHost<E>.patience }

  private let host: RegisterHost<E>
  private let busesOfCore: Int
  /// Cycles since the reset.
  public var cycle: Int { host.cycle }

  /// A host of an accelerator in reset, with a memory for each core.
  ///
  /// - Parameters:
  ///   - engine: Runs the accelerator.
  ///   - memories: The memory of each core.
  ///   - latency: Cycles from the address of a burst to its first word.
  ///   - stalls: The probability with which each channel stalls in a cycle.
  ///   - seed: Decides the stalls.
  /// - Throws: A port that the design does not have, and what the engine says.
  public init(
    _ engine: E, memories: [HostMemory], latency: Int = 8, stalls: Double = 0, seed: Seed = Seed(1)
  ) throws {
    let buses = memories.enumerated().flatMap { number, memory in
      Self.names(of: number, in: engine).map { (name: $0, memory: memory) }
    }
    busesOfCore = buses.count / max(1, memories.count)
    host = try RegisterHost(
      engine, registers: TATAAAccelerator.registers(cores: memories.count), buses: buses, latency: latency,
      stalls: stalls, seed: seed)
  }

  /// The names of the buses of a core: that of X is only there where X has one of its own.
  private static func names(of core: Int, in engine: E) -> [String] {
    ["memory_\(core)", "instructions_\(core)", "operands_\(core)"].filter { name in
      !name.hasPrefix("operands") || engine.interface.ports.contains { $0.name == name + "_araddr" }
    }
  }

  /// Calls `body` for every byte that core `core` writes, with its address, the byte and the cycle.
  func onWrite(of core: Int, _ body: @escaping (Int, UInt8, Int) -> Void) {
    host.onWrite(over: busesOfCore * core, body)
  }

  /// Runs a job on each core, from the first register write to the last counter.
  ///
  /// - Throws: ``MachineError`` when the machine hangs, breaks the rules of a bus or is interrupted, and what the engine says.
  public func run(_ jobs: [CoreJob], progress: Progress = { _ in true }) throws -> [CoreReport] {
    for (core, job) in jobs.enumerated() {
      try host.write("programPage\(core)", job.program / 4096)
      try host.write("programWords\(core)", job.words)
      try host.write("memoryPage\(core)", job.base / 4096)
      try host.write("lastAddress\(core)", job.size - 1)
    }
    try host.write("control", 1 << jobs.count - 1)
    try host.waitForInterrupt(progress)
    try host.write("event", 1)
    try host.write("control", 0)
    return try jobs.indices.map { core in
      var counters: [TATAAAccelerator.Counter: Int] = [:]
      for counter in TATAAAccelerator.Counter.allCases { counters[counter] = try host.read("\(counter)\(core)") }
      let status = try host.read("status\(core)")
      guard let known = MachineStatus(rawValue: numericCast(status)) else {
        throw MachineError.bus("status \(status) of core \(core) is none")
      }
      return CoreReport(status: known, stoppedAt: try host.read("stoppedAt\(core)"), counters: counters)
    }
  }
}
