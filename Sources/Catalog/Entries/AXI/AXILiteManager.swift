import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Accesses onto the bus.
  public static let axiLiteManager = Entry<AXILiteManager, CountWorkload>(
    "axi-lite-manager", "Turns a stream of accesses into AXI4-Lite transfers.",
    configurations: [
      ("narrow", AXILiteManager { $0.addressWidth = 3 }), ("wide", AXILiteManager { $0.dataWidth = 64 }),
    ],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Accesses"),
    expectedCycles: { _, work in 12 * work.count }
  ) { request -> any Bench in
    if request.checksTiming { return try request.managerPins(request.generator) }
    var bench = try request.streamBench()
    try request.varyWriteOrder(&bench, bus: "axi_")
    var random = bench.random("accesses")
    for _ in 0..<request.workload.count {
      let isWrite = random.integer(below: 2) == 1
      let width = request.generator.dataWidth
      let address = random.operand(bits: min(62, request.generator.addressWidth))
      let (data, strobe) = (random.operand(bits: width), random.operand(bits: width / 8))
      let answer = random.operand(bits: width)
      let resp = UInt64(random.integer(below: 4))
      try bench.send([isWrite ? 1 : 0, address, data, strobe], on: "access")
      if isWrite {
        try bench.expect([address, 0], on: "axi_aw")
        try bench.expect([data, strobe], on: "axi_w")
        try bench.holdResponse(on: "axi_b", after: ["axi_aw", "axi_w"])
        try bench.send([resp], on: "axi_b")
      } else {
        try bench.expect([address, 0], on: "axi_ar")
        try bench.holdResponse(on: "axi_r", after: ["axi_ar"])
        try bench.send([answer, resp], on: "axi_r")
      }
      try bench.expect([isWrite ? 0 : answer, resp >= 2 ? 1 : 0], on: "response")
    }
    return bench
  }
  .checked(proving: AXILiteManager { $0.addressWidth = 3 }) { _ in
    [
      Checker("one-at-a-time", "The bus is used for the one access under way, and for its kind alone.") { io, m in
        let isBusy = m.register("is_busy", Bit.self, reset: 0)
        let isWrite = m.register("is_write", io.access.payload.isWrite, when: io.access.transfers)
        m.when(io.access.transfers) { isBusy.next <== 1 }.otherwise(when: io.response.transfers) { isBusy.next <== 0 }
        let writes = io.axi.aw.valid | io.axi.w.valid | io.axi.b.ready
        let reads = io.axi.ar.valid | io.axi.r.ready
        m.assert(
          io.access.ready .== !isBusy, "takes_when_free", "an access waits for nothing, or is taken too soon")
        m.assert(
          isBusy | !(writes | reads | io.response.valid), "rests", "the bus is used while no access is under way")
        m.assert(!(isBusy & isWrite & reads), "writes_only", "a channel of reads is used for a write")
        m.assert(!(isBusy & !isWrite & writes), "reads_only", "a channel of writes is used for a read")
      },
      Checker(
        "channels-wait-for-nothing",
        "All channels of an access are offered at once, each until it is taken there, and the answer is awaited after all."
      ) { io, m in
        let isWrite = m.register("is_write", io.access.payload.isWrite, when: io.access.transfers)
        let offered = concatenate(io.axi.aw.valid, io.axi.w.valid, io.axi.ar.valid)
        let taken = concatenate(io.axi.aw.ready, io.axi.w.ready, io.axi.ar.ready)
        let kind = io.access.payload.isWrite
        let due = m.register("due", Bits.self, width: 3, reset: 0)
        due.next <== mux(io.access.transfers, concatenate(kind, kind, !kind), due & ~taken)
        let awaits = m.register("awaits", Bit.self, reset: 0)
        let answered = (io.axi.b.valid & io.axi.b.ready) | (io.axi.r.valid & io.axi.r.ready)
        awaits.next <== (io.access.transfers | (awaits & !answered))
        let awaitsNow = awaits & !due.any
        m.assert(offered .== due, "offers_at_once", "a channel is not offered, or offered twice")
        m.assert(
          io.axi.b.ready .== (awaitsNow & isWrite), "awaits_write", "the end of a write is awaited too soon or not")
        m.assert(io.axi.r.ready .== (awaitsNow & !isWrite), "awaits_read", "what is read is awaited too soon or not")
      },
    ]
  }
  .covering(coverAXILiteManager)

  private static let coverAXILiteManager: Entry<AXILiteManager, CountWorkload>.AddCoverage = {
    _, model throws(CoverageError) in
    try addAccess("access", &model)
    try model.point("write response", over: try model.field("axi_b", "resp"), okay)
    try model.point("read response", over: try model.field("axi_r", "resp"), okay)
    for channel in ["axi_aw", "axi_ar"] {
      try model.excludeBits("\(channel).prot", 0..<3, because: "accesses are unprivileged, secure and for data")
    }
    try model.excludeBackToBack(
      ["access", "response", "axi_aw", "axi_w", "axi_b", "axi_ar", "axi_r"],
      because: "one access is under way at a time")
    try model.excludeStalls(["axi_b", "axi_r"], because: responseIsAwaited)
  }
}
