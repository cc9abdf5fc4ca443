import Catalog
import Components
import Engine
import Entries
import HDL
import Netlist
import Simulator
import TestSupport
import Testing

/// Accesses on the bus that are easily done wrong.
@Suite struct RegisterCornerTests {
  private static let map = RegisterMap([
    RegisterDescription("control", width: 12, .readWrite(reset: 0x5A5), "Written."),
    RegisterDescription("state", width: 12, .readOnly, "Shown."),
    RegisterDescription("events", width: 12, .writeOneToClear, "Happened."),
  ])

  private let bus: NativeModel

  init() throws {
    bus = try Simulation(AXILiteRegisterBank { ($0.bank.map, $0.bank.addressWidth) = (Self.map, 5) }).engine
    try bus.reset(cycles: 1)
    for name in ["axi_bready", "axi_rready"] { bus[name] = 1 }
  }

  /// Offers on `channels` until all are taken, and gives what `answer` shows.
  private func transfer(_ channels: [String], _ answer: String, _ port: String) throws -> (Int, Int) {
    for channel in channels { bus["axi_\(channel)valid"] = 1 }
    for _ in 0..<20 {
      bus.settle()
      let taken = channels.filter { bus["axi_\($0)valid"] & bus["axi_\($0)ready"] == 1 }
      if bus["axi_\(answer)valid"] == 1 {
        let result = (bus["axi_\(answer)resp"], bus[port])
        try bus.step()
        return result
      }
      try bus.step()
      for channel in taken { bus["axi_\(channel)valid"] = 0 }
    }
    Issue.record("no answer")
    return (-1, -1)
  }

  private func write(_ address: Int, _ data: Int, strobe: Int) throws -> Int {
    bus["axi_awaddr"] = address
    bus["axi_wdata"] = data
    bus["axi_wstrb"] = strobe
    return try transfer(["aw", "w"], "b", "axi_bresp").0
  }

  private func read(_ address: Int) throws -> (response: Int, word: Int) {
    bus["axi_araddr"] = address
    return try transfer(["ar"], "r", "axi_rdata")
  }

  @Test func `A write without strobes changes nothing and is OKAY where there is a register`() throws {
    bus["status_0"] = 0x123
    bus["event_0"] = 0xF0F
    try bus.step()
    bus["event_0"] = 0
    for address in [0, 4, 8] { #expect(try write(address, -1 & 0xFFFF_FFFF, strobe: 0) == 0) }
    #expect(try read(0) == (0, 0x5A5))
    #expect(try read(4) == (0, 0x123))
    #expect(try read(8) == (0, 0xF0F))
    // Without a register there is nothing to leave alone.
    #expect(try write(12, 0, strobe: 0) == 2)
  }

  @Test(arguments: 1..<16)
  func `A strobe decides byte by byte`(strobe: Int) throws {
    bus["event_0"] = 0xFFF
    try bus.step()
    bus["event_0"] = 0
    let mask = (0..<4).reduce(0) { strobe >> $1 & 1 == 1 ? $0 | 0xFF << (8 * $1) : $0 } & 0xFFF
    #expect(try write(0, 0, strobe: strobe) == 0)
    #expect(try read(0) == (0, 0x5A5 & ~mask))
    // SLVERR: a byte of what can only be read, even one above its width.
    #expect(try write(4, 0, strobe: strobe) == 2)
    #expect(try write(8, 0xFFFF_FFFF, strobe: strobe) == 0)
    #expect(try read(8) == (0, 0xFFF & ~mask))
  }

  @Test(arguments: 0..<4)
  func `The low bits of an address do not matter`(offset: Int) throws {
    #expect(try write(0 + offset, 0x3C3, strobe: 15) == 0)
    #expect(try read(0) == (0, 0x3C3))
    #expect(try read(0 + offset) == (0, 0x3C3))
    #expect(try write(4 + offset, 0, strobe: 15) == 2)
  }

  @Test(arguments: [12, 16, 28, 31])
  func `An address without a register is an error and shows nothing`(address: Int) throws {
    #expect(try read(address) == (2, 0))
    #expect(try write(address, 0, strobe: 15) == 2)
    #expect(try read(0) == (0, 0x5A5))
  }

  @Test func `A read changes nothing`() throws {
    bus["event_0"] = 0x801
    try bus.step()
    bus["event_0"] = 0
    for _ in 0..<3 { #expect(try read(8) == (0, 0x801)) }
    #expect(bus["pending_0"] == 0x801)
  }

  /// Where a write and a read of one register come in one clock, the write is first.
  @Test func `A read beside a write of the same register sees what was written`() throws {
    bus["axi_awaddr"] = 0
    bus["axi_araddr"] = 0
    bus["axi_wdata"] = 0x111
    bus["axi_wstrb"] = 15
    #expect(try transfer(["aw", "w", "ar"], "b", "axi_bresp").0 == 0)
    for _ in 0..<10 where bus["axi_rvalid"] == 0 {
      try bus.step()
      bus.settle()
    }
    #expect(bus["axi_rvalid"] == 1 && bus["axi_rdata"] == 0x111)
  }

  /// Every width from the least one that reaches the registers: that of a full map has no address without a register.
  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 9, 16, 17])
  func `A bank of any number of registers is as wide as it must be`(count: Int) throws {
    let map = RegisterMap(
      (0..<count).map { RegisterDescription("r\($0)", width: 8, .readWrite(reset: $0), "One of \(count).") })
    let least = max(3, Int.bitWidth - (4 * count - 1).leadingZeroBitCount)
    for width in [least, least + 1, 64] {
      let bank = RegisterBank { ($0.map, $0.addressWidth) = (map, width) }
      try Catalog.registerBank.expectPassed(bank, .init(count: 100))
      try Catalog.registerBank.expectPassed(bank, .init(count: 100), index: 1)
      try Catalog.axiLiteSystem.expectPassed(AXILiteSystem { $0.bank = bank }, .init(count: 60))
      for index in 0..<2 {
        try Catalog.axiLiteRegisterBank.expectPassed(
          AXILiteRegisterBank { $0.bank = bank }, .init(count: 60), index: index)
      }
    }
    let error = #expect(throws: DiagnosticList.self) {
      try RegisterBank { ($0.map, $0.addressWidth) = (map, least - 1) }.elaborate()
    }
    let found = try #require(error?.diagnostics.first)
    if least == 3 {
      #expect((found.message, found.fix) == ("parameter 'addressWidth' is 2", "use a value from 3 to 64"))
    } else {
      #expect(found.message == "addresses of \(least - 1) bits for \(count) registers in words of 32 bits")
      #expect(found.fix == "use at least \(least) bits")
    }
  }
}
