import Catalog
import Components
import Entries
import Golden
import HDL
import Netlist
import Simulator
import TestSupport
import Testing

@Suite struct AXITests {
  @Test func `Registers answer as the golden model does, with a bus between and without`() throws {
    for stalls in stallProfiles {
      try Catalog.registerBank.expectPassed(RegisterBank(), CountWorkload(count: 1000), stalls: stalls)
      try Catalog.axiLiteSystem.expectPassed(AXILiteSystem(), CountWorkload(count: 300), stalls: stalls)
    }
    let one = RegisterBank {
      $0.map = RegisterMap([RegisterDescription("only", .readWrite(reset: 5), "It.")])
      $0.addressWidth = 3
    }
    try Catalog.registerBank.expectPassed(one, CountWorkload(count: 300))
  }

  @Test func `Events stay until software writes 1 to them, and one that happens meanwhile is not lost`() throws {
    let sim = try Simulation(RegisterBank())
    try sim.reset()
    func access(_ isWrite: Int, _ data: Int) throws -> Int {
      let pins = ["access_valid": 1, "access_is_write": isWrite, "access_address": 12, "access_data": data]
      for (name, value) in pins { sim.engine.pin(name)?.unsigned = UInt64(value) }
      sim.engine.pin("access_strobe")?.unsigned = 15
      sim.engine.pin("response_ready")?.unsigned = 1
      try sim.step()
      sim.engine.pin("access_valid")?.unsigned = 0
      try sim.settle()
      return Int(sim.engine.pin("response_data")?.unsigned ?? 0)
    }
    sim.event[0] = 0b101
    try sim.step()
    sim.event[0] = 0
    #expect(try access(0, 0) == 0b101)
    sim.event[0] = 0b001
    _ = try access(1, 0b001)
    sim.event[0] = 0
    #expect(sim.pending[0] == 0b101)
    _ = try access(1, 0b001)
    #expect(sim.pending[0] == 0b100)
  }

