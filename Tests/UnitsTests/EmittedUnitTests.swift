import HDL
import NumberFormats
import TestSupport
import Testing
import Units

@Suite struct EmittedUnitTests {
  @Test func `Tools take multipliers without a word`() throws {
    #expect(try FloatingMultiplier().toolComplaints() == "")
    #expect(try FloatingMultiplier(format: .float8E4M3, stages: 3, hasEnable: true).toolComplaints() == "")
  }

  @Test func `Tools take adders without a word`() throws {
    #expect(try FloatingAdder().toolComplaints() == "")
    #expect(
      try FloatingAdder(format: .float16, operation: .either, stages: 3, hasEnable: true).toolComplaints() == "")
  }

  @Test func `Tools take multiply-adds without a word`() throws {
    #expect(try FloatingFusedMultiplyAdd().toolComplaints() == "")
    #expect(
      try FloatingFusedMultiplyAdd(format: .float8E5M2, stages: 3, hasEnable: true).toolComplaints() == "")
  }
}
