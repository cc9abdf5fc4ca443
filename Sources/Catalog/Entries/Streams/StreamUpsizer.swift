import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Items to beats.
  public static let streamUpsizer = Entry<StreamUpsizer, CountWorkload>(
    "stream-upsizer", "Gathers the items of packets into beats of several.",
    benched: ["width": .integer(1...64)],
    configurations: [("wide", StreamUpsizer(width: 33) { $0.factor = 3 })],
    workload: CountWorkload(count: 1000), workloadParameters: CountWorkload.parameters("Packets sent"),
    expectedCycles: { unit, work in 4 * work.count * unit.factor }
  ) { request in
    let (width, factor) = (request.generator.width, request.generator.factor)
    var bench = try request.streamBench()
    var random = bench.random("packets")
    for _ in 0..<request.workload.count {
      let packet = random.packet(upTo: 3 * factor, width: width, lanes: factor)
      try bench.withStimuli { stimuli throws(BenchError) in
        for (position, item) in packet.enumerated() {
          try stimuli.send(words: [item, position == packet.count - 1 ? 1 : 0], on: "push")
        }
        for beat in PacketBeats(packet, lanes: factor).words(itemWidth: width) {
          try stimuli.expect(words: beat, on: "pop")
        }
      }
    }
    return bench
  }
  .checked(proving: StreamUpsizer(width: 1) { $0.factor = 3 }) { unit in
    [
      Checker("order", "Items leave once, in order, whole, and the last one of a packet is marked.") { io, m in
        m.checkOrder(
          "items", OrderChecker(width: unit.width + 1) { ($0.popLanes, $0.capacity) = (unit.factor, unit.factor) },
          push: (io.push.transfers.asUnsigned, concatenate(io.push.payload.last, io.push.payload.data)),
          pop: (packetCount(of: io.pop, in: m), io.pop.ready, packetItems(of: io.pop.payload, width: unit.width)))
      },
      Checker("full-beats", "Lanes are used from lane 0 on, and all of them unless the beat is the last one.") {
        io, m in
        let keep = io.pop.payload.keep.asUnsigned
        m.when(io.pop.valid) {
          m.assert(keep[0] & ((keep & (keep &+ 1)) .== 0), "has_no_gap", "a lane is left out")
          m.assert(io.pop.payload.last | keep.all, "is_full", "a beat is not full, and not the last one")
        }
      },
    ]
  }
  .covering(coverStreamUpsizer)

  private static let coverStreamUpsizer: Entry<StreamUpsizer, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try addLanes("pop", unit.factor, width: unit.width, &model)
  }
}
