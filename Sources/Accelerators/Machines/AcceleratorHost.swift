import Components
import Engine
import TATAAHardware
import Testbench

/// A host of a TATAA accelerator: it writes the control registers over AXI4-Lite, answers the buses of each core from a
/// memory, waits for the interrupt and reads the counters.
public final class AcceleratorHost<E: Engine> {
  /// How far a run has come: cycles so far. False ends it.
  public typealias Progress = (Int) -> Bool

  /// Cycles without a transfer on any bus after which the machine is said to hang.
  public static var patience: Int { 200_000 }

  private let engine: E
  private let buses: [BusMemory]
  private let registers: RegisterMap
  private let control: [String: Pin]
  private let interrupt: Pin
  private let cores: Int
  /// Cycles since the reset.
  public private(set) var cycle = 0

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
    self.engine = engine
    cores = memories.count
    registers = TATAAAccelerator.registers(cores: cores)
    buses = try memories.enumerated().flatMap { number, memory in
      try Self.names(of: number, in: engine).map { name in
        try BusMemory(engine, name, memory, latency: latency, stalls: stalls, seed: seed)
      }
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

  /// The names of the buses of a core: that of X is only there where X has one of its own.
  private static func names(of core: Int, in engine: E) -> [String] {
    ["memory_\(core)", "instructions_\(core)", "operands_\(core)"].filter { name in
      !name.hasPrefix("operands") || engine.interface.ports.contains { $0.name == name + "_araddr" }
    }
  }

  /// Calls `body` for every byte that core `core` writes, with its address, the byte and the cycle.
  func onWrite(of core: Int, _ body: @escaping (Int, UInt8, Int) -> Void) {
    buses[buses.count / cores * core].onWrite = { [unowned self] in body($0, $1, cycle) }
  }

  /// Runs a job on each core, from the first register write to the last counter.
  ///
  /// - Throws: ``MachineError`` when the machine hangs, breaks the rules of a bus or is interrupted, and what the engine says.
  public func run(_ jobs: [CoreJob], progress: Progress = { _ in true }) throws -> [CoreReport] {
    for (core, job) in jobs.enumerated() {
      try write("programPage\(core)", job.program / 4096)
      try write("programWords\(core)", job.words)
      try write("memoryPage\(core)", job.base / 4096)
      try write("lastAddress\(core)", job.size - 1)
    }
    try write("control", 1 << jobs.count - 1)
    try waitForInterrupt(progress)
    try write("event", 1)
    try write("control", 0)
    return try jobs.indices.map { core in
      var counters: [TATAAAccelerator.Counter: Int] = [:]
      for counter in TATAAAccelerator.Counter.allCases { counters[counter] = try read("\(counter)\(core)") }
      let status = try read("status\(core)")
      guard let known = MachineStatus(rawValue: numericCast(status)) else {
        throw MachineError.bus("status \(status) of core \(core) is none")
      }
      return CoreReport(status: known, stoppedAt: try read("stoppedAt\(core)"), counters: counters)
    }
  }

  private func waitForInterrupt(_ progress: Progress) throws {
    var (lastTransfers, since) = (0, cycle)
    guard progress(cycle) else { throw MachineError.cancelled }
    while true {
      try settle()
      if interrupt.unsigned == 1 { return try next() }
      try next()
      guard cycle & 0xFFF == 0 else { continue }
      let transfers = buses.reduce(0) { $0 + $1.transfers }
      if transfers != lastTransfers { (lastTransfers, since) = (transfers, cycle) }
      guard cycle - since < Self.patience else { throw MachineError.stalled(cycles: cycle - since, at: cycle) }
      guard progress(cycle) else { throw MachineError.cancelled }
    }
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
    guard let index = registers.registers.firstIndex(where: { $0.name == register }) else {
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
