import Foundation
import Netlist
import Testing

@testable import Testbench

@Suite struct FailureExplanationTests {
  @Test func `A wrong sum is explained in bits, numbers and a drawing`() throws {
    let shrinker = Shrinker([.count("vectors", 1000), .design("width", 12, simplest: 1)]) { inputs, seed in
      let width = inputs["width"]
      let engine = SoftwareLogic("adder", inputs: [("a", width), ("b", width)], outputs: [("sum", width + 1)]) {
        [$0[0] ^ $0[1]]
      }
      var bench = try PinBench(engine.interface, latency: 0, seed: seed)
      var random = bench.random("operands")
      for _ in 0..<inputs["vectors"] {
        let (a, b) = (random.unsigned(bits: width), random.unsigned(bits: width))
        try bench.append([a, b], expecting: [a + b])
      }
      return (bench, engine)
    }
    let shrunk = try #require(try shrinker.shrink(seed: 1))
    var explanation = try shrinker.explain(shrunk)
    explanation.reproduce = "make again"
    explanation.runs = 99
    explanation.cycles[0] = 42
    #expect(
      explanation.text() == """
          smallest   2 cycles of 42, found in 99 runs
                     vectors  1000 -> 1
                     width    12 -> 1
          failure    wrong output at cycle 2
                     vector 0, field 'sum': expected 0x2 (2), got 0x0 (0)
          bits       sum: bit 1 is 0 and must be 1; 2 too small
          caused by  vector 0: a 0x1 (1), b 0x1 (1)

            cycle  0   1   2
            clock  ▔▔▁▁▔▔▁▁▔▔▁▁
            reset  ▔▔▔▔▔▔▔▔▁▁▁▁
            a      ▁▁▁▁▁▁▁▁▔▔▔▔
            b      ▁▁▁▁▁▁▁▁▔▔▔▔
            sum    0───────────
                           ▲ vector 0: sum is 0x0 (0), must be 0x2 (2)

          reproduce  make again

        """)
    let read = try JSONDecoder().decode(FailureExplanation.self, from: try JSONEncoder().encode(explanation))
    #expect(read == explanation)
  }

  @Test func `A lost item is explained with the stream that held back`() throws {
    let shrinker = Shrinker([.count("items", 300)]) { inputs, seed in
      (try fifoBench(inputs["items"], seed: seed), SoftwareFIFO(.losesWhenFull))
    }
    let shrunk = try #require(try shrinker.shrink(seed: 1))
    let explanation = try shrinker.explain(shrunk)
    #expect(explanation.stalls == ["'pop' is not ready in 4 cycles"])
    #expect(explanation.causes.map(\.stream) == ["push"])
    #expect(explanation.causes.first?.transaction == 4)
    #expect(explanation.drawing.hasPrefix("cycle"))
    for line in ["push\n  valid", "pop\n  valid", "▲ 'pop' transaction 4: "] {
      #expect(explanation.drawing.contains(line), "\(explanation.drawing)")
    }
    // The report of a run with an explanation leaves out the tables that it makes needless.
    var result = shrunk.originalResult
    let before = result.text()
    result.explanation = explanation
    #expect(before.contains("stall profile") && !result.text().contains("stall profile"))
    #expect(result.text().contains(explanation.text()))
  }

  @Test func `A stuck design shows the last transaction and the cycle of the failure`() throws {
    let shrinker = Shrinker([.count("items", 300)]) { inputs, seed in
      (try fifoBench(inputs["items"], seed: seed), SoftwareFIFO(.stopsTaking(2)))
    }
    let shrunk = try #require(try shrinker.shrink(seed: 1))
    #expect(shrunk.inputs["items"] == 3)
    let drawing = try shrinker.explain(shrunk).drawing
    #expect(drawing.contains("⋯"))
    #expect(drawing.contains("▲ nothing has passed for too long"))
  }

  @Test func `A design that never moves shows what it did after the reset`() throws {
    let shrinker = Shrinker([.count("items", 30)]) { inputs, seed in
      var bench = try fifoBench(inputs["items"], seed: seed)
      bench.options.watchdogCycles = 20_000
      return (bench, SoftwareFIFO(.stopsTaking(0)))
    }
    let shrunk = try #require(try shrinker.shrink(seed: 1))
    #expect(shrunk.inputs["items"] == 1)
    let drawing = try shrinker.explain(shrunk).drawing
    #expect(drawing.hasPrefix("cycle    1     2     3     4     ⋯ "), "\(drawing)")
    #expect(drawing.contains("reset"))
  }

  @Test(arguments: [
    ("0x8", "0x0", "sum: bit 3 is 0 and must be 1; 8 too small"),
    ("0x0f", "0xf0", "sum: 8 bits are wrong: 7 to 0; 225 too large"),
    ("0x05", "0x00", "sum: 2 bits are wrong: 2, 0; 5 too small"),
  ])
  func `Bits are told apart`(expected: String, got: String, text: String) throws {
    func value(_ text: String) throws -> FieldValue {
      let word = try #require(UInt64(text.dropFirst(2), radix: 16))
      return FieldValue(words: [word], width: 4 * (text.count - 2), isSigned: false)
    }
    let difference = BenchFailure.Difference(field: "sum", expected: try value(expected), got: try value(got))
    #expect(difference.bitText == text)
  }

  @Test func `A wave goes with a save file that groups the ports and marks the failure`() throws {
    let failure = BenchFailure(kind: .mismatch, cycle: 40, stream: "pop", transaction: 3, message: "wrong")
    let interface = SoftwareFIFO().interface
    let file = WaveSaveFile(wave: "out/run.case.fst", interface: interface, failure: failure, title: "fifo")
    #expect(file.path == "out/run.case.gtkw")
    #expect(
      file.text == """
        [*]
        [*] fifo: wrong output at cycle 40
        [*]
        [dumpfile] "run.case.fst"
        [timestart] 56
        [size] 1200 700
        *-3.112475 80 \([String](repeating: "-1", count: 26).joined(separator: " "))
        [treeopen] fifo.
        @28
        fifo.clock
        fifo.reset
        @200
        -push
        @28
        fifo.push_valid
        @28
        fifo.push_ready
        @22
        fifo.push_data[7:0]
        @420
        fifo.push_tag[11:0]
        @200
        -pop
        @28
        fifo.pop_valid
        @28
        fifo.pop_ready
        @22
        fifo.pop_data[7:0]
        @420
        fifo.pop_tag[11:0]

        """)
  }
}
