import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Both on the pins of a bus.
  public static let axiBurstMaster = Entry<AXIBurstMaster, CountWorkload>(
    "axi-burst-master", "Reads and writes bytes at any address over the pins of AXI4.",
    configurations: [("narrow", AXIBurstMaster { $0.shape = smallBursts })],
    workload: CountWorkload(count: 200), workloadParameters: CountWorkload.parameters("Reads, and as many writes"),
    expectedCycles: { unit, work in 200 * work.count }
  ) { request -> any Bench in
    if request.checksTiming(request.generator.shape) {
      return try request.burstPins(request.generator.shape, reads: true, writes: true, on: .bus(request.generator))
    }
    var bench = try request.streamBench()
    try request.varyWriteOrder(&bench, bus: "axi_", last: "last")
    try bench.addReads(request.workload.count, request.generator.shape, on: .bus(request.generator))
    try bench.addWrites(request.workload.count, request.generator.shape, on: .bus(request.generator))
    return bench
  }
  .checked(proving: AXIBurstMaster { $0.shape = smallBursts }) { unit in
    let bus: [Checker<AXIBurstMaster>] = [
      burstRule("ar", unit.shape) { $0.reads.ar },
      Checker("ar-bus", "Bursts of 'ar' are of full words at rising addresses, with identifier 0.") { io, m in
        busRule(io.axi.ar, unit.shape, in: m)
      },
      burstRule("aw", unit.shape) { $0.writes.aw },
      Checker("aw-bus", "Bursts of 'aw' are of full words at rising addresses, with identifier 0.") { io, m in
        busRule(io.axi.aw, unit.shape, in: m)
      },
    ]
    return readRules(unit.shape) { $0.reads } + writeRules(unit.shape) { $0.writes } + bus
  }
  .covering(coverAXIBurstMaster)

  private static let coverAXIBurstMaster: Entry<AXIBurstMaster, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    for (kind, channel) in [("read", "axi_ar"), ("write", "axi_aw")] {
      try addCommands("\(kind)_command", unit.shape, &model)
      try addBursts(channel, address: "addr", length: "len", unit.shape, &model)
      if unit.idWidth > 0 {
        try model.excludeBits("\(channel).id", 0..<unit.idWidth, because: "the identifier is 0")
      }
      let size = unit.shape.wordBytes.trailingZeroBitCount
      for (field, value, what) in [
        ("size", size, "a beat is a whole word"), ("burst", 1, "addresses rise"), ("lock", 0, "no access is exclusive"),
        ("cache", AXIBurstMaster.cache, "memory is not cached"),
        ("prot", 0, "accesses are unprivileged, secure and for data"),
        ("qos", 0, "no burst has a priority"),
      ] {
        let width = model.width(channel + field)
        try model.exclude(
          "\(channel).\(field) bits", (0..<width).map { "bit \($0) at \(value >> $0 & 1 == 1 ? 0 : 1)" }, because: what)
      }
      try model.excludeBackToBack(
        ["\(kind)_command"], because: "a command is taken when the one before is cut into bursts")
    }
    for channel in ["axi_b", "axi_r"] where unit.idWidth > 0 {
      try model.excludeBits("\(channel).id", 0..<unit.idWidth, because: "the identifier is 0")
    }
    try addReadResponses("axi_r", &model)
    try model.point("write response", over: try model.field("axi_b", "resp"), okay)
    try model.excludeStalls(["axi_b"], because: responseIsAwaited)
    try model.excludeBackToBack(
      ["write_done"], because: "the words of a command take a clock at least, and its answer another")
  }

  private static func busRule(_ channel: ObservedStream<AXI4Address>, _ shape: BurstShape, in m: Module) {
    let (valid, burst) = (channel.valid, channel.payload)
    if let id = burst.id {
      m.assert(!valid | !id.any, "has_no_identifier", "a burst has another identifier than 0")
    }
    m.assert(!valid | (burst.burst .== AXI4Burst.increment.code), "rises", "a burst is not of rising addresses")
    let isFullWord = burst.size .== UInt(shape.wordBytes.trailingZeroBitCount)
    m.assert(!valid | isFullWord, "has_full_words", "a burst is not of full words")
  }
}
