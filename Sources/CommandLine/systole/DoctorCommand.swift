import ArgumentParser
import Foundation
import Tools

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Show which tools were found, and how to get the others.",
    discussion: """
      Verilator and a C++ compiler are needed for co-simulation; the others for linting, waves and hand-off. Tools are
      looked for under .tools/, which 'make setup' fills, and on PATH. SYSTOLE_VERILATOR, SYSTOLE_CXX and SYSTOLE_TOOLS
      choose others. The exit code is 3 when a tool that co-simulation needs is missing.
      """)

  @Flag(help: "Print JSON for a script.")
  var json = false

  struct Finding: Encodable {
    var tool: String
    var isFound: Bool
    var version: String?
    var path: String?
    var isNeeded: Bool
    var use: String
    var remedy: String?
  }

  func run() throws {
    let findings = Self.findings(Toolbox())
    if json {
      try printJSON(findings)
    } else {
      for finding in findings {
        let mark = finding.isFound ? "found  " : finding.isNeeded ? "MISSING" : "missing"
        let name = finding.tool.padding(toLength: 14, withPad: " ", startingAt: 0)
        print("\(mark)  \(name) \(finding.isFound ? "\(finding.version ?? "") at \(finding.path ?? "")" : finding.use)")
        if let remedy = finding.remedy { print("         \(String(repeating: " ", count: 14)) to get it: \(remedy)") }
      }
    }
    if findings.contains(where: { $0.isNeeded && !$0.isFound }) { throw ExitCode.toolFailed }
  }

  static func findings(_ toolbox: Toolbox) -> [Finding] {
    var findings: [Finding] = []
    func add(_ name: String, needed: Bool = false, _ use: String, _ find: () throws(ToolMissing) -> (String, String)) {
      do {
        let (version, path) = try find()
        findings.append(
          Finding(tool: name, isFound: true, version: version, path: path, isNeeded: needed, use: use, remedy: nil))
      } catch {
        findings.append(
          Finding(
            tool: name, isFound: false, version: nil, path: nil, isNeeded: needed, use: use, remedy: error.remedy))
      }
    }
    func tool(_ tool: Tool) -> (String, String) { (tool.version, tool.program.path) }
    add("verilator", needed: true, "co-simulation") { () throws(ToolMissing) in
      let found = try toolbox.verilator()
      return (found.version, found.program.path)
    }
    add("c++ compiler", needed: true, "compiling Verilated models") { () throws(ToolMissing) in
      let found = try toolbox.compiler()
      return (found.version, found.program.path)
    }
    add("swift", "writing and building generators") { () throws(ToolMissing) in tool(try toolbox.swift()) }
    add("symbolizer", "lines of the user's source in diagnostics") { () throws(ToolMissing) in
      tool(try toolbox.symbolizer())
    }
    add("iverilog", "linting; stand-alone benches") { () throws(ToolMissing) in tool(try toolbox.icarus()) }
    add("yosys", "linting; synthesis") { () throws(ToolMissing) in tool(try toolbox.yosys()) }
    add("python3", "setup; references") { () throws(ToolMissing) in tool(try toolbox.python()) }
    add("gtkwave", "looking at waves") { () throws(ToolMissing) in tool(try toolbox.waveViewer()) }
    return findings
  }
}