  @Test func `A map gives a C header and SystemRDL`() throws {
    let map = RegisterMap([
      RegisterDescription("maxBurst", width: 8, .readWrite(reset: 16), "Words of a burst."),
      RegisterDescription("state", width: 2, .readOnly, "Where it is."),
      RegisterDescription("events", width: 3, .writeOneToClear, "What happened."),
    ])
    #expect(
      try map.cHeader(prefix: "DMA") == """
        #ifndef DMA_REGISTERS_H
        #define DMA_REGISTERS_H

        #include <stdint.h>

        /* Words of a burst. (read and write) */
        #define DMA_MAX_BURST_OFFSET UINT32_C(0x0)
        #define DMA_MAX_BURST_MASK UINT32_C(0xFF)
        #define DMA_MAX_BURST_RESET UINT32_C(0x10)

        /* Where it is. (read only) */
        #define DMA_STATE_OFFSET UINT32_C(0x4)
        #define DMA_STATE_MASK UINT32_C(0x3)

        /* What happened. (write 1 to clear) */
        #define DMA_EVENTS_OFFSET UINT32_C(0x8)
        #define DMA_EVENTS_MASK UINT32_C(0x7)

        #define DMA_REGISTERS_SIZE UINT32_C(0xC)

        #endif

        """)
    #expect(
      try map.systemRDL(name: "dma") == """
        addrmap dma {
          default regwidth = 32;
          default accesswidth = 32;
          reg {
            desc = "Words of a burst.";
            field { sw = rw; hw = r; reset = 0x10; } value[7:0];
          } max_burst @ 0x0;
          reg {
            desc = "Where it is.";
            field { sw = r; hw = w; } value[1:0];
          } state @ 0x4;
          reg {
            desc = "What happened.";
            field { sw = rw; hw = w; onwrite = woclr; hwset; reset = 0x0; } value[2:0];
          } events @ 0x8;
        };

        """)
  }

  @Test(arguments: [1, 2, 4, 9]) func `Beats pass over AXI4-Stream`(bytes: Int) throws {
    for stalls in stallProfiles {
      try Catalog.axiStreamLink.expectPassed(
        AXIStreamLink { $0.bytes = bytes }, CountWorkload(count: 60), stalls: stalls)
    }
  }

  static let shapes = [
    BurstShape(),
    BurstShape {
      ($0.addressWidth, $0.wordBytes, $0.lengthWidth) = (13, 2, 8)
      ($0.maximumBurst, $0.outstanding) = (1, 1)
    },
    BurstShape {
      ($0.addressWidth, $0.wordBytes, $0.lengthWidth) = (20, 16, 12)
      ($0.maximumBurst, $0.outstanding) = (256, 3)
    },
    BurstShape {
      ($0.addressWidth, $0.wordBytes, $0.lengthWidth) = (32, 128, 13)
      ($0.maximumBurst, $0.outstanding) = (32, 2)
    },
  ]

  @Test(arguments: shapes) func `Transfers of any alignment are cut into bursts`(shape: BurstShape) throws {
    let work = CountWorkload(count: 40)
    for stalls in stallProfiles {
      try Catalog.burstReader.expectPassed(BurstReader { $0.shape = shape }, work, stalls: stalls)
      try Catalog.burstWriter.expectPassed(BurstWriter { $0.shape = shape }, work, stalls: stalls)
    }
  }

  @Test func `Golden bursts cover the transfer and keep within 4 KiB`() {
    for (address, length) in [(0, 1), (4095, 2), (4090, 5000), (123, 4096), (8191, 1), (64, 64)] {
      let split = BurstSplit(address: address, length: length, wordBytes: 4, maximumBurst: 16)
      #expect(split.bytes.joined().count { $0 } == length)
      #expect(split.bursts.reduce(0) { $0 + $1.words } == split.bytes.count)
      var next = address / 4 * 4
      for burst in split.bursts {
        #expect(burst.address == next && (1...16).contains(burst.words))
        #expect(burst.address / 4096 == (burst.address + 4 * burst.words - 1) / 4096)
        next += 4 * burst.words
      }
    }
  }

  @Test func `Shapes that no bus has are refused`() {
    for shape in [
      BurstShape { $0.wordBytes = 3 }, BurstShape { $0.maximumBurst = 12 },
      BurstShape { ($0.wordBytes, $0.maximumBurst) = (32, 256) },
      BurstShape { $0.outstanding = 0 },
    ] {
      #expect(throws: DiagnosticList.self) { try BurstReader { $0.shape = shape }.elaborate() }
    }
  }

  @Test func `Each adapter of AXI4-Lite stands alone on the bus`() throws {
    for stalls in stallProfiles {
      try Catalog.axiLiteManager.expectPassed(AXILiteManager(), CountWorkload(count: 300), stalls: stalls)
      for index in 0..<2 {
        try Catalog.axiLiteSubordinate.expectPassed(
          AXILiteSubordinate(), CountWorkload(count: 300), stalls: stalls, index: index)
      }
      try Catalog.axiLiteRegisterBank.expectPassed(AXILiteRegisterBank(), CountWorkload(count: 300), stalls: stalls)
    }
  }

  @Test(arguments: [1, 4, 9]) func `Each adapter of AXI4-Stream stands alone on the bus`(bytes: Int) throws {
    for stalls in stallProfiles {
      let work = CountWorkload(count: 60)
      try Catalog.axiStreamReceiver.expectPassed(AXIStreamReceiver { $0.bytes = bytes }, work, stalls: stalls)
      try Catalog.axiStreamSender.expectPassed(AXIStreamSender { $0.bytes = bytes }, work, stalls: stalls)
    }
  }

  @Test(arguments: shapes) func `A master reads and writes at the same time on the pins of a bus`(
    shape: BurstShape
  ) throws {
    for stalls in stallProfiles {
      try Catalog.axiBurstMaster.expectPassed(
        AXIBurstMaster { $0.shape = shape }, CountWorkload(count: 30), stalls: stalls)
    }
  }
}

extension AXITests {
  private static let wide = RegisterBank { $0.dataWidth = 64 }

  @Test func `Words of 64 bits have two registers, each with its own strobes`() throws {
    let odd = RegisterBank {
      $0.map = RegisterMap([
        RegisterDescription("a", .readWrite(reset: 1), "A."), RegisterDescription("b", width: 9, .readOnly, "B."),
        RegisterDescription("c", width: 5, .writeOneToClear, "C."),
      ])
      ($0.addressWidth, $0.dataWidth) = (4, 64)
    }
    for bank in [Self.wide, odd] {
      for stalls in stallProfiles {
        try Catalog.registerBank.expectPassed(bank, CountWorkload(count: 500), stalls: stalls)
        for index in 0..<2 {
          try Catalog.registerBank.expectPassed(bank, CountWorkload(count: 500), stalls: stalls, index: index)
          let peripheral = AXILiteRegisterBank { $0.bank = bank }
          try Catalog.axiLiteRegisterBank.expectPassed(
            peripheral, CountWorkload(count: 200), stalls: stalls, index: index)
        }
      }
    }
    try Catalog.axiLiteSystem.expectPassed(AXILiteSystem { $0.bank = Self.wide }, CountWorkload(count: 300))
  }

