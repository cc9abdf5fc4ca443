import ArgumentParser
import Formal
import HDL
import Netlist
import Synthesis
import Testbench
import Tools
import Verilator
import Verilog

extension ExitCode {
  /// The hardware differs from the golden model, a property is refuted, or a linter complains.
  static let differs = ExitCode(1)
  /// The request cannot be met as written.
  static let badRequest = ExitCode(2)
  /// A tool is missing or failed.
  static let toolFailed = ExitCode(3)
  /// Ctrl-C, or another signal that asked the program to end.
  static var interrupted: ExitCode { ExitCode(Ending.exitCode) }
}

/// Runs a command's work and turns every error into one message and an exit code that means something.
func reportingErrors(_ work: () throws -> Void) throws {
  do {
    try work()
  } catch let code as ExitCode {
    throw code
  } catch {
    if Ending.isRequested {
      Console.error("interrupted; nothing half-written is left where a later run would trust it")
      throw ExitCode.interrupted
    }
    // Mistakes of a design say themselves that they are errors, each with its place.
    if error is DiagnosticList { Console.note("systole: \(error)") } else { Console.error("\(error)") }
    throw exitCode(for: error)
  }
}

private func exitCode(for error: any Error) -> ExitCode {
  switch error {
  case let failure as VerilatorFailure:
    switch failure {
    case .verilog, .ports, .unknownTop, .severalTops, .unsupportedPort, .unsupportedPorts, .unreadable: .badRequest
    default: .toolFailed
    }
  case is ToolMissing, is ProgramFailure, is IsolatedWorkerFailure, is ProofFailure, is SynthesisFailure: .toolFailed
  default: .badRequest
  }
}
