import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Beats over AXI4-Stream.
  public static let axiStreamLink = Entry<AXIStreamLink, CountWorkload>(
    "axi-stream-link", "Stream of beats over AXI4-Stream and back.",
    workload: CountWorkload(count: 1000), workloadParameters: CountWorkload.parameters("Packets sent"),
    expectedCycles: { _, work in 16 * work.count }
  ) { try $0.packetBench(bytes: $0.generator.bytes, from: "push", to: "pop") }
  .checked(proving: AXIStreamLink { $0.bytes = 1 }) { _ in
    [
      Checker("order", "Beats leave once, in order, whole.") { io, m in
        m.checkOrder("beats", from: io.push, to: io.pop, capacity: 4, latency: 2)
      }
    ]
  }
  .covering(coverAXIStreamLink)

  /// From AXI4-Stream.
  public static let axiStreamReceiver = Entry<AXIStreamReceiver, CountWorkload>(
    "axi-stream-receiver", "Takes beats from AXI4-Stream.",
    workload: CountWorkload(count: 1000), workloadParameters: CountWorkload.parameters("Packets sent"),
    expectedCycles: { _, work in 16 * work.count }
  ) { try $0.packetBench(bytes: $0.generator.bytes, from: "axis_t", to: "pop") }
  .checked(proving: AXIStreamReceiver { $0.bytes = 1 }) { _ in
    [
      Checker("order", "Beats leave once, in order, whole.") { io, m in
        m.checkOrder("beats", from: io.axis.t, to: io.pop, capacity: 2, latency: 1)
      }
    ]
  }
  .covering(coverAXIStreamReceiver)

  /// To AXI4-Stream.
  public static let axiStreamSender = Entry<AXIStreamSender, CountWorkload>(
    "axi-stream-sender", "Gives beats to AXI4-Stream.",
    workload: CountWorkload(count: 1000), workloadParameters: CountWorkload.parameters("Packets sent"),
    expectedCycles: { _, work in 16 * work.count }
  ) { try $0.packetBench(bytes: $0.generator.bytes, from: "push", to: "axis_t") }
  .checked(proving: AXIStreamSender { $0.bytes = 1 }) { _ in
    [
      Checker("order", "Beats leave once, in order, whole.") { io, m in
        m.checkOrder("beats", from: io.push, to: io.axis.t, capacity: 2, latency: 1)
      }
    ]
  }
  .covering(coverAXIStreamSender)
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench that sends packets and expects them on the other side.
  fileprivate func packetBench(bytes: Int, from input: String, to output: String) throws(BenchError) -> StreamBench {
    var bench = try streamBench()
    var random = bench.random("packets")
    for _ in 0..<workload.count {
      let packet = random.items(1 + random.integer(below: 4 * bytes), width: 8)
      try bench.withStimuli { stimuli throws(BenchError) in
        for beat in PacketBeats(packet, lanes: bytes).words(itemWidth: 8) {
          try stimuli.send(words: beat, on: input)
          try stimuli.expect(words: beat, on: output)
        }
      }
      // The bus takes beats of which any bytes are kept, too.
      let beat = random.items(1, width: 8 * bytes) + random.items(1, width: bytes) + [random.next() & 1]
      try bench.withStimuli { stimuli throws(BenchError) in
        try stimuli.send(words: beat, on: input)
        try stimuli.expect(words: beat, on: output)
      }
    }
    return bench
  }
}
