import ArgumentParser
import Foundation
import Tools
import Verilog

struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Read a block's Verilog with every linter and synthesiser of this machine.",
    discussion:
      "Verilator -Wall, Icarus -g2001 -Wall, and Yosys 'hierarchy -check; proc; check -assert', of each version found.")

  @Argument(help: "The block.", completion: blockCompletion)
  var block: String

  @OptionGroup var options: BlockOptions

  func run() throws {
    try reportingErrors {
      let circuit = try options.block(block).elaborate(reset: options.resetStyle)
      let folder = NSTemporaryDirectory() + "systole-lint-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let design = EmittedDesign(circuit)
      try design.write(to: folder)
      let files = design.manifest.files.map { folder + "/" + $0 }
      let findings = try withProgress("linting") { try Toolbox().lint(files: files, top: design.manifest.top) }
      for finding in findings {
        print("\(finding.isClean ? "clean" : "COMPLAINS")  \(finding.tool)")
        if !finding.isClean { print(finding.messages.replacingOccurrences(of: folder + "/", with: "")) }
      }
      if findings.contains(where: { !$0.isClean }) { throw ExitCode.differs }
    }
  }
}
