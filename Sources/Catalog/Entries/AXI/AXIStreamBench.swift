import Catalog
import Components
import Golden
import HDL
import Testbench

extension BenchRequest where Workload == CountWorkload {
  /// A bench that sends packets and expects them on the other side.
  func packetBench(bytes: Int, from input: String, to output: String) throws(BenchError) -> StreamBench {
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
