import Catalog
import Testing
import Units

@testable import Entries

@Suite struct LogSumExpSoftmaxTests {
  @Test(arguments: Catalog.logSumExpSoftmax.configurations)
  func `Probabilities equal the definition, whatever the rows hold`(configuration: String) throws {
    let entry = Catalog.logSumExpSoftmax
    let unit = try entry.generator(configuration: configuration)
    for index in 0..<2 { try entry.expectPassed(unit, .init(count: 64), index: index) }
  }

  static let others = [
    FloatingLogSumExpSoftmax { ($0.lanes, $0.maximumBeats, $0.stages) = (1, 9, 3) },
    FloatingLogSumExpSoftmax {
      ($0.lanes, $0.maximumBeats, $0.exponentFractionBits, $0.weightFractionBits) = (3, 4, 10, 24)
    },
    FloatingLogSumExpSoftmax {
      ($0.lanes, $0.maximumBeats, $0.exponentFractionBits, $0.weightFractionBits, $0.stages) = (5, 2, 6, 12, 0)
    },
  ]

  @Test(arguments: others) func `Other widths and pipelines`(unit: FloatingLogSumExpSoftmax) throws {
    try Catalog.logSumExpSoftmax.expectPassed(unit, .init(count: 48))
  }

  @Test func `A row that no sum holds is refused`() {
    #expect(throws: (any Error).self) {
      _ = try FloatingLogSumExpSoftmax { ($0.lanes, $0.maximumBeats) = (64, 65536) }.elaborate()
    }
  }
}