  @Test func `Each adapter of AXI4-Lite has words of 64 bits`() throws {
    for index in 0..<2 {
      let work = CountWorkload(count: 300)
      try Catalog.axiLiteManager.expectPassed(AXILiteManager { $0.dataWidth = 64 }, work, index: index)
      try Catalog.axiLiteSubordinate.expectPassed(AXILiteSubordinate { $0.dataWidth = 64 }, work, index: index)
    }
  }

  @Test func `A write to half a word changes that half, and one to where no register is fails`() throws {
    let sim = try Simulation(AXILiteRegisterBank { $0.bank = Self.wide })
    try sim.reset()
    /// Writes and gives the response.
    func write(_ address: Int, _ data: Int, _ strobe: Int) throws -> Int? {
      let axi = sim.axi
      (axi.aw.valid, axi.w.valid, axi.b.ready) = (1, 1, 1)
      axi.aw[\.addr] = address
      axi.w[\.data] = data
      axi.w[\.strb] = strobe
      try sim.step()
      (axi.aw.valid, axi.w.valid) = (0, 0)
      for _ in 0..<20 {
        if axi.b.valid == 1 {
          let response = axi.b[\.resp]
          try sim.step()
          return response
        }
        try sim.step()
      }
      return nil
    }
    #expect(try write(0, 0x1234_5678_0000_00AB, 0xF1) == 0)
    #expect(sim.value[0] == 0xAB && sim.value[1] == 0x1234_5678)
    #expect(try write(4, 0x0000_9900_0000_00CD, 0x20) == 0)
    #expect(sim.value[0] == 0xAB && sim.value[1] == 0x1234_9978)
    // The status can only be read; the word behind it has no register.
    #expect(try write(8, 0, 0x01) == 2)
    #expect(try write(8, 0, 0xF0) == 0)
    #expect(try write(16, 0, 0x00) == 2)
  }

  @Test func `The pins of a bus have the names of the standard, on both sides`() throws {
    func names(_ circuit: Circuit, _ direction: PortDirection) -> [String] {
      circuit.top.ports.filter { $0.shape.direction == direction && $0.shape.name.hasPrefix("axi") }.map(\.shape.name)
    }
    let (manager, subordinate) = (try AXILiteManager().elaborate(), try AXILiteSubordinate().elaborate())
    #expect(
      names(manager, .output) == [
        "axi_awvalid", "axi_awaddr", "axi_awprot", "axi_wvalid", "axi_wdata", "axi_wstrb", "axi_bready", "axi_arvalid",
        "axi_araddr", "axi_arprot", "axi_rready",
      ])
    #expect(names(manager, .output) == names(subordinate, .input))
    #expect(names(manager, .input) == names(subordinate, .output))
    let master = try AXIBurstMaster { $0.idWidth = 0 }.elaborate()
    #expect(
      names(master, .output).prefix(9) == [
        "axi_awvalid", "axi_awaddr", "axi_awlen", "axi_awsize", "axi_awburst", "axi_awlock", "axi_awcache",
        "axi_awprot",
        "axi_awqos",
      ])
    #expect(names(try AXIBurstMaster { $0.idWidth = 4 }.elaborate(), .input).contains("axi_rid"))
    #expect(
      names(try AXIStreamSender().elaborate(), .output) == ["axis_tvalid", "axis_tdata", "axis_tkeep", "axis_tlast"])
  }

  @Test(arguments: [0, 4]) func `A master has identifiers of any width`(idWidth: Int) throws {
    for index in 0..<2 {
      try Catalog.axiBurstMaster.expectPassed(
        AXIBurstMaster { $0.idWidth = idWidth }, CountWorkload(count: 40), index: index)
    }
  }

  @Test func `Widths of data that AXI4-Lite has not are refused`() {
    let error = #expect(throws: DiagnosticList.self) { try AXILiteManager { $0.dataWidth = 128 }.elaborate() }
    #expect(error?.description.contains("parameter 'dataWidth' is 128") ?? false)
  }
}
