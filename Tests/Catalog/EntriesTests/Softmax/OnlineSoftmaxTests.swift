import Catalog
import Testing
import Units

@testable import Entries

@Suite struct OnlineSoftmaxTests {
  @Test(arguments: Catalog.onlineSoftmax.configurations)
  func `Codes equal the definition, whatever the rows hold`(configuration: String) throws {
    let entry = Catalog.onlineSoftmax
    let unit = try entry.generator(configuration: configuration)
    for index in 0..<2 { try entry.expectPassed(unit, .init(count: 64), index: index) }
  }

  static let others = [
    OnlineSoftmax { ($0.lanes, $0.maximumBeats, $0.sum, $0.stages, $0.divisionStages) = (1, 9, .exact, 0, 8) },
    OnlineSoftmax { ($0.lanes, $0.maximumBeats, $0.outputWidth, $0.fractionBits) = (3, 4, 16, 16) },
    OnlineSoftmax {
      ($0.lanes, $0.maximumBeats, $0.exponentStep, $0.weightFractionBits) = (2, 6, 6_051_102, 24)
      ($0.exponentFractionBits, $0.sum) = (12, .twoPass)
    },
    OnlineSoftmax {
      ($0.lanes, $0.maximumBeats, $0.exponentStep, $0.fractionBits, $0.divisionStages) = (2, 6, 300, 1, 2)
    },
  ]

  @Test(arguments: others) func `Other scales, widths and pipelines`(unit: OnlineSoftmax) throws {
    try Catalog.onlineSoftmax.expectPassed(unit, .init(count: 48))
  }
}
