import Components
import Formal
import Golden
import Testbench

extension Catalog {
  /// Items to beats.
  public static let streamUpsizer = Entry<StreamUpsizer, CountWorkload>(
    "stream-upsizer", "Gathers the items of packets into beats of several.",
    parameters: [
      .integer("width", \.width, "Bits of an item", benched: 1...64),
      .integer("factor", \.factor, "Items of a beat"),
    ],
    configurations: [("wide", StreamUpsizer(width: 33, factor: 3))],
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
          try stimuli.send(words: [item, position == packet.count - 1 ? 1 : 0], on: "input")
        }
        for beat in PacketBeats(packet, lanes: factor).words(itemWidth: width) {
          try stimuli.expect(words: beat, on: "output")
        }
      }
    }
    return bench
  }
  .proving(StreamUpsizer(width: 1, factor: 3)) { unit in
    var order = OrderProperty(
      width: unit.width + 1, capacity: unit.factor,
      push: ("input_valid & input_ready", "{input_last, input_data}"),
      pop: (beatCount("output", unit.factor), "output_ready", beatItems("output", unit.width, unit.factor)))
    order.popLanes = unit.factor
    return [
      order.named("order", "Items leave once, in order, whole, and the last one of a packet is marked."),
      Property(
        "full-beats", "Lanes are used from lane 0 on, and all of them unless the beat is the last one.",
        verilog: """
          always @* if (!in_reset & output_valid) begin
            assert (output_keep[0] & ((output_keep & (output_keep + 1'b1)) == 0));
            assert (output_last | &output_keep);
          end
          """),
    ]
  }
  .covering(coverStreamUpsizer)

  /// Beats to items.
  public static let streamDownsizer = Entry<StreamDownsizer, CountWorkload>(
    "stream-downsizer", "Takes beats of several items apart.",
    parameters: [
      .integer("width", \.width, "Bits of an item", benched: 1...64),
      .integer("factor", \.factor, "Items of a beat"),
    ],
    configurations: [("wide", StreamDownsizer(width: 33, factor: 3))],
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
          try stimuli.send(words: beat, on: "input")
        }
        for (position, item) in packet.enumerated() {
          try stimuli.expect(words: [item, position == packet.count - 1 ? 1 : 0], on: "output")
        }
      }
    }
    return bench
  }
  .proving(
    StreamDownsizer(width: 1, factor: 3),
    assumptions: { _ in
      "always @* if (input_valid) assume (input_keep[0] & ((input_keep & (input_keep + 1'b1)) == 0));"
    }
  ) { unit in
    var order = OrderProperty(
      width: unit.width + 1, capacity: unit.factor,
      push: ("seen ? 0 : \(beatCount("input", unit.factor))", beatItems("input", unit.width, unit.factor)),
      pop: ("output_valid", "output_ready", "{output_last, output_data}"))
    order.pushLanes = unit.factor
    order.isThrough = true
    order.latency = 1
    return [
      order.named(
        "order", "Items leave once, in order, whole, and the last one of a packet is marked.",
        preamble: """
          reg seen = 0;
          always @(posedge clock) seen <= !in_reset & input_valid & !input_ready;
          """)
    ]
  }
  .covering(coverStreamDownsizer)

  /// Verilog: the items of the beat that is offered.
  private static func beatCount(_ stream: String, _ lanes: Int) -> String {
    "\(stream)_valid ? (\((0..<lanes).map { "\(stream)_keep[\($0)]" }.joined(separator: " + "))) : 0"
  }

  /// Verilog: the items of a beat, each with the mark of the last one of a packet above its data.
  private static func beatItems(_ stream: String, _ width: Int, _ lanes: Int) -> String {
    let items = (0..<lanes).map { lane in
      let isTop =
        lane == lanes - 1 ? "\(stream)_keep[\(lane)]" : "\(stream)_keep[\(lane)] & !\(stream)_keep[\(lane + 1)]"
      return "\(stream)_last & \(isTop), \(stream)_data[\((lane + 1) * width - 1):\(lane * width)]"
    }
    return "{\(items.reversed().joined(separator: ", "))}"
  }
}
