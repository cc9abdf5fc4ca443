import AccelTran
import AccelTranHardware
import Models
import NumberFormats
import SmallModels
import Testing
import Tools
import Transformer
import Verilator

@testable import Machines

struct AccelTranRunTests {
  /// Random codes of the published format, of which a share is not zero.
  static func codes(_ count: Int, density: Double, spread: Int32 = 1 << 17, seed: UInt64) -> [Int32] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      Double.random(in: 0..<1, using: &random) < density ? Int32.random(in: -spread...spread, using: &random) : 0
    }
  }

  static func product(
    rows: Int, inner: Int, columns: Int, batch: Int = 1, density: Double, order: LoopOrder = .bijk, dense: Bool = false,
    sizes: EngineSizes = .tiny, change: (inout EngineProgram.Finish) -> Void = { _ in }
  ) throws -> (program: EngineProgram, counts: ProductCounts) {
    var finish = EngineProgram.Finish()
    change(&finish)
    return try EngineProgram.product(
      sizes, left: codes(batch * rows * inner, density: density, seed: 1),
      right: codes(batch * inner * columns, density: density, seed: 2), batch: batch, rows: rows, inner: inner,
      columns: columns, order: order, isDense: dense, finish: finish)
  }

  @Test(arguments: [0.0, 0.4]) func `A product is that of the golden machine`(stalls: Double) throws {
    let (program, _) = try Self.product(rows: 10, inner: 40, columns: 13, density: 0.5)
    var run = AccelTranRun(program)
    run.stalls = stalls
    let outcome = try run.run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "") \(outcome.storesCompared) of \(outcome.stores)")
    #expect(outcome.stores == 130 && outcome.counters[.stores]! > 0)
    #expect(outcome.parts.map(\.name) == ["product"])
  }

  @Test(arguments: LoopOrder.all) func `Every loop order stores the same`(order: LoopOrder) throws {
    let (program, _) = try Self.product(
      rows: 6, inner: 40, columns: 8, batch: 2, density: 0.4, order: order)
    let outcome = try AccelTranRun(program).run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "nothing wrong, but incomplete")")
    // 2 · 2 · 2 · 3 tiles; what an order finds again is what the definition counts.
    #expect(outcome.counters[.tiles] == 24)
    var (before, left, right): (TileIndex?, Int, Int) = (nil, 0, 0)
    order.visit(TileCounts(batch: 2, rows: 2, columns: 2, inner: 3)) { tile in
      if let before {
        if before.b == tile.b, before.i == tile.i, before.k == tile.k { left += 1 }
        if before.b == tile.b, before.j == tile.j, before.k == tile.k { right += 1 }
      }
      before = tile
    }
    #expect(outcome.counters[.keptActivationTiles] == left && outcome.counters[.keptWeightTiles] == right)
  }

  @Test func `Bias, limits, factor and functions`() throws {
    let bias = Self.codes(13, density: 1, seed: 3)
    for function in 0...2 {
      let (program, _) = try Self.product(rows: 9, inner: 20, columns: 13, density: 0.8) {
        $0.bias = bias
        ($0.codeLimit, $0.resultLimit, $0.function) = (2000, 500, function)
        ($0.leftLimit, $0.rightLimit) = (30_000, 20_000)
      }
      #expect(try AccelTranRun(program).run(on: .native).isExact)
    }
    let (scaled, _) = try Self.product(rows: 13, inner: 20, columns: 5, density: 0.8) {
      ($0.bias, $0.biasPerRow) = (bias, true)
      ($0.sumLimit, $0.factor) = (1 << 33, 5_931_642)
    }
    #expect(try AccelTranRun(scaled).run(on: .native).isExact)
  }

  @Test func `A product that does not fit is cut, along the inner extent too`() throws {
    var sizes = EngineSizes.tiny
    (sizes.activationChunks, sizes.weightChunks, sizes.sumGroups) = (16, 4, 4)
    let (program, _) = try Self.product(rows: 18, inner: 150, columns: 21, density: 0.5, sizes: sizes)
    #expect(program.commands.count { $0.kind == .product } > 20)
    let outcome = try AccelTranRun(program).run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "incomplete")")
  }

  @Test func `Without pruning the result is that of the dense machine, in fewer clocks`() throws {
    let (sparse, counts) = try Self.product(rows: 16, inner: 64, columns: 16, density: 0.5)
    let (dense, _) = try Self.product(rows: 16, inner: 64, columns: 16, density: 0.5, dense: true)
    #expect(sparse.regions[0].codes == dense.regions[0].codes)
    let (one, other) = (try AccelTranRun(sparse).run(on: .native), try AccelTranRun(dense).run(on: .native))
    #expect(one.isExact && other.isExact)
    let busy = try (#require(one.counters[.busyProduct]), #require(other.counters[.busyProduct]))
    #expect(busy.0 < busy.1 / 2 && counts.density < 0.3)
    #expect(other.counters[.steps] == 16 * 64 * 16 / 4 && one.counters[.steps]! < other.counters[.steps]!)
    let estimate = Double(sparse.estimatedCycles())
    #expect(abs(estimate / Double(one.cycles) - 1) < 0.05, "\(estimate) for \(one.cycles)")
  }

  @Test(arguments: [(0.0, 0.0), (0.05, 0.3)]) func `A layer of a small BERT is the same in hardware`(
    tau: Double, stalls: Double
  ) throws {
    let model = try SmallTransformer(hidden: 16, layers: 2, heads: 2, feedForward: 24).model()
    let machine = FixedPointMachine(model, plan: .published(tau), function: .quadraticSigmoid)
    let (program, golden) = try EngineProgram.layers(
      .tiny, machine, TokenSequence(ids: [3, 1, 4, 1, 5]), layers: 0..<2)
    var run = AccelTranRun(program)
    run.stalls = stalls
    let outcome = try run.run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "") \(outcome.storesCompared) of \(outcome.stores)")
    #expect(program.regions.last?.codes == golden.hidden.codes)
    #expect(outcome.stores == program.regions.reduce(0) { $0 + $1.codes.count })
  }

  @Test func `A store that is not the golden machine's is told`() throws {
    let (program, _) = try Self.product(rows: 8, inner: 16, columns: 8, density: 0.5)
    let (other, _) = try Self.product(rows: 8, inner: 16, columns: 8, density: 0.5) { $0.resultLimit = 5000 }
    let comparison = RegionComparison(program)
    let region = other.regions[0]
    for row in 0..<8 {
      for column in 0..<8 {
        let code = UInt32(bitPattern: region.codes[row * 8 + column])
        for byte in 0..<4 {
          comparison.take(
            region.matrix.address + row * region.matrix.stride + 4 * column + byte,
            UInt8(truncatingIfNeeded: code >> UInt32(8 * byte)), 0)
        }
      }
    }
    #expect(comparison.difference?.description.contains("the golden machine has") == true && !comparison.isComplete)
    let nowhere = RegionComparison(program)
    nowhere.take(0, 1, 0)
    #expect(nowhere.difference?.description.contains("nothing belongs") == true)
  }
}
