import Components
import Engine
import Testbench
import XFormer
import XFormerHardware

/// A host of an X-Former machine: it writes the control registers over AXI4-Lite, answers all buses from a memory, waits for the
/// interrupt and reads the counters.
final class XFormerHost<E: Engine> {
  private let engine: E
  private let buses: [BusMemory]
  private let map: RegisterMap
  private let engines: Int
  private let control: [String: Pin]
  private let interrupt: Pin
  /// Cycles since the reset.
  private(set) var cycle = 0

  /// How a program ended.
  struct Report {
    var fault: Int
    var counters: [String: Int]
  }

  init(
    _ engine: E, sizes: XFormerSizes, memory: HostMemory, latency: Int = 8, stalls: Double = 0, seed: Seed = Seed(1)
  ) throws {
    self.engine = engine
    map = XFormerAccelerator(sizes: sizes).registers
    engines = sizes.engines
    let names = ["instructions"] + (0..<sizes.engines).map { "memory_\($0)" }
    buses = try names.map {
      try BusMemory(engine, $0, memory, latency: latency, stalls: stalls, seed: seed)
    }
    var control: [String: Pin] = [:]
    var interrupt: Pin?
    for (index, port) in engine.interface.ports.enumerated() {
      if port.name.hasPrefix("control_") { control[String(port.name.dropFirst(8))] = engine.pin(at: index) }
      if port.name == "interrupt" { interrupt = engine.pin(at: index) }
    }
    self.control = control
    guard let interrupt else { throw MachineError.port("interrupt") }
    self.interrupt = interrupt
    try engine.reset()
  }

  func onWrite(_ body: @escaping (Int, UInt8, Int) -> Void) {
    for bus in buses { bus.onWrite = { [unowned self] in body($0, $1, cycle) } }
  }

  /// Runs a program to its end.
  ///
  /// - Parameter progress: Told the cycle now and then; false ends the run.
  func run(program: Int, commands: Int, progress: (Int) -> Bool) throws -> Report {
    try write("program", program)
    try write("commands", commands)
    try write("control", 1)
    var (lastTransfers, since) = (0, cycle)
    guard progress(cycle) else { throw MachineError.cancelled }
    while true {
      try settle()
      if interrupt.unsigned == 1 {
        try next()
        break
      }
      try next()
      guard cycle & 0xFF == 0 else { continue }
      let transfers = buses.reduce(0) { $0 + $1.transfers }
      if transfers != lastTransfers { (lastTransfers, since) = (transfers, cycle) }
      guard cycle - since < 50_000 else { throw MachineError.stalled(cycles: cycle - since, at: cycle) }
      guard progress(cycle) else { throw MachineError.cancelled }
    }
    try write("event", 1)
    try write("control", 0)
    var counters: [String: Int] = [:]
    let names =
      XFormerAccelerator.Counter.allCases.map { "\($0)" } + (0..<engines).flatMap { ["busy\($0)", "waits\($0)"] }
    for name in names { counters[name] = try read(name) }
    return Report(fault: try read("fault"), counters: counters)
  }

  private func settle() throws {
    for bus in buses { bus.drive(cycle) }
    try engine.settle()
    do throws(BusMemory.Violation) { for bus in buses { try bus.sample(cycle) } } catch {
      throw MachineError.bus(error.description)
    }
  }

  private func next() throws {
    try engine.step()
    cycle += 1
  }

  // MARK: Registers

  private func address(of register: String) -> UInt64 {
    guard let index = map.registers.firstIndex(where: { $0.name == register }) else {
      preconditionFailure("there is a register \(register)")
    }
    return UInt64(4 * index)
  }

  private func pin(_ name: String) throws -> Pin {
    guard let pin = control[name] else { throw MachineError.port("control_\(name)") }
    return pin
  }

  private func write(_ register: String, _ value: Int) throws {
    try pin("awaddr").unsigned = address(of: register)
    try pin("wdata").unsigned = UInt64(UInt32(truncatingIfNeeded: value))
    try pin("wstrb").unsigned = 15
    let (awvalid, wvalid, bready) = try (pin("awvalid"), pin("wvalid"), pin("bready"))
    for pin in [awvalid, wvalid, bready] { pin.unsigned = 1 }
    let (awready, wready, bvalid) = try (pin("awready"), pin("wready"), pin("bvalid"))
    var isAnswered = false
    while !isAnswered {
      try settle()
      let (takesAddress, takesData) = (awready.unsigned == 1, wready.unsigned == 1)
      isAnswered = bvalid.unsigned == 1
      try next()
      if takesAddress { awvalid.unsigned = 0 }
      if takesData { wvalid.unsigned = 0 }
    }
    bready.unsigned = 0
  }

  private func read(_ register: String) throws -> Int {
    try pin("araddr").unsigned = address(of: register)
    let (arvalid, rready) = try (pin("arvalid"), pin("rready"))
    (arvalid.unsigned, rready.unsigned) = (1, 1)
    let (arready, rvalid, rdata) = try (pin("arready"), pin("rvalid"), pin("rdata"))
    var value: Int?
    while value == nil {
      try settle()
      let takesAddress = arready.unsigned == 1
      if rvalid.unsigned == 1 { value = Int(rdata.unsigned) }
      try next()
      if takesAddress { arvalid.unsigned = 0 }
    }
    rready.unsigned = 0
    return value ?? 0
  }
}
