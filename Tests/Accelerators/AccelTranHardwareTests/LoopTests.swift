import AccelTran
import AccelTranHardware
import HDL
import Simulator
import Testing

struct LoopTests {
  @Test(arguments: LoopOrder.all) func `Tiles come as the order says`(order: LoopOrder) throws {
    let bench = try UnitBench(TileLoops())
    var random = TestRandom(7)
    for counts in [(1, 1, 1, 1), (2, 3, 4, 5), (1, 3, 1, 2), (3, 1, 2, 1), (2, 2, 2, 2)] {
      let tiles = TileCounts(batch: counts.0, rows: counts.1, columns: counts.2, inner: counts.3)
      var expected: [TileIndex] = []
      order.visit(tiles) { expected.append($0) }
      for (place, count) in [counts.0, counts.1, counts.2, counts.3].enumerated() {
        bench.set("counts_\(place)", count)
      }
      bench.set("order", order.code)
      bench.set("start", 1)
      bench.set("pop_ready", 0)
      bench.model.settle()
      try bench.step()
      bench.set("start", 0)
      var found: [TileIndex] = []
      var before: TileIndex?
      while found.count < expected.count, bench.cycle < 100_000 {
        bench.set("pop_ready", random.chance(0.7) ? 1 : 0)
        bench.model.settle()
        if bench.isSet("pop_valid"), bench.isSet("pop_ready") {
          var index = TileIndex()
          index.b = Int(bench["pop_batch"].unsigned)
          index.i = Int(bench["pop_row"].unsigned)
          index.j = Int(bench["pop_column"].unsigned)
          index.k = Int(bench["pop_inner"].unsigned)
          found.append(index)
          let isLast = found.count == expected.count
          #expect(bench.isSet("pop_is_last") == isLast)
          #expect(bench.isSet("pop_is_last_inner") == (index.k == tiles.inner - 1))
          let next = isLast ? nil : expected[found.count]
          let leaves = next.map { $0.b != index.b || $0.i != index.i || $0.j != index.j } ?? true
          #expect(bench.isSet("pop_leaves") == leaves)
          let keepsLeft = before.map { $0.b == index.b && $0.i == index.i && $0.k == index.k } ?? false
          let keepsRight = before.map { $0.b == index.b && $0.j == index.j && $0.k == index.k } ?? false
          #expect(bench.isSet("pop_keeps_left") == keepsLeft && bench.isSet("pop_keeps_right") == keepsRight)
          before = index
        }
        try bench.step()
      }
      #expect(found == expected, "\(order) of \(counts)")
      bench.model.settle()
      #expect(bench.isSet("is_idle"))
    }
  }

  @Test func `Every order has a code of its own`() {
    #expect(Set(LoopOrder.all.map(\.code)).count == 24)
    #expect(LoopOrder.bijk.code == 0b00_01_10_11)
  }
}
