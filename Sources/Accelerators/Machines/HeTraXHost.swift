import Engine
import HeTraX
import HeTraXHardware
import Testbench

/// A host of a HeTraX machine: it sets temperatures, starts a program over the control registers, and reads the counters at its end.
final class HeTraXHost<E: Engine> {
  private let host: RegisterHost<E>
  private let names: [String]
  private let memoryBus = 1
  /// Cycles since the reset.
  var cycle: Int { host.cycle }

  /// How a program ended.
  struct Report {
    var fault: Int
    var counters: [String: Int]
  }

  init(
    _ engine: E, sizes: HeTraXSizes, memory: HostMemory, latency: Int, stalls: Double, seed: Seed
  ) throws {
    let registers = HeTraXAccelerator(sizes: sizes).registers
    let fault = registers.registers.firstIndex { $0.name == "fault" } ?? 0
    names = registers.registers.dropFirst(fault + 1).map(\.name)
    host = try RegisterHost(
      engine, registers: registers, buses: ["instructions", "memory"].map { ($0, memory) }, latency: latency,
      stalls: stalls, seed: seed)
  }

  /// Sets the temperatures of the cores of crossbars.
  func heat(_ codes: [UInt8]) throws {
    for (core, code) in codes.enumerated() { try host.write("temperature\(core)", Int(code)) }
  }

  /// Calls `body` for every byte that is written to the memory of the controller, with its address, the byte and the cycle.
  func onWrite(_ body: @escaping (Int, UInt8, Int) -> Void) { host.onWrite(over: memoryBus, body) }

  /// Calls `body` for every word that a bank of a shared memory stores, with the number of the bank among all.
  func onStore(banks: Int, _ body: @escaping (_ bank: Int, _ address: Int, _ word: UInt64, _ cycle: Int) -> Void) throws
  {
    let pins = try (0..<banks).map { bank in
      try ["stores", "address", "data"].map { try host.pin(of: "observed_\(bank)_\($0)") }
    }
    host.onCycle = { [unowned host] in
      for (bank, own) in pins.enumerated() where own[0].unsigned == 1 {
        body(bank, Int(own[1].unsigned), own[2].unsigned, host.cycle)
      }
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
    var counters: [String: Int] = [:]
    for name in names { counters[name] = try host.read(name) }
    return Report(fault: try host.read("fault"), counters: counters)
  }
}
