import Components
import HDL
import Netlist
import Testbench
import Verilator
import Verilog

/// A design with streams, and the rows of words that pass each of them.
struct StreamWork {
  let design: ModelDesign
  let streams: [(name: String, words: [UInt64])]

  init(_ circuit: Circuit, streams: [(name: String, words: [UInt64])]) {
    design = ModelDesign(
      sources: circuit.verilog().map { VerilogSource(name: $0.name, text: $0.text) },
      interface: circuit.top.interface)
    self.streams = streams
  }

  /// A queue through which random items pass: nearly all of the work is the bench's.
  static func queue(items count: Int) throws -> StreamWork {
    var random = Seed(1).generator("items")
    let items = (0..<count).map { _ in random.next() >> 32 }
    return StreamWork(
      try StreamFIFO(width: 32, depth: 16).elaborate().simplified(), streams: [("push", items), ("pop", items)])
  }

  /// A bench that sends the rows of the inputs and expects those of the outputs.
  func bench(stalls: StallProfile) throws -> StreamBench {
    var bench = try StreamBench(design.interface, seed: 1, stalls: stalls)
    try bench.withStimuli { stimuli throws(BenchError) in
      for (name, words) in streams {
        switch try StreamShape(design.interface, name).direction {
        case .input: try stimuli.send(words: words, on: name)
        case .output: try stimuli.expect(words: words, on: name)
        }
      }
    }
    return bench
  }
}
