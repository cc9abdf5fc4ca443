import Catalog
import Components
import Entries
import HDL
import Netlist
import Testbench
import Testing

@Suite struct ArithmeticTests {
  @Test(arguments: [1, 2, 3, 5, 7, 8, 13, 16, 17, 33, 64])
  func `Bits and leading zeros are counted, for every word of up to 16 bits`(width: Int) throws {
    let work = CountWorkload(count: width > 16 ? 5000 : 65536)
    try Catalog.populationCounter.expectPassed(PopulationCounter(width: width), work)
    try Catalog.leadingZeroCounter.expectPassed(LeadingZeroCounter(width: width), work)
  }

  @Test(arguments: BarrelShifter.Operation.allCases, BarrelShifter.Direction.allCases)
  func `Words are shifted, for every word of up to 13 bits and every amount`(
    operation: BarrelShifter.Operation, direction: BarrelShifter.Direction
  ) throws {
    for width in [1, 2, 3, 5, 8, 12, 33, 64] {
      let work = CountWorkload(count: width > 12 ? 3000 : 65536)
      try Catalog.barrelShifter.expectPassed(
        BarrelShifter(width: width) { ($0.operation, $0.direction) = (operation, direction) }, work)
    }
  }

  @Test(arguments: PrefixNetwork.allCases) func `Prefix networks combine all terms in order`(network: PrefixNetwork) {
    for count in 0...70 {
      let letters = (0..<count).map { [$0] }
      #expect(prefixes(letters, network, +) == (0..<count).map { Array(0...$0) })
    }
  }

  @Test func `The examples of the documentation hold`() {
    #expect(prefixes([3, 1, 4, 1, 5], .brentKung, +) == [3, 4, 8, 9, 14])
    #expect(SortingNetwork.Network.bitonic.levels(4).joined().count == 6)
  }

  @Test func `Prefix networks have the stated sizes`() {
    func size(_ network: PrefixNetwork) -> [Int] { [network.levels(64).count, network.levels(64).joined().count] }
    #expect(size(.serial) == [63, 63])
    #expect(size(.koggeStone) == [6, 321])
    #expect(size(.sklansky) == [6, 192])
    #expect(size(.brentKung) == [11, 120])
  }

  @Test(arguments: PrefixNetwork.allCases) func `Prefix sums are exact`(network: PrefixNetwork) throws {
    for (count, width) in [(1, 5), (2, 8), (3, 5), (8, 2), (21, 11), (64, 40)] {
      let work = CountWorkload(count: count * width > 16 ? 500 : 65536)
      try Catalog.prefixSum.expectPassed(PrefixSum(width: width) { ($0.count, $0.network) = (count, network) }, work)
    }
  }

  @Test(arguments: [0, 1, 2, 3]) func `Adder trees are exact and as late as stated`(levelsPerStage: Int) throws {
    for (count, width) in [(1, 8), (2, 16), (3, 1), (8, 8), (33, 40)] {
      try Catalog.adderTree.expectPassed(
        AdderTree(width: width) { ($0.count, $0.levelsPerStage) = (count, levelsPerStage) }, CountWorkload(count: 1000))
    }
    #expect(AdderTree { ($0.count, $0.levelsPerStage) = (33, 2) }.latency == 3)
  }

  @Test(arguments: SortingNetwork.Network.allCases)
  func `Networks sort every list of zeros and ones, and so every list`(network: SortingNetwork.Network) {
    for count in 0...14 {
      let levels = network.levels(count)
      for pattern in 0..<1 << count {
        var list = (0..<count).map { pattern >> $0 & 1 }
        for (low, high) in levels.joined() where list[low] > list[high] { list.swapAt(low, high) }
        #expect(list == list.sorted())
      }
      for level in levels {
        let used = level.flatMap { [$0.low, $0.high] }
        #expect(Set(used).count == used.count, "an element twice on a level of \(count)")
      }
    }
    #expect(network.levels(16).joined().count == (network == .bitonic ? 80 : 63))
  }

  @Test(arguments: SortingNetwork.Network.allCases, [false, true])
  func `Lists are sorted`(network: SortingNetwork.Network, isPipelined: Bool) throws {
    for (count, width) in [(1, 4), (2, 8), (3, 5), (5, 3), (8, 2), (13, 20), (16, 64)] {
      let unit = SortingNetwork(width: width) { ($0.count, $0.network, $0.isPipelined) = (count, network, isPipelined) }
      try Catalog.sortingNetwork.expectPassed(unit, CountWorkload(count: count * width > 16 ? 500 : 65536))
    }
  }

  @Test(arguments: [true, false]) func `Quotients and remainders are exact, by zero as well`(isSigned: Bool) throws {
    for width in [2, 3, 5, 8, 16, 33, 64] {
      let work = CountWorkload(count: width > 8 ? 300 : 65536)
      try Catalog.divider.expectPassed(Divider(width: width) { $0.isSigned = isSigned }, work, stalls: .never)
    }
    try Catalog.divider.expectPassed(Divider(width: 5) { $0.isSigned = isSigned }, CountWorkload(count: 1024))
  }

  @Test func `Roots are exact, for every number of up to 16 bits`() throws {
    for width in [2, 3, 7, 8, 16, 31, 64] {
      try Catalog.squareRoot.expectPassed(
        SquareRoot(width: width), CountWorkload(count: width > 16 ? 300 : 65536), stalls: .never)
    }
    try Catalog.squareRoot.expectPassed(SquareRoot(width: 9), CountWorkload(count: 512))
  }

  @Test func `A division takes the stated number of clocks`() throws {
    let division = try Catalog.divider.expectPassed(Divider(width: 8), CountWorkload(count: 50), stalls: .never)
    #expect(division.latencies.first?.minimum == 9)
    #expect(division.latencies.first?.maximum == 9)
    let root = try Catalog.squareRoot.expectPassed(SquareRoot(width: 16), CountWorkload(count: 50), stalls: .never)
    #expect(root.latencies.first?.minimum == 9)
  }

  @Test func `Parameters without hardware are refused`() {
    #expect(throws: DiagnosticList.self) { try Divider(width: 1).elaborate() }
    #expect(throws: DiagnosticList.self) { try SortingNetwork { $0.count = 0 }.elaborate() }
    #expect(throws: DiagnosticList.self) { try AdderTree { ($0.count, $0.levelsPerStage) = (4, -1) }.elaborate() }
    #expect(throws: DiagnosticList.self) { try BarrelShifter(width: 0).elaborate() }
  }
}
