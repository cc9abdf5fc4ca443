import ArgumentParser
import Components
import Foundation
import Tools
import Verilog

/// The folder of a generated machine: its Verilog with a manifest (`rtl`), the sizes (`machine.json`) and the control registers
/// (`registers.md`).
struct MachineFolder {
  /// Where it is.
  let path: String
  private let design: EmittedDesign

  /// Writes the folder, made when it is not there.
  ///
  /// - Parameter description: what stands in `machine.json`.
  init(_ path: String, _ design: EmittedDesign, _ description: some Encodable, registers: RegisterMap) throws {
    (self.path, self.design) = (path, design)
    try design.write(to: path + "/rtl")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let json = String(decoding: try encoder.encode(description), as: UTF8.self) + "\n"
    let rows = registers.registers.enumerated().map { "| \(4 * $0) | \($1.name) | \($1.width) | \($1.summary) |" }
    let table = (["| byte | register | bits | |", "|---|---|---|---|"] + rows).joined(separator: "\n") + "\n"
    try WrittenFiles.write([("machine.json", json), ("registers.md", table)], to: path, removing: [])
  }

  /// The files of the Verilog.
  var files: [String] { design.manifest.files.map { path + "/rtl/" + $0 } }

  /// What every linter and synthesiser of this machine says of the Verilog.
  ///
  /// - Throws: `ExitCode/differs` where one complains.
  func lint() throws {
    let findings = try withProgress("linting") { try Toolbox().lint(files: files, top: design.manifest.top) }
    Console.endProgress()
    for finding in findings {
      print("\(finding.isClean ? "clean" : "COMPLAINS")  \(finding.tool)")
      if !finding.isClean { print(finding.messages.prefix(4000)) }
    }
    if findings.contains(where: { !$0.isClean }) { throw ExitCode.differs }
  }
}
