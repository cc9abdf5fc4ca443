import ArgumentParser
import Foundation

/// The command line: parses arguments, calls a layer, prints.
@main
struct Systole: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "systole",
    abstract: "Generate Verilog for transformer accelerators and prove it against a golden model.",
    discussion: """
      systole list                                what there is
      systole list matmul                         its parameters
      systole generate matmul --set rows=8        Verilog into ./matmul
      systole cosim matmul --work m=100           its bench, in Verilator
      systole prove stream-fifo                   properties, for all inputs
      systole mutate stream-fifo                  does its bench find mistakes?
      systole cover stream-fifo                   does its bench show everything?
      systole scores                              the mistakes found in all blocks
      systole regress                             the benches of all blocks
      systole fuzz --count 500                    random circuits on every engine
      systole testbench stream-fifo               a bench in Verilog and cocotb
      systole run matmul --text "A sentence."     a layer of a real transformer
      systole lint stream-fifo                    what other tools say of it
      systole doctor                              tools found, and those missing

      Exit codes: 0 all is well; 1 the hardware differs from the golden model, a
      property is refuted, a linter complains, a bench misses too many mistakes or
      coverage goals are not reached; 2 the request cannot be met as written
      (parameters, files, ports); 3 a tool is missing or failed; 64 the command line
      is malformed; 130 interrupted.

      Completion for your shell: systole --generate-completion-script bash (or zsh, fish).
      """,
    version: "0.1.0",
    subcommands: [
      ListCommand.self, GenerateCommand.self, CosimCommand.self, ProveCommand.self, MutateCommand.self,
      ScoresCommand.self, RegressCommand.self, RegressUnitCommand.self, CoverCommand.self, FuzzCommand.self,
      TestbenchCommand.self, RunCommand.self, LintCommand.self, DoctorCommand.self,
    ])

  /// Parses the command line and does what it says. Its own `main` prints messages, which quote arguments, as they are.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let code = exitCode(for: error)
      let message = fullMessage(for: error)
      if !message.isEmpty {
        if code == .success { print(message) } else { Console.note(message) }
      }
      Foundation.exit(code.rawValue)
    }
  }
}
