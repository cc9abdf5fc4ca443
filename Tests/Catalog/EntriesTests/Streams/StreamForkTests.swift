import Catalog
import Components
import Entries
import TestSupport
import Testbench
import Testing

@Suite struct StreamForkTests {
  private let work = CountWorkload(count: 300)

  @Test(arguments: [1, 2, 3, 7]) func `Every output of a fork gets every item`(count: Int) throws {
    for stalls in stallProfiles {
      try Catalog.streamFork.expectPassed(StreamFork(width: 70) { $0.count = count }, work, stalls: stalls)
    }
  }

  @Test func `A fork passes an item a clock when nobody stalls`() throws {
    let result = try Catalog.streamFork.expectPassed(StreamFork { $0.count = 3 }, work, stalls: .never)
    #expect(result.streams.allSatisfy { $0.throughput == 1 })
    #expect(result.latencies.allSatisfy { $0.minimum == 0 })
  }

  @Test(arguments: [[1], [8, 8], [3, 70, 1], [64, 64, 64, 2]])
  func `A join puts one item of each input side by side`(widths: [Int]) throws {
    for stalls in stallProfiles {
      try Catalog.streamJoin.expectPassed(StreamJoin(widths: widths), work, stalls: stalls)
    }
  }

  @Test func `No ready of a join follows its own valid`() throws {
    let join = try StreamJoin(widths: [2, 2, 2]).elaborate()
    #expect(join.inputsFollowed(by: "push_0_ready") == ["push_1_valid", "push_2_valid", "pop_ready"])
  }

  @Test(arguments: [1, 8, 64]) func `A filter passes what is marked`(width: Int) throws {
    for stalls in stallProfiles {
      try Catalog.streamFilter.expectPassed(StreamFilter(width: width), work, stalls: stalls)
    }
  }
}
