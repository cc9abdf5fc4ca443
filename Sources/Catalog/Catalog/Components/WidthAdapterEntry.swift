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
          pop: (count(of: io.pop, in: m), io.pop.ready, items(of: io.pop.payload, width: unit.width)))
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
          push: (mux(isSeen, 0, count(of: io.push, in: m)), items(of: io.push.payload, width: unit.width)),
          pop: (
            io.pop.valid.asUnsigned, io.pop.ready,
            concatenate(io.pop.payload.last, io.pop.payload.data)
          ))
      },
    ]
  }
  .covering(coverStreamDownsizer)

  /// How many items the beat has that is offered.
  private static func count(of beats: ObservedStream<PacketBeat>, in m: Module) -> UInt {
    let keep = beats.payload.keep
    let items = sum((0..<keep.width).map { keep[$0].asUnsigned })
    return mux(beats.valid, items, m.constant(0, width: items.width, as: UInt.self))
  }

  /// The items of a beat, each with the mark of the last one of a packet above its data.
  private static func items(of beat: PacketBeat, width: Int) -> Bits {
    let lanes = beat.keep.width
    return concatenate(
      (0..<lanes).reversed().map { lane -> Bits in
        let isTop = lane == lanes - 1 ? beat.keep[lane] : beat.keep[lane] & !beat.keep[lane + 1]
        return concatenate(beat.last & isTop, beat.data[lane])
      })
  }
}
