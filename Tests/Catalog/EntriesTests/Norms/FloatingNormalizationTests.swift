import Catalog
import Testing
import Units

@testable import Entries

@Suite struct FloatingNormalizationTests {
  @Test(arguments: Catalog.floatingNormalization.configurations)
  func `Rows are normalised as the definition says, whatever they hold`(configuration: String) throws {
    let entry = Catalog.floatingNormalization
    let unit = try entry.generator(configuration: configuration)
    for index in 0..<3 { try entry.expectPassed(unit, .init(count: 12), index: index) }
  }
}
