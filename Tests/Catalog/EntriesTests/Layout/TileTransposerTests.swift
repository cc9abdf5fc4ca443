import Catalog
import Testing
import Units

@testable import Entries

@Suite struct TileTransposerTests {
  @Test(arguments: Catalog.tileTransposer.configurations)
  func `Columns are those of the rows`(configuration: String) throws {
    let entry = Catalog.tileTransposer
    for index in 0..<2 {
      try entry.expectPassed(try entry.generator(configuration: configuration), .init(count: 40), index: index)
    }
  }

  @Test(arguments: [(2, 1), (6, 64), (7, 3), (8, 16)])
  func `Tiles of other sizes`(size: Int, width: Int) throws {
    try Catalog.tileTransposer.expectPassed(
      TileTransposer { ($0.size, $0.elementWidth) = (size, width) }, .init(count: 24))
  }
}
