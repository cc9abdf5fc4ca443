import Engine
import Netlist
import Testbench
import Testing

@testable import Machines

/// An engine whose pins a test drives.
private final class Pins: Engine {
  let interface: ModuleInterface
  var cycle: UInt64 = 0
  private let storage: [UnsafeMutableRawPointer]
  /// Called before every edge.
  var onSettle: (Pins) -> Void = { _ in }

  init(_ ports: [(name: String, width: Int)]) {
    interface = ModuleInterface(
      name: "Pins", ports: ports.map { PortShape(name: $0.name, direction: .input, width: $0.width) }, clocks: [])
    storage = ports.map {
      let count = Pin.byteCount(width: $0.width)
      let bytes = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 8)
      bytes.initializeMemory(as: UInt8.self, repeating: 0, count: count)
      return bytes
    }
  }

  deinit { for bytes in storage { bytes.deallocate() } }

  func pin(at index: Int) -> Pin { Pin(storage: storage[index], width: interface.ports[index].width, isSigned: false) }
  func pin(_ name: String) -> Pin { pin(at: interface.ports.firstIndex { $0.name == name }!) }
  func resetPin(ofClock index: Int) -> Pin? { nil }
  func settle() { onSettle(self) }
  func step(clocks: UInt64) { cycle += 1 }
  func startTrace(path: String) {}
  func stopTrace() {}
}

private let readPorts = [
  ("araddr", 32), ("arlen", 8), ("arvalid", 1), ("arready", 1), ("rdata", 64), ("rlast", 1), ("rvalid", 1),
  ("rready", 1), ("rresp", 2),
]
private let writePorts = [
  ("awaddr", 32), ("awlen", 8), ("awvalid", 1), ("awready", 1), ("wdata", 64), ("wstrb", 8), ("wlast", 1),
  ("wvalid", 1), ("wready", 1), ("bvalid", 1), ("bready", 1), ("bresp", 2),
]

struct BusMemoryTests {
  private static func bus(
    _ contents: [UInt8], latency: Int = 2, stalls: Double = 0
  ) throws -> (Pins, BusMemory, HostMemory) {
    let pins = Pins((readPorts + writePorts).map { (name: "m_" + $0.0, width: $0.1) })
    let memory = HostMemory(contents)
    return (pins, try BusMemory(pins, "m", memory, latency: latency, stalls: stalls, seed: Seed(5)), memory)
  }

