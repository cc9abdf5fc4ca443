import Components
import Formal
import Golden
import Testbench

extension Catalog {
  /// Beats over AXI4-Stream.
  public static let axiStreamLink = Entry<AXIStreamLink, CountWorkload>(
    "axi-stream-link", "Stream of beats over AXI4-Stream and back.",
    parameters: [.integer("bytes", \.bytes, in: 1...1024, "Bytes of a beat")],
    workload: CountWorkload(count: 1000), workloadParameters: CountWorkload.parameters("Packets sent"),
    expectedCycles: { _, work in 16 * work.count }
  ) { request in
    let lanes = request.generator.bytes
    var bench = try request.streamBench()
    var random = bench.random("packets")
    for _ in 0..<request.workload.count {
      let packet = random.items(1 + random.integer(below: 4 * lanes), width: 8)
      try bench.withStimuli { stimuli throws(BenchError) in
        for beat in PacketBeats(packet, lanes: lanes).words(itemWidth: 8) {
          try stimuli.send(words: beat, on: "input")
          try stimuli.expect(words: beat, on: "output")
        }
      }
      // The bus takes beats of which any bytes are kept, too.
      let beat = random.items(1, width: 8 * lanes) + random.items(1, width: lanes) + [random.next() & 1]
      try bench.withStimuli { stimuli throws(BenchError) in
        try stimuli.send(words: beat, on: "input")
        try stimuli.expect(words: beat, on: "output")
      }
    }
    return bench
  }
  .proving(AXIStreamLink(bytes: 1)) { link in
    var order = OrderProperty(
      width: 9 * link.bytes + 1, capacity: 4,
      push: ("input_valid & input_ready", "{input_last, input_keep, input_data}"),
      pop: ("output_valid", "output_ready", "{output_last, output_keep, output_data}"))
    order.latency = 2
    return [order.named("order", "Beats leave once, in order, whole.")]
  }
}
