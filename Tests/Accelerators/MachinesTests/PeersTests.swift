import TATAA
import Testing

@testable import Machines

struct PeersTests {
  /// Array, shape, and what SCALE-Sim 3.0.0 prints for it.
  @Test(arguments: [
    (16, 16, 23, 384, 384, 19_872), (32, 32, 64, 64, 64, 504), (32, 32, 128, 768, 768, 79_680), (4, 8, 5, 9, 1, 44),
  ])
  func `The plain schedule counts what SCALE-Sim does`(
    array: Int, columns: Int, m: Int, n: Int, k: Int, counted: Int
  ) {
    let schedule = PlainSchedule(rows: array, columns: columns)
    #expect(schedule.cycles(rows: m, columns: n, depth: k) == counted)
    #expect(schedule.published(rows: m, columns: n, depth: k) == counted)
  }

  @Test func `Products of a layer stand beside the plain schedule`() throws {
    var comparison = try SystolicComparison()
    try comparison.add(.bertBase, tokens: 128)
    try comparison.add(.gpt2, tokens: 128, past: 128)
    let products = comparison.products
    #expect(products.count == 16 && products.allSatisfy { $0.plain == $0.published && $0.overlapped > 0 })
    let scores = try #require(products.first { $0.name.hasSuffix("attention.scores") })
    #expect((scores.count, scores.rows, scores.columns, scores.depth) == (12, 128, 128, 64))
    // A token has a score for each token so far, and its own.
    let decoded = try #require(products.last { $0.name.hasSuffix("attention.scores") })
    #expect((decoded.rows, decoded.columns) == (1, 129))
    let peak = comparison.schedule.rows * comparison.schedule.columns
    for product in products where product.rows == 128 {
      let share = Double(product.multiplications) / Double(product.overlapped * peak)
      #expect(share > 0.95 && share < 1, "\(product.name): \(share)")
    }
  }
}

struct ProductBoundTests {
  /// No product is faster than its bound, whatever its size and the buses; large ones come near it.
  @Test(arguments: [1, 2]) func `Nothing is faster than its bound`(ports: Int) throws {
    var configuration = Configuration.standard
    configuration.readPorts = ports
    let evidence = try TATAAEvidence(configuration: configuration)
    for (m, n, k) in [
      (64, 64, 64), (32, 32, 64), (1, 96, 40), (16, 384, 384), (256, 256, 64), (40, 50, 70), (7, 33, 1),
    ] {
      let found = TATAAEvidence.window(try evidence.product(m, n, k, on: configuration))
      let bound = ProductBound(configuration, rows: m, columns: n, depth: k)
      #expect(found >= bound.cycles, "\(m) x \(n) x \(k): \(found) below \(bound.cycles), \(bound.reason)")
      if m * n * k > 1 << 21, ports == 2 { #expect(Double(bound.cycles) > 0.95 * Double(found)) }
    }
    // 4 tiles of 64 steps; 31 + 15 cycles of skew, 32 words of the last tile.
    #expect(ProductBound(.standard, rows: 64, columns: 64, depth: 64).cycles == 256 + 46 + 32)
  }
}