  @Test(arguments: [0.0, 0.5]) func `A burst is read in order, and stays offered until it is taken`(stalls: Double)
    throws
  {
    let (pins, bus, _) = try Self.bus((0..<64).map { UInt8($0) }, stalls: stalls)
    (pins.pin("m_araddr").unsigned, pins.pin("m_arlen").unsigned, pins.pin("m_arvalid").unsigned) = (8, 2, 1)
    var words: [UInt64] = []
    var (before, lasts): (UInt64?, [Bool]) = (nil, [])
    for cycle in 0..<100 {
      bus.drive(cycle)
      let takes = cycle % 3 == 0
      pins.pin("m_rready").unsigned = takes ? 1 : 0
      let isValid = pins.pin("m_rvalid").unsigned == 1
      if let before { #expect(isValid && pins.pin("m_rdata").unsigned == before) }
      before = isValid && !takes ? pins.pin("m_rdata").unsigned : nil
      if isValid, takes {
        words.append(pins.pin("m_rdata").unsigned)
        lasts.append(pins.pin("m_rlast").unsigned == 1)
      }
      let isTaken = pins.pin("m_arready").unsigned == 1
      try bus.sample(cycle)
      if isTaken { pins.pin("m_arvalid").unsigned = 0 }
    }
    #expect(words == [0x0F0E_0D0C_0B0A_0908, 0x1716_1514_1312_1110, 0x1F1E_1D1C_1B1A_1918])
    #expect(lasts == [false, false, true])
  }

  @Test func `Bytes are written under their strobes and answered`() throws {
    let (pins, bus, memory) = try Self.bus([UInt8](repeating: 9, count: 32))
    var written: [Int] = []
    bus.onWrite = { address, _ in written.append(address) }
    (pins.pin("m_awaddr").unsigned, pins.pin("m_awlen").unsigned, pins.pin("m_awvalid").unsigned) = (16, 0, 1)
    bus.drive(0)
    try bus.sample(0)
    pins.pin("m_awvalid").unsigned = 0
    (pins.pin("m_wdata").unsigned, pins.pin("m_wstrb").unsigned) = (0x0706_0504_0302_0100, 0b1010_0001)
    (pins.pin("m_wlast").unsigned, pins.pin("m_wvalid").unsigned, pins.pin("m_bready").unsigned) = (1, 1, 1)
    var answered: Int?
    for cycle in 1..<9 {
      bus.drive(cycle)
      if pins.pin("m_bvalid").unsigned == 1, answered == nil { answered = cycle }
      let isTaken = pins.pin("m_wready").unsigned == 1
      try bus.sample(cycle)
      if isTaken { pins.pin("m_wvalid").unsigned = 0 }
    }
    #expect(written == [16, 21, 23] && answered == 3)
    #expect(Array(memory.bytes[16..<24]) == [0, 9, 9, 9, 9, 5, 9, 7])
  }

  @Test func `What AXI4 does not allow is said`() throws {
    func failure(_ prepare: (Pins) -> Void) throws -> String {
      let (pins, bus, _) = try Self.bus([UInt8](repeating: 0, count: 64))
      prepare(pins)
      do {
        for cycle in 0..<4 {
          bus.drive(cycle)
          try bus.sample(cycle)
        }
      } catch { return "\(error)" }
      return "nothing"
    }
    let read = try failure {
      ($0.pin("m_araddr").unsigned, $0.pin("m_arlen").unsigned, $0.pin("m_arvalid").unsigned) = (4080, 2, 1)
    }
    #expect(read == "a burst of 3 words across a page of 4 KiB, from 4080, on the bus 'm' in cycle 0")
    let last = try failure {
      (
        $0.pin("m_awvalid").unsigned, $0.pin("m_awlen").unsigned, $0.pin("m_wvalid").unsigned,
        $0.pin("m_wlast").unsigned
      ) = (1, 1, 1, 1)
    }
    #expect(last == "a wrong WLAST on the bus 'm' in cycle 1")
    let past = try failure {
      ($0.pin("m_awvalid").unsigned, $0.pin("m_awaddr").unsigned, $0.pin("m_wvalid").unsigned) = (1, 64, 1)
      $0.pin("m_wstrb").unsigned = 1
    }
    #expect(past == "a write past the memory, to 64, on the bus 'm' in cycle 1")
  }

  @Test func `A port that is not there is named`() throws {
    let pins = Pins([(name: "m_araddr", width: 32)])
    #expect(throws: MachineError.self) {
      try BusMemory(pins, "m", HostMemory([0]), latency: 1, stalls: 0, seed: Seed(1))
    }
  }
}

struct AcceleratorHostTests {
  @Test func `A machine that does nothing is said to hang`() throws {
    var ports: [(name: String, width: Int)] = [("interrupt", 1)]
    ports += readPorts.map { (name: "instructions_0_" + $0.0, width: $0.1) }
    ports += (readPorts + writePorts).map { (name: "memory_0_" + $0.0, width: $0.1) }
    ports += [
      ("awaddr", 12), ("awvalid", 1), ("awready", 1), ("wdata", 32), ("wstrb", 4), ("wvalid", 1), ("wready", 1),
      ("bvalid", 1), ("bready", 1), ("bresp", 2), ("araddr", 12), ("arvalid", 1), ("arready", 1), ("rdata", 32),
      ("rvalid", 1), ("rready", 1), ("rresp", 2),
    ].map { (name: "control_" + $0.0, width: $0.1) }
    let pins = Pins(ports)
    for name in ["awready", "wready", "bvalid", "arready", "rvalid"] { pins.pin("control_" + name).unsigned = 1 }
    let host = try AcceleratorHost(pins, memories: [HostMemory([UInt8](repeating: 0, count: 8192))])
    do {
      _ = try host.run([CoreJob(program: 0, words: 1, base: 4096, size: 4096)])
      Issue.record("it ended")
    } catch let error as MachineError {
      #expect("\(error)".contains("the machine hangs"), "\(error)")
    }
  }
}
