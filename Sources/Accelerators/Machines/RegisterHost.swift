import Components
import Engine
import Testbench

/// What a host of any machine does: it writes and reads control registers over AXI4-Lite, answers the buses from memories, and
/// waits for the interrupt.
///
/// The machine has the ports of AXI4-Lite as `control_…` and an `interrupt`.
final class RegisterHost<E: Engine> {
  /// How far a run has come: cycles so far. False ends it.
  typealias Progress = (Int) -> Bool

  /// Cycles without a transfer on any bus after which the machine is said to hang.
  static var patience: Int { 200_000 }

  private let engine: E
  private let buses: [BusMemory]
  private let registers: RegisterMap
  private let control: [String: Pin]
  private let interrupt: Pin
  /// Cycles since the reset.
  private(set) var cycle = 0
  /// Called in every cycle when the logic has settled, before the clock edge.
  var onCycle: () -> Void = {}

  /// A host of a machine in reset.
  ///
  /// - Parameters:
  ///   - engine: Runs the machine.
  ///   - registers: Its registers.
  ///   - buses: The names of its buses, each with the memory that answers it.
  ///   - latency: Cycles from the address of a burst to its first word.
  ///   - stalls: The probability with which each channel stalls in a cycle.
  ///   - seed: Decides the stalls.
  /// - Throws: A port that the design does not have, and what the engine says.
  init(
    _ engine: E, registers: RegisterMap, buses: [(name: String, memory: HostMemory)], latency: Int, stalls: Double,
    seed: Seed
  ) throws {
    self.engine = engine
    self.registers = registers
    self.buses = try buses.map { name, memory in
      try BusMemory(engine, name, memory, latency: latency, stalls: stalls, seed: seed)
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

  /// Calls `body` for every byte that is written over bus number `bus`, with its address, the byte and the cycle.
  func onWrite(over bus: Int, _ body: @escaping (Int, UInt8, Int) -> Void) {
    buses[bus].onWrite = { [unowned self] in body($0, $1, cycle) }
  }

  /// The pin of a port.
  ///
  /// - Throws: ``MachineError/port(_:)``.
  func pin(of port: String) throws -> Pin {
    guard let index = engine.interface.ports.firstIndex(where: { $0.name == port }) else {
      throw MachineError.port(port)
    }
    return engine.pin(at: index)
  }

  /// Waits until the machine interrupts.
  ///
  /// - Parameter patience: cycles without a transfer on any bus after which the machine is said to hang.
  /// - Throws: ``MachineError`` when it hangs, breaks the rules of a bus or `progress` ends it, and what the engine says.
  func waitForInterrupt(patience: Int = RegisterHost.patience, _ progress: Progress) throws {
    var (lastTransfers, since) = (0, cycle)
    guard progress(cycle) else { throw MachineError.cancelled }
    while true {
      try settle()
      if interrupt.unsigned == 1 { return try next() }
      try next()
      guard cycle & 0xFFF == 0 else { continue }
      let transfers = buses.reduce(0) { $0 + $1.transfers }
      if transfers != lastTransfers { (lastTransfers, since) = (transfers, cycle) }
      guard cycle - since < patience else { throw MachineError.stalled(cycles: cycle - since, at: cycle) }
      guard progress(cycle) else { throw MachineError.cancelled }
    }
  }

  private func settle() throws {
    for bus in buses { bus.drive(cycle) }
    try engine.settle()
    do throws(BusMemory.Violation) { for bus in buses { try bus.sample(cycle) } } catch {
      throw MachineError.bus(error.description)
    }
    onCycle()
  }

  private func next() throws {
    try engine.step()
    cycle += 1
  }

  // MARK: Registers

  private func address(of register: String) -> UInt64 {
    guard let index = registers.registers.firstIndex(where: { $0.name == register }) else {
      preconditionFailure("there is a register \(register)")
    }
    return UInt64(registers.address(of: index))
  }

  private func controlPin(_ name: String) throws -> Pin {
    guard let pin = control[name] else { throw MachineError.port("control_\(name)") }
    return pin
  }

  /// Writes a register.
  ///
  /// - Throws: What the engine says.
  func write(_ register: String, _ value: Int) throws {
    try controlPin("awaddr").unsigned = address(of: register)
    try controlPin("wdata").unsigned = UInt64(UInt32(truncatingIfNeeded: value))
    try controlPin("wstrb").unsigned = 15
    let (awvalid, wvalid, bready) = try (controlPin("awvalid"), controlPin("wvalid"), controlPin("bready"))
    for pin in [awvalid, wvalid, bready] { pin.unsigned = 1 }
    let (awready, wready, bvalid) = try (controlPin("awready"), controlPin("wready"), controlPin("bvalid"))
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

  /// Reads a register.
  ///
  /// - Throws: What the engine says.
  func read(_ register: String) throws -> Int {
    try controlPin("araddr").unsigned = address(of: register)
    let (arvalid, rready) = try (controlPin("arvalid"), controlPin("rready"))
    (arvalid.unsigned, rready.unsigned) = (1, 1)
    let (arready, rvalid, rdata) = try (controlPin("arready"), controlPin("rvalid"), controlPin("rdata"))
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
