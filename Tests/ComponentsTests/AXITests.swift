import Catalog
import Components
import Golden
import HDL
import Netlist
import Simulator
import Testing

@Suite struct AXITests {
  @Test func `Registers answer as the golden model does, with a bus between and without`() throws {
    for stalls in stallProfiles {
      try Catalog.registerBank.expectPassed(RegisterBank(), CountWorkload(count: 1000), stalls: stalls)
      try Catalog.axiLiteSystem.expectPassed(AXILiteSystem(), CountWorkload(count: 300), stalls: stalls)
    }
    let one = RegisterBank(
      map: RegisterMap([RegisterDescription("only", .readWrite(reset: 5), "It.")]), addressWidth: 3)
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
      try Catalog.axiStreamLink.expectPassed(AXIStreamLink(bytes: bytes), CountWorkload(count: 60), stalls: stalls)
    }
  }

  static let shapes = [
    BurstShape(), BurstShape(addressWidth: 13, wordBytes: 2, lengthWidth: 8, maximumBurst: 1, outstanding: 1),
    BurstShape(addressWidth: 20, wordBytes: 16, lengthWidth: 12, maximumBurst: 256, outstanding: 3),
    BurstShape(addressWidth: 32, wordBytes: 128, lengthWidth: 13, maximumBurst: 32, outstanding: 2),
  ]

  @Test(arguments: shapes) func `Transfers of any alignment are cut into bursts`(shape: BurstShape) throws {
    let work = CountWorkload(count: 40)
    for stalls in stallProfiles {
      try Catalog.burstReader.expectPassed(BurstReader(shape: shape), work, stalls: stalls)
      try Catalog.burstWriter.expectPassed(BurstWriter(shape: shape), work, stalls: stalls)
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
      BurstShape(wordBytes: 3), BurstShape(maximumBurst: 12), BurstShape(wordBytes: 32, maximumBurst: 256),
      BurstShape(outstanding: 0),
    ] {
      #expect(throws: DiagnosticList.self) { try BurstReader(shape: shape).elaborate() }
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
      try Catalog.axiStreamReceiver.expectPassed(AXIStreamReceiver(bytes: bytes), work, stalls: stalls)
      try Catalog.axiStreamSender.expectPassed(AXIStreamSender(bytes: bytes), work, stalls: stalls)
    }
  }

  @Test(arguments: shapes) func `A master reads and writes at the same time on the pins of a bus`(
    shape: BurstShape
  ) throws {
    for stalls in stallProfiles {
      try Catalog.axiBurstMaster.expectPassed(AXIBurstMaster(shape: shape), CountWorkload(count: 30), stalls: stalls)
    }
  }
}
