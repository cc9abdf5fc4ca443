import Catalog
import Components
import Entries
import HDL
import Netlist
import TestSupport
import Testing

@Suite struct MemoryComponentTests {
  static let rules: [ReadDuringWrite] = [.oldData, .newData, .noChange]
  static let forms: [(width: Int, depth: Int, lanes: Int)] = [
    (1, 1, 1), (8, 2, 1), (12, 7, 3), (64, 16, 8), (33, 100, 1),
  ]

  @Test(arguments: forms) func `A memory gives what was written, by each rule`(
    width: Int, depth: Int, lanes: Int
  ) throws {
    for rule in Self.rules {
      try Catalog.singlePortMemory.expectPassed(
        SinglePortMemory(width: width) { ($0.depth, $0.lanes, $0.duringWrite) = (depth, lanes, rule) })
      try Catalog.simpleDualPortMemory.expectPassed(
        SimpleDualPortMemory(width: width) { ($0.depth, $0.lanes, $0.duringWrite) = (depth, lanes, rule) })
      for other in Self.rules.dropLast() {
        try Catalog.trueDualPortMemory.expectPassed(
          TrueDualPortMemory(width: width) {
            ($0.depth, $0.lanes, $0.duringOwnWrite) = (depth, lanes, rule)
            $0.duringOtherWrite = other
          })
      }
    }
  }

  @Test func `What no memory has is refused`() {
    #expect(throws: DiagnosticList.self) { try SinglePortMemory(width: 8) { $0.lanes = 3 }.elaborate() }
    #expect(throws: DiagnosticList.self) { try SimpleDualPortMemory { $0.depth = 0 }.elaborate() }
    #expect(throws: DiagnosticList.self) { try TrueDualPortMemory { $0.duringOtherWrite = .noChange }.elaborate() }
  }
}

@Suite struct CreditTests {
  @Test(arguments: [1, 2, 7, 64]) func `Both ends of a link stand alone`(credits: Int) throws {
    for width in [1, 9, 64] {
      try Catalog.creditSender.expectPassed(CreditSender(width: width) { $0.credits = credits })
      try Catalog.creditReceiver.expectPassed(CreditReceiver(width: width) { $0.credits = credits })
    }
  }
}
