import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Beats to items.
  public static let streamDownsizer = Entry<StreamDownsizer, CountWorkload>(
    "stream-downsizer", "Takes beats of several items apart.",
    benched: ["width": .integer(1...64)],
    configurations: [("wide", StreamDownsizer(width: 33) { $0.factor = 3 })],
    workload: CountWorkload(count: 1000), workloadParameters: CountWorkload.parameters("Packets sent"),
    expectedCycles: { unit, work in 4 * work.count * unit.factor }
  ) { request in
    let (width, factor) = (request.generator.width, request.generator.factor)
    var bench = try request.streamBench()
    var random = bench.random("packets")
    for _ in 0..<request.workload.count {
      let packet = random.packet(upTo: 3 * factor, width: width, lanes: factor)
      try bench.withStimuli { stimuli throws(BenchError) in
        for beat in PacketBeats(packet, lanes: factor).words(itemWidth: width) {
          try stimuli.send(words: beat, on: "push")
        }
        for (position, item) in packet.enumerated() {
          try stimuli.expect(words: [item, position == packet.count - 1 ? 1 : 0], on: "pop")
        }
      }
    }
    return bench
  }
  .checked(proving: StreamDownsizer(width: 1) { $0.factor = 3 }) { unit in
    [
      Checker("beats-have-no-gap", "Lanes of a beat are used from lane 0 on.") { io, m in
        let keep = io.push.payload.keep.asUnsigned
        m.assume(
          !io.push.valid | (keep[0] & ((keep & (keep &+ 1)) .== 0)), "has_no_gap", "a lane of a beat is left out")
      },
      Checker("order", "Items leave once, in order, whole, and the last one of a packet is marked.") { io, m in
        // A beat counts from the clock in which it is first offered.
        let isSeen = m.register("is_seen", io.push.valid & !io.push.ready, reset: 0)
        m.checkOrder(
          "items",
          OrderChecker(width: unit.width + 1) {
            ($0.pushLanes, $0.capacity, $0.latency) = (unit.factor, unit.factor, 1)
            $0.isThrough = true
          },
          push: (mux(isSeen, 0, packetCount(of: io.push, in: m)), packetItems(of: io.push.payload, width: unit.width)),
          pop: (
            io.pop.valid.asUnsigned, io.pop.ready,
            concatenate(io.pop.payload.last, io.pop.payload.data)
          ))
      },
    ]
  }
  .covering(coverStreamDownsizer)

  private static let coverStreamDownsizer: Entry<StreamDownsizer, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try addLanes("push", unit.factor, width: unit.width, &model)
    if unit.factor > 1 {
      let reason = "lanes are used from lane 0 on"
      try model.exclude("push.keep corners", ["0"] + (unit.factor > 1 ? ["top bit alone"] : []), because: reason)
    }
  }
}
