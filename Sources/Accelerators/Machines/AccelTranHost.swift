import AccelTranHardware
import Engine
import Testbench

/// A host of an AccelTran machine: it starts a program on each core over the control registers and reads the counters at their
/// end.
final class AccelTranHost<E: Engine> {
  private let host: RegisterHost<E>
  private let cores: Int
  /// Cycles since the reset.
  var cycle: Int { host.cycle }

  /// How a program ended.
  struct Report {
    var fault: Int
    var counters: [AccelTranAccelerator.Counter: Int]
  }

  init(
    _ engine: E, memories: [HostMemory], latency: Int = 8, stalls: Double = 0, seed: Seed = Seed(1)
  ) throws {
    cores = memories.count
    host = try RegisterHost(
      engine, registers: AccelTranAccelerator.registers(cores: cores),
      buses: memories.enumerated().flatMap { number, memory in
        ["memory", "instructions"].map { ("\($0)_\(number)", memory) }
      }, latency: latency, stalls: stalls, seed: seed)
  }

  /// Calls `body` for every byte that core `core` writes, with its address, the byte and the cycle.
  func onWrite(of core: Int, _ body: @escaping (Int, UInt8, Int) -> Void) { host.onWrite(over: 2 * core, body) }

  /// Calls `body` for every chunk that goes into a buffer: the core, whether it is one of weights, its number, and the pin of
  /// its mask.
  ///
  /// - Throws: ``MachineError/port(_:)``.
  func onLoad(_ body: @escaping (_ core: Int, _ isWeight: Bool, _ index: Int, _ mask: Pin) -> Void) throws {
    let pins = try (0..<cores).map { core in
      try ["valid", "is_weight", "index", "mask"].map { try host.pin(of: "loaded_\(core)_\($0)") }
    }
    host.onCycle = {
      for (core, pins) in pins.enumerated() where pins[0].unsigned == 1 {
        body(core, pins[1].unsigned == 1, Int(pins[2].unsigned), pins[3])
      }
    }
  }

  /// Runs a program on each core, to the end of all.
  ///
  /// - Parameters:
  ///   - programs: Where they begin, and how many commands they have.
  ///   - progress: Told the cycle now and then; false ends the run.
  func run(_ programs: [(address: Int, commands: Int)], progress: (Int) -> Bool) throws -> [Report] {
    for (core, program) in programs.enumerated() {
      try host.write("program\(core)", program.address)
      try host.write("commands\(core)", program.commands)
    }
    try host.write("control", 1 << programs.count - 1)
    try host.waitForInterrupt(progress)
    try host.write("event", 1)
    try host.write("control", 0)
    return try programs.indices.map { core in
      var counters: [AccelTranAccelerator.Counter: Int] = [:]
      for counter in AccelTranAccelerator.Counter.allCases { counters[counter] = try host.read("\(counter)\(core)") }
      return Report(fault: try host.read("fault\(core)"), counters: counters)
    }
  }
}
