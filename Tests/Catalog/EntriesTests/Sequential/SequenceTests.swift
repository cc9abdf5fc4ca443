import Catalog
import Components
import Entries
import Golden
import HDL
import Netlist
import Testing

@Suite struct SequenceTests {
  @Test(arguments: Counter.Direction.allCases, Counter.Overflow.allCases)
  func `Counters count as the golden model does`(direction: Counter.Direction, overflow: Counter.Overflow) throws {
    for limit in [1, 2, 3, 7, 12, 31, 1_000_003] {
      try Catalog.counter.expectPassed(
        Counter { ($0.limit, $0.direction, $0.overflow) = (limit, direction, overflow) }, CountWorkload(count: 2000))
    }
  }

  @Test(arguments: 2...64) func `The polynomial of every width is primitive`(width: Int) {
    let exponents = LFSR.primitivePolynomials[width - 2]
    #expect(exponents[0] == width)
    #expect(exponents == exponents.sorted(by: >))
    #expect(BinaryPolynomial(exponents: exponents).isPrimitive, "\(exponents)")
  }

  @Test(arguments: LFSR.Form.allCases) func `Registers run through the sequence of their polynomial`(
    form: LFSR.Form
  ) throws {
    for width in [2, 3, 8, 13, 32, 63, 64] {
      try Catalog.lfsr.expectPassed(LFSR(width: width) { $0.form = form }, CountWorkload(count: 1000))
    }
  }

  @Test func `Parameters without hardware are refused`() {
    #expect(throws: DiagnosticList.self) { try LFSR(width: 1).elaborate() }
    #expect(throws: DiagnosticList.self) { try LFSR(width: 65).elaborate() }
    #expect(throws: DiagnosticList.self) { try Counter { $0.limit = 0 }.elaborate() }
  }
}
