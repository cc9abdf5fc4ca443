import Engine
import Testbench
import XFormer
import XFormerHardware

/// A host of an X-Former machine: it starts a program over the control registers, and reads the counters at its end.
final class XFormerHost<E: Engine> {
  private let host: RegisterHost<E>
  private let engines: Int
  /// Cycles since the reset.
  var cycle: Int { host.cycle }

  /// How a program ended.
  struct Report {
    var fault: Int
    var counters: [String: Int]
  }

  init(
    _ engine: E, sizes: XFormerSizes, memory: HostMemory, latency: Int = 8, stalls: Double = 0, seed: Seed = Seed(1)
  ) throws {
    engines = sizes.engines
    host = try RegisterHost(
      engine, registers: XFormerAccelerator(sizes: sizes).registers,
      buses: (["instructions"] + (0..<engines).map { "memory_\($0)" }).map { ($0, memory) }, latency: latency,
      stalls: stalls, seed: seed)
  }

  /// Calls `body` for every byte that an engine writes, with its address, the byte and the cycle.
  func onWrite(_ body: @escaping (Int, UInt8, Int) -> Void) {
    for engine in 0..<engines { host.onWrite(over: 1 + engine, body) }
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - temperature: half kelvins above 300 K.
  ///   - progress: told the cycle now and then; false ends the run.
  func run(program: Int, commands: Int, temperature: UInt8, progress: (Int) -> Bool) throws -> Report {
    try host.write("program", program)
    try host.write("commands", commands)
    try host.write("temperature", Int(temperature))
    try host.write("control", 1)
    try host.waitForInterrupt(progress)
    try host.write("event", 1)
    try host.write("control", 0)
    var counters: [String: Int] = [:]
    let names =
      XFormerAccelerator.Counter.allCases.map { "\($0)" } + (0..<engines).flatMap { ["busy\($0)", "waits\($0)"] }
    for name in names { counters[name] = try host.read(name) }
    return Report(fault: try host.read("fault"), counters: counters)
  }
}
