import AccelTranHardware
import Engine
import Testbench

/// A host of an AccelTran machine: it starts a program over the control registers and reads the counters at its end.
final class AccelTranHost<E: Engine> {
  private let host: RegisterHost<E>
  /// Cycles since the reset.
  var cycle: Int { host.cycle }

  /// How a program ended.
  struct Report {
    var fault: Int
    var counters: [AccelTranAccelerator.Counter: Int]
  }

  init(
    _ engine: E, memory: HostMemory, latency: Int = 8, stalls: Double = 0, seed: Seed = Seed(1)
  ) throws {
    host = try RegisterHost(
      engine, registers: AccelTranAccelerator.registers, buses: ["memory", "instructions"].map { ($0, memory) },
      latency: latency, stalls: stalls, seed: seed)
  }

  /// Calls `body` for every byte that is written, with its address, the byte and the cycle.
  func onWrite(_ body: @escaping (Int, UInt8, Int) -> Void) { host.onWrite(over: 0, body) }

  /// Calls `body` for every chunk that goes into a buffer: whether it is one of weights, its number, and the pin of its mask.
  ///
  /// - Throws: ``MachineError/port(_:)``.
  func onLoad(_ body: @escaping (_ isWeight: Bool, _ index: Int, _ mask: Pin) -> Void) throws {
    let (valid, mask) = (try host.pin(of: "loaded_valid"), try host.pin(of: "loaded_mask"))
    let (isWeight, index) = (try host.pin(of: "loaded_is_weight"), try host.pin(of: "loaded_index"))
    host.onCycle = {
      if valid.unsigned == 1 { body(isWeight.unsigned == 1, Int(index.unsigned), mask) }
    }
  }

  /// Runs a program to its end.
  ///
  /// - Parameter progress: Told the cycle now and then; false ends the run.
  func run(program: Int, commands: Int, progress: (Int) -> Bool) throws -> Report {
    try host.write("program", program)
    try host.write("commands", commands)
    try host.write("control", 1)
    try host.waitForInterrupt(progress)
    try host.write("event", 1)
    try host.write("control", 0)
    var counters: [AccelTranAccelerator.Counter: Int] = [:]
    for counter in AccelTranAccelerator.Counter.allCases { counters[counter] = try host.read("\(counter)") }
    return Report(fault: try host.read("fault"), counters: counters)
  }
}
