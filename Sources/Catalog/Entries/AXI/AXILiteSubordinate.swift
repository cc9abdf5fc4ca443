import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// The bus to accesses. Every other run looks at each clock, with reads and writes mixed; of the runs that look at each
  /// transfer half write and half read, for in which order both kinds come out of the bus is the adapter's choice.
  public static let axiLiteSubordinate = Entry<AXILiteSubordinate, CountWorkload>(
    "axi-lite-subordinate", "Turns AXI4-Lite transfers into a stream of accesses.",
    configurations: [
      ("narrow", AXILiteSubordinate { $0.addressWidth = 3 }), ("wide", AXILiteSubordinate { $0.dataWidth = 64 }),
    ],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Accesses"),
    expectedCycles: { _, work in 12 * work.count }
  ) { request -> any Bench in
    if request.checksTiming { return try request.subordinatePins(request.generator) }
    var bench = try request.streamBench()
    try request.varyWriteOrder(&bench, bus: "axi_")
    var random = bench.random("accesses")
    for _ in 0..<request.workload.count {
      let width = request.generator.dataWidth
      let address = random.operand(bits: min(62, request.generator.addressWidth))
      let (data, strobe) = (random.operand(bits: width), random.operand(bits: width / 8))
      let (prot, isError) = (UInt64(random.integer(below: 8)), random.integer(below: 4) == 0)
      if request.index % 4 == 0 {
        try bench.send([address, prot], on: "axi_aw")
        try bench.send([data, strobe], on: "axi_w")
        try bench.expect([1, address, data, strobe], on: "access")
        try bench.holdResponse(on: "response", after: ["access"])
        try bench.send([0, isError ? 1 : 0], on: "response")
        try bench.expect([isError ? 2 : 0], on: "axi_b")
      } else {
        try bench.send([address, prot], on: "axi_ar")
        try bench.expect([0, address, 0, 0], on: "access")
        try bench.holdResponse(on: "response", after: ["access"])
        try bench.send([data, isError ? 1 : 0], on: "response")
        try bench.expect([data, isError ? 2 : 0], on: "axi_r")
      }
    }
    return bench
  }
  .checked(proving: AXILiteSubordinate { $0.addressWidth = 3 }) { _ in
    axiLiteAnswers { $0.axi } + [
      waitsForNothing("aw") { ($0.axi.aw.valid, $0.axi.aw.ready, $0.axi.b.transfers) },
      waitsForNothing("w") { ($0.axi.w.valid, $0.axi.w.ready, $0.axi.b.transfers) },
      waitsForNothing("ar") { ($0.axi.ar.valid, $0.axi.ar.ready, $0.axi.r.transfers) },
      Checker(
        "answers-wait-for-nothing",
        "An access goes on when it is there, whatever waits to be taken of the other kind, and its answer shows when given."
      ) { io, m in
        let axi = io.axi
        let (b, r) = (axi.b.transfers, axi.r.transfers)
        let aw = m.balance("open_aw", up: axi.aw.transfers, down: b, width: 2)
        let w = m.balance("open_w", up: axi.w.transfers, down: b, width: 2)
        let ar = m.balance("open_ar", up: axi.ar.transfers, down: r, width: 2)
        let isSent = m.register("is_sent", Bit.self, reset: 0)
        isSent.next <== (io.access.transfers | (isSent & !io.response.valid))
        let isDue = (aw.any & w.any & !axi.b.valid) | (ar.any & !axi.r.valid)
        let waits = m.register("waits", UInt.self, width: 3, reset: 0)
        waits.next <== mux(!isDue | io.access.valid | isSent, 0, waits &+ 1)
        m.assert(waits .<= 1, "goes_on", "an access is there and does not go on")
        m.assert(
          io.response.ready .== isSent, "takes_answers", "an answer waits, or is taken that was not asked for")
      },
    ]
  }
  .covering(coverAXILiteSubordinate)

  private static let coverAXILiteSubordinate: Entry<AXILiteSubordinate, CountWorkload>.AddCoverage = {
    _, model throws(CoverageError) in
    try addAccess("access", &model, mixes: false)
    try addResponse("axi_b", &model)
    try addResponse("axi_r", &model)
    try model.excludeBackToBack(
      ["axi_aw", "axi_w", "axi_b", "axi_ar", "axi_r", "access", "response"],
      because: "one access is under way at a time")
  }

  /// A transfer is taken unless one before has not been answered.
  private static func waitsForNothing(
    _ question: String,
    _ ports: @escaping @Sendable (Observation<AXILiteSubordinate.Ports>) -> (valid: Bit, ready: Bit, answered: Bit)
  ) -> Checker<AXILiteSubordinate> {
    Checker(
      "\(question)-waits-for-nothing",
      "A transfer on '\(question)' is taken unless one before has not been answered."
    ) { io, m in
      let (valid, ready, answered) = ports(io)
      let isOpen = m.register("is_open", Bit.self, reset: 0)
      isOpen.next <== mux(isOpen, !answered, valid)
      m.assert(ready .== !isOpen, "is_taken", "a transfer waits, or is taken too soon")
    }
  }
}
