import AccelTran
import AccelTranHardware
import HDL
import Simulator
import TestSupport
import Testing

struct BufferTests {
  @Test(arguments: [(4, 4), (16, 8), (64, 4)]) func `Chunks come out as they went in`(chunk: Int, chunks: Int) throws {
    let width = 9
    let bench = try UnitBench(ZeroFreeBuffer(chunk: chunk, width: width, chunks: chunks))
    var random = TestRandom(UInt64(chunk))
    bench.set("advance", 1)
    for density in [0.0, 0.4, 1.0, 0.7] {
      var held: [[[Int]]] = [[], []]
      for bank in 0..<2 {
        bench.set("restart", 1)
        bench.set("restart_bank", bank)
        bench.set("write", 0)
        bench.model.settle()
        try bench.step()
        bench.set("restart", 0)
        for index in 0..<chunks {
          let values = random.codes(chunk, width: width, density: density)
          held[bank].append(values)
          let packed = values.filter { $0 != 0 }
          bench.set("write", 1)
          bench.set("written_bank", bank)
          bench.set("written_index", index)
          bench["written_mask"].store(elements: values.map { $0 != 0 ? 1 : 0 }, of: 1)
          // What is behind the kept numbers has no meaning.
          let rest = (packed.count..<chunk).map { _ in Int.random(in: -200...200, using: &random) }
          bench.set("written_values", lanes: packed + rest, of: width)
          bench.set("written_count", packed.count)
          bench.model.settle()
          try bench.step()
        }
      }
      bench.set("write", 0)
      var expected: [(Int, Int)?] = []
      var compared = 0
      while compared < 60 {
        let next = (Int.random(in: 0..<2, using: &random), Int.random(in: 0..<chunks, using: &random))
        let advances = random.chance(0.8)
        bench.set("advance", advances ? 1 : 0)
        bench.set("bank", next.0)
        bench.set("index", next.1)
        bench.model.settle()
        if expected.count == 3, let (bank, index) = expected[0] {
          let values = held[bank][index]
          #expect(bench.get("values", lanesOf: width) == values)
          #expect(bench["mask"].load(elementsOf: 1) == values.map { $0 != 0 ? 1 : 0 })
          compared += 1
        }
        try bench.step()
        if advances {
          expected.append(next)
          if expected.count > 3 { expected.removeFirst() }
        }
      }
    }
  }

  @Test func `Tools take the Verilog without a word`() throws {
    let complaints = try AccelTranAccelerator().toolComplaints()
    #expect(complaints == "")
  }
}
