import Testing
import Tools

@testable import systole

@Suite struct DoctorTests {
  @Test func `What is missing is named with a remedy`() {
    let toolbox = Toolbox(folder: "/nonexistent", environment: ["PATH": "/nonexistent"])
    let findings = DoctorCommand.findings(toolbox)
    let verilator = findings.first { $0.tool == "verilator" }
    #expect(verilator?.isFound == false)
    #expect(verilator?.isNeeded == true)
    #expect(verilator?.remedy?.contains("make setup") == true)
  }
}
