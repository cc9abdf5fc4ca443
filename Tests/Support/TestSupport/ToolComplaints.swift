import Foundation
import HDL
import Tools
import Verilog

extension Generator {
  /// What the tools have to say against the emitted Verilog; empty when all of them take it without a word.
  ///
  /// Two Verilators with all warnings, Icarus Verilog as Verilog-2001 with all warnings, two Yosys with a check of the
  /// netlist. Throws when one of them is not there.
  public func toolComplaints() throws -> String {
    let circuit = try elaborate().simplified()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("systole-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var paths: [String] = []
    for file in circuit.verilog() {
      let place = folder.appendingPathComponent(file.name)
      try file.text.write(to: place, atomically: true, encoding: .utf8)
      paths.append(place.path)
    }
    for file in circuit.foreignFiles.beside {
      try file.text.write(to: folder.appendingPathComponent(file.name), atomically: true, encoding: .utf8)
    }
    for file in circuit.foreignFiles.read {
      let place = folder.appendingPathComponent(file.name)
      try file.text.write(to: place, atomically: true, encoding: .utf8)
      paths.append(place.path)
    }
    for file in circuit.dataFiles {
      try file.text.write(to: folder.appendingPathComponent(file.name), atomically: true, encoding: .utf8)
    }
    let findings = try Toolbox().lint(files: paths, top: circuit.top.name)
    guard findings.count >= 5 else {
      throw ToolMissing(
        tool: "one of two Verilators, Icarus and two Yosys", searched: findings.map { "\($0.tool) is there" },
        remedy: "run 'make setup'")
    }
    return findings.filter { !$0.isClean }.map { "\($0.tool): \($0.messages)" }.joined(separator: "\n")
  }
}
