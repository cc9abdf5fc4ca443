import Catalog
import Components
import Entries
import TestSupport
import Testbench
import Testing

@Suite struct WidthAdapterTests {
  static let shapes = [(8, 1), (8, 2), (1, 3), (33, 5), (64, 4), (2, 70)]
  private let work = CountWorkload(count: 60)

  @Test(arguments: shapes) func `Items are gathered into beats that end with the packet`(width: Int, factor: Int) throws
  {
    for stalls in stallProfiles {
      try Catalog.streamUpsizer.expectPassed(StreamUpsizer(width: width) { $0.factor = factor }, work, stalls: stalls)
    }
  }

  @Test(arguments: shapes) func `Beats are taken apart into the items that they keep`(width: Int, factor: Int) throws {
    for stalls in stallProfiles {
      try Catalog.streamDownsizer.expectPassed(
        StreamDownsizer(width: width) { $0.factor = factor }, work, stalls: stalls)
    }
  }

  @Test func `An item a clock passes either way`() throws {
    let up = try Catalog.streamUpsizer.expectPassed(StreamUpsizer(), work, stalls: .never)
    #expect(up.streams.first { $0.name == "push" }?.throughput == 1)
    let down = try Catalog.streamDownsizer.expectPassed(StreamDownsizer(), work, stalls: .never)
    #expect(down.streams.first { $0.name == "pop" }?.throughput == 1)
  }
}
