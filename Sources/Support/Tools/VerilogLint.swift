import Foundation

/// What one tool says about Verilog files.
public struct LintFinding: Hashable, Sendable {
  /// The tool and its version, such as `Verilator 5.006`.
  public var tool: String
  /// Everything that it printed; empty when it accepts the files without a warning.
  public var messages: String

  /// True when the tool accepts the files without a warning.
  public var isClean: Bool { messages.isEmpty }
}

extension Toolbox {
  /// Reads Verilog with every linter and synthesiser of this machine, each at its strictest.
  ///
  /// Verilator runs `--lint-only -Wall`, Icarus `-g2001 -Wall`, Yosys `hierarchy -check; proc; check -assert`.
  ///
  /// - Parameters:
  ///   - files: Paths of the Verilog files, one module each, named after it.
  ///   - top: The top module.
  /// - Throws: When not a single one of these tools is there.
  public func lint(files: [String], top: String) throws -> [LintFinding] {
    var findings: [LintFinding] = []
    for verilator in verilators() {
      let arguments = ["--lint-only", "-Wall", "--top-module", top] + files
      findings.append(try finding("Verilator \(verilator.version)", verilator.program, arguments))
    }
    if let icarus = try? icarus() {
      let arguments = ["-g2001", "-Wall", "-tnull", "-s", top] + files
      findings.append(try finding("Icarus \(icarus.version)", icarus.program, arguments))
    }
    let quoted = files.map { "\"\($0)\"" }.joined(separator: " ")
    let script = "read_verilog \(quoted); hierarchy -check -top \(top); proc; check -assert"
    for yosys in [try? yosys(), try? newestYosys()].compactMap({ $0 }) {
      findings.append(try finding("Yosys \(yosys.version)", yosys.program, ["-q", "-p", script]))
    }
    guard !findings.isEmpty else {
      throw ToolMissing(
        tool: "a Verilog linter", searched: ["PATH", ".tools"], remedy: "run 'make setup', or install verilator")
    }
    return findings
  }

  private func finding(_ name: String, _ program: Program, _ arguments: [String]) throws -> LintFinding {
    let result = try program.run(arguments, timeout: .seconds(300))
    // Some releases close a good run with statistics on their standard output.
    var messages = result.termination.isSuccess ? result.errors : result.errors + result.output
    if messages.isEmpty, !result.termination.isSuccess { messages = "\(result.termination)" }
    return LintFinding(tool: name, messages: messages)
  }
}
