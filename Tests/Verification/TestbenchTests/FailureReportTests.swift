import Netlist
import Testbench
import Testing

/// A faulty design and the report that must come of it.
struct ReportCase: Sendable, CustomTestStringConvertible {
  var name: String
  var fault: SoftwareFIFO.Fault
  var dataWidth = 8
  var popStalls = StallProfile.random(0.3)
  var expected: String

  var testDescription: String { name }

  func report() throws -> String {
    var bench = try fifoBench(16, stalls: .random(0.3), dataWidth: dataWidth)
    try bench.setStalls(popStalls, on: "pop")
    var result = try bench.run(on: SoftwareFIFO(fault, dataWidth: dataWidth))
    result.seconds = nil
    return result.text()
  }
}

@Suite struct FailureReportTests {
  @Test(arguments: ReportCase.all)
  func `A failure is reported in full`(failing: ReportCase) throws {
    #expect(try failing.report() == failing.expected)
  }
}
