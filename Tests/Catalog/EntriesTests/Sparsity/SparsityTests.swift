import Catalog
import NumberFormats
import Testing
import Units

@testable import Entries

@Suite struct SparsityTests {
  @Test(arguments: Catalog.topKSelector.configurations)
  func `As many survive as are wanted, of equal ones the first`(configuration: String) throws {
    let entry = Catalog.topKSelector
    try entry.expectPassed(try entry.generator(configuration: configuration), .init(count: 1000))
  }

  @Test(arguments: [2, 16, 70], [IntegerFormat.int8, .uint8, .int32])
  func `Vectors of any length and format`(count: Int, element: IntegerFormat) throws {
    try Catalog.topKSelector.expectPassed(TopKSelector { ($0.count, $0.element) = (count, element) }, .init(count: 300))
  }

  @Test(arguments: Catalog.zeroFreeEncoder.configurations)
  func `Rows are packed without a gap`(configuration: String) throws {
    let entry = Catalog.zeroFreeEncoder
    for index in 0..<2 {
      try entry.expectPassed(try entry.generator(configuration: configuration), .init(count: 80), index: index)
    }
  }

  @Test(arguments: Catalog.zeroFreeDecoder.configurations)
  func `Rows come back as they were`(configuration: String) throws {
    let entry = Catalog.zeroFreeDecoder
    for index in 0..<2 {
      try entry.expectPassed(try entry.generator(configuration: configuration), .init(count: 80), index: index)
    }
  }

  @Test(arguments: [(2, 1), (5, 33), (8, 64)])
  func `Codecs of other shapes`(lanes: Int, width: Int) throws {
    try Catalog.zeroFreeEncoder.expectPassed(
      ZeroFreeEncoder { ($0.lanes, $0.elementWidth) = (lanes, width) }, .init(count: 60))
    try Catalog.zeroFreeDecoder.expectPassed(
      ZeroFreeDecoder { ($0.lanes, $0.elementWidth) = (lanes, width) }, .init(count: 60))
  }

  @Test(arguments: Catalog.thresholdInterpolator.configurations)
  func `A share becomes a threshold`(configuration: String) throws {
    let entry = Catalog.thresholdInterpolator
    try entry.expectPassed(try entry.generator(configuration: configuration), .init(count: 200))
  }

  @Test(arguments: Catalog.sparsityController.configurations)
  func `Loops move their thresholds`(configuration: String) throws {
    let entry = Catalog.sparsityController
    try entry.expectPassed(try entry.generator(configuration: configuration), .init(count: 150))
  }

  @Test func `Tables of other widths`() throws {
    try Catalog.thresholdInterpolator.expectPassed(
      ThresholdInterpolator { ($0.shareBits, $0.thresholdWidth, $0.entries, $0.tables) = (24, 32, 2, 2) },
      .init(count: 60))
    try Catalog.sparsityController.expectPassed(
      SparsityController {
        ($0.shareBits, $0.thresholdWidth, $0.countWidth, $0.entries, $0.loops) = (2, 2, 32, 4, 4)
      }, .init(count: 60))
  }

  @Test(arguments: Catalog.stochasticRounder.configurations)
  func `Sums are rounded by chance as the golden source says`(configuration: String) throws {
    let entry = Catalog.stochasticRounder
    try entry.expectPassed(try entry.generator(configuration: configuration), .init(count: 300))
  }

  @Test(arguments: [(10, 1, 32, 33), (62, 60, 8, 8), (12, 12, 1, 2)])
  func `Sums of any width`(width: Int, shift: Int, noiseBits: Int, degree: Int) throws {
    try Catalog.stochasticRounder.expectPassed(
      StochasticRounder { ($0.width, $0.shift, $0.noiseBits, $0.degree) = (width, shift, noiseBits, degree) },
      .init(count: 100))
  }

  @Test(arguments: Catalog.pairPacker.configurations)
  func `Steps are full of the pairs that both masks keep`(configuration: String) throws {
    let entry = Catalog.pairPacker
    for index in 0..<2 {
      try entry.expectPassed(try entry.generator(configuration: configuration), .init(count: 80), index: index)
    }
  }

  @Test(arguments: [(5, 1, 2, 1, 4), (9, 4, 32, 8, 16), (32, 16, 16, 2, 2)])
  func `Lanes of other shapes`(width: Int, multipliers: Int, chunk: Int, rows: Int, queue: Int) throws {
    try Catalog.pairPacker.expectPassed(
      PairPacker {
        ($0.width, $0.multipliers, $0.chunk, $0.rows, $0.queue) = (width, multipliers, chunk, rows, queue)
      }, .init(count: 60))
  }

  @Test func `Lanes without hardware are refused`() {
    for (chunk, queue) in [(12, 8), (2, 8), (16, 4)] {
      #expect(throws: (any Error).self) {
        _ = try PairPacker { ($0.chunk, $0.queue) = (chunk, queue) }.elaborate()
      }
    }
  }
}
