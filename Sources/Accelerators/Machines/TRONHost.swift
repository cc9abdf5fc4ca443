import Engine
import TRON
import TRONHardware
import Testbench

/// A host of a TRON machine: it starts a program over the control registers, and reads the counters at its end.
final class TRONHost<E: Engine> {
  private let host: RegisterHost<E>
  private let engines: Int
  private let lockPatience: Int
  /// Cycles since the reset.
  var cycle: Int { host.cycle }

  /// How a program ended.
  struct Report {
    var fault: Int
    var counters: [String: Int]
  }

  init(_ engine: E, sizes: TRONSizes, memory: HostMemory, latency: Int, stalls: Double, seed: Seed) throws {
    engines = sizes.engines
    // Each heater settles for every conversion, and is tried at far fewer places than these; the buses are silent meanwhile.
    let conversions = sizes.bank.rows * 2 * sizes.bank.wavelengths * 256
    let coding = sizes.predistortsHeaters ? 2 * (sizes.bank.wavelengths + 8) : 0
    lockPatience = max(
      RegisterHost<E>.patience, conversions * (sizes.heaterCycles + sizes.settleCycles + coding + 64))
    host = try RegisterHost(
      engine, registers: TRONAccelerator(sizes: sizes).registers,
      buses: (["instructions"] + (0..<engines).map { "memory_\($0)" }).map { ($0, memory) }, latency: latency,
      stalls: stalls, seed: seed)
  }

  /// Calls `body` for every byte that an engine writes, with its address, the byte and the cycle.
  func onWrite(_ body: @escaping (Int, UInt8, Int) -> Void) {
    for engine in 0..<engines { host.onWrite(over: 1 + engine, body) }
  }

  /// Finds the heaters of all banks.
  ///
  /// - Returns: the cycles that it took.
  func lock(temperature: Int8, progress: (Int) -> Bool) throws -> Int {
    try host.write("temperature", Int(UInt8(bitPattern: temperature)))
    let first = cycle
    try host.write("lock", 1)
    try host.waitForInterrupt(patience: lockPatience, progress)
    try host.write("event", 1)
    try host.write("lock", 0)
    return cycle - first
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - temperature: steps of 0.05 K from where the banks were calibrated.
  ///   - progress: told the cycle now and then; false ends the run.
  func run(program: Int, commands: Int, temperature: Int8, progress: (Int) -> Bool) throws -> Report {
    try host.write("program", program)
    try host.write("commands", commands)
    try host.write("temperature", Int(UInt8(bitPattern: temperature)))
    try host.write("control", 1)
    try host.waitForInterrupt(progress)
    try host.write("event", 1)
    try host.write("control", 0)
    var counters: [String: Int] = [:]
    let names =
      TRONAccelerator.Counter.allCases.map { "\($0)" } + (0..<engines).flatMap { ["busy\($0)", "waits\($0)"] }
    for name in names { counters[name] = try host.read(name) }
    return Report(fault: try host.read("fault"), counters: counters)
  }
}
