import Catalog
import Testing
import Units

@testable import Entries

@Suite struct RotaryRotatorTests {
  @Test(arguments: Catalog.rotaryRotator.configurations)
  func `Vectors are turned as the definition says`(configuration: String) throws {
    let entry = Catalog.rotaryRotator
    for index in 0..<2 {
      try entry.expectPassed(try entry.generator(configuration: configuration), .init(count: 100), index: index)
    }
  }

  static let others = [
    RotaryRotator { ($0.dimension, $0.lanes, $0.positions, $0.stages) = (8, 8, 5, 1) },
    RotaryRotator { ($0.dimension, $0.lanes, $0.positions, $0.pairing) = (8, 4, 4, .halves) },
    RotaryRotator { ($0.dimension, $0.lanes, $0.positions, $0.pairing, $0.stages) = (6, 1, 9, .halves, 0) },
  ]

  @Test(arguments: others) func `Vectors of other shapes`(unit: RotaryRotator) throws {
    try Catalog.rotaryRotator.expectPassed(unit, .init(count: 150))
  }
}
