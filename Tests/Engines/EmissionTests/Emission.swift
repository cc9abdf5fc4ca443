import Engine
import Foundation
import Netlist
import Testing
import Tools
import Verilator
import Verilog

/// Tools and checks that the tests of emitted text share.
enum Emission {
  static let cache = ModelCache(folder: ".systole/test-cache")

  static func design(_ circuit: Circuit) -> ModelDesign {
    ModelDesign(circuit)
  }

  /// The text as it is, in Verilator.
  static func model(_ circuit: Circuit) throws -> VerilatedModel {
    try ModelBuilder(cache: cache).model(of: design(circuit), profile: .debug)
  }

  /// Writes the files and gives what every tool of the machine says of them.
  static func lint(_ circuit: Circuit) throws -> [LintFinding] {
    let folder = NSTemporaryDirectory() + "systole-lint-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var paths: [String] = []
    for file in circuit.verilog() {
      paths.append(folder + "/" + file.name)
      try file.text.write(toFile: paths[paths.count - 1], atomically: true, encoding: .utf8)
    }
    for file in circuit.foreignSources {
      paths.append(folder + "/" + file.name)
      try file.text.write(toFile: paths[paths.count - 1], atomically: true, encoding: .utf8)
    }
    for file in circuit.dataFiles {
      try file.text.write(toFile: folder + "/" + file.name, atomically: true, encoding: .utf8)
    }
    return try Toolbox().lint(files: paths, top: circuit.top.name)
  }

  /// Every tool that the tests stand on must be there: two Verilators, Icarus, two Yosys.
  static func expectClean(_ circuit: Circuit, _ what: String) throws {
    let findings = try lint(circuit)
    #expect(findings.count >= 5, "\(what): only \(findings.map(\.tool)) found; run 'make setup'")
    for finding in findings { #expect(finding.isClean, "\(what): \(finding.tool) says\n\(finding.messages)") }
  }
}
