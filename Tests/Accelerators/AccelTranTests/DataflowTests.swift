import AccelTran
import Testing

/// R4: reuse of operands under all 24 loop orders, on four lanes with a batch of four.
struct DataflowTests {
  /// Rows × inner × columns of a published product, the published reuse of `bijk` and `kijb`, the corrected best with its
  /// orders, the corrected reuse of `bijk`, and the published energies of `bijk` and of no reuse.
  struct Experiment {
    let rows, inner, columns, published, best: Int
    let bestOrders: String
    let corrected: Int
    let energy, energyWithout: Double
  }

  static let experiments = [
    Experiment(
      rows: 64, inner: 64, columns: 64, published: 432, best: 192,
      bestOrders: "bijk bjik bkij bkji ibjk ikjb jbik jkib kbij kbji kijb kjib", corrected: 192, energy: 294,
      energyWithout: 568),
    Experiment(
      rows: 64, inner: 64, columns: 128, published: 944, best: 448, bestOrders: "bijk bkji ibjk ikjb kbji kijb",
      corrected: 448, energy: 537, energyWithout: 1135),
    Experiment(
      rows: 128, inner: 64, columns: 64, published: 880, best: 448, bestOrders: "bjik bkij jbik jkib kbij kjib",
      corrected: 384, energy: 578, energyWithout: 1135),
  ]

  @Test(arguments: experiments.indices)
  func `The published reuse and its corrected form`(_ index: Int) throws {
    let experiment = Self.experiments[index]
    let counts = TileCounts(
      batch: 4, rows: experiment.rows, inner: experiment.inner, columns: experiment.columns, tileBatch: 1, tile: 16)
    let published = LoopOrder.all.map { DataflowReuse(counts, order: $0, lanes: 4, predicate: .published) }
    let corrected = LoopOrder.all.map { DataflowReuse(counts, order: $0, lanes: 4) }
    #expect(published.count == 24 && Set(LoopOrder.all).count == 24)
    // The published conclusion: bijk and kijb tie as the best.
    let most = try #require(published.map(\.operands).max())
    #expect(most == experiment.published)
    #expect(published.filter { $0.operands == most }.map(\.order.description).contains("bijk"))
    #expect(published.filter { $0.operands == most }.map(\.order.description).contains("kijb"))
    // With the right question most of it is gone.
    let best = try #require(corrected.map(\.operands).max())
    #expect(best == experiment.best)
    #expect(
      corrected.filter { $0.operands == best }.map(\.order.description).joined(separator: " ") == experiment.bestOrders)
    let bijk = try #require(corrected.first { $0.order == .bijk })
    #expect(bijk.operands == experiment.corrected && bijk.second == 0)
    #expect(bijk.products == counts.total)
    // Energies of the figure, which is read to 0.1 %.
    let energies = try published.map { try $0.publishedEnergy(on: .edge).dynamic }
    let place = try #require(LoopOrder.all.firstIndex(of: .bijk))
    #expect(abs(energies[place] / experiment.energy - 1) < 0.002 && energies.min() == energies[place])
    let highest = try #require(energies.max())
    #expect(abs(highest / experiment.energyWithout - 1) < 0.002)
  }

  @Test func `With the right question the published saving of the first product is 21 percent`() throws {
    let counts = TileCounts(batch: 4, rows: 64, inner: 64, columns: 64, tileBatch: 1, tile: 16)
    let right = try DataflowReuse(counts, order: .bijk, lanes: 4).publishedEnergy(on: .edge).dynamic
    #expect(right.rounded() == 446)
    #expect(abs(1 - right / 568 - 0.214) < 0.002)
  }

  @Test func `Partial sums stay in a lane only where one lane runs the inner loop`() throws {
    let counts = TileCounts(batch: 1, rows: 4, columns: 4, inner: 3)
    // One lane, k innermost: every result is summed in place, and written once.
    let one = DataflowReuse(counts, order: .bijk, lanes: 1)
    #expect(one.sums == 16 * 2)
    #expect(one.travels == 2 * 48 - one.operands + 16)
    // Three lanes: each has one k, and no lane goes on with a sum; each result travels 3 times out and 2 times back.
    let three = DataflowReuse(counts, order: .bijk, lanes: 3)
    #expect(three.sums == 0)
    #expect(three.travels == 2 * 48 - three.operands + 48 + 32)
    // k outermost: a lane meets a result again only after all others.
    let outer = try DataflowReuse(counts, order: LoopOrder("kbij"), lanes: 1)
    #expect(outer.sums == 0)
  }

  @Test func `A loop order is read in both spellings, and refused otherwise`() throws {
    #expect(try LoopOrder("b_i_j_k") == .bijk)
    #expect(try LoopOrder("kijb").description == "kijb")
    for text in ["", "bij", "bijj", "bijkb", "bijx", "bijkx"] {
      let refused = Result { try LoopOrder(text) }
      #expect("\(refused)".contains("\"\(text)\" is no loop order: name b, i, j and k once each, such as bijk"))
    }
  }

  @Test(arguments: LoopOrder.all)
  func `Every order visits every tile once`(_ order: LoopOrder) {
    let counts = TileCounts(batch: 2, rows: 3, columns: 1, inner: 4)
    var seen: [TileIndex] = []
    order.visit(counts) { seen.append($0) }
    #expect(seen.count == counts.total && Set(seen).count == seen.count)
    #expect(seen.allSatisfy { $0.b < 2 && $0.i < 3 && $0.j < 1 && $0.k < 4 })
  }
}
