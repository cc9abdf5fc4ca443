import ArgumentParser
import Foundation
import Tools

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
      systole errors                              how far functions are from the real values
      systole regress                             the benches of all blocks
      systole fuzz --count 500                    random circuits on every engine
      systole testbench stream-fifo               a bench in Verilog and cocotb
      systole package stream-fifo                 a folder for a synthesis flow
      systole synth stream-fifo --target ecp5     lookup tables, frequency, longest path
      systole quality                             gates and speed beside other designs
      systole explore matmul --sweep rows=4,8     cycles, area and speed of many
      systole size stream-fifo                    depths of FIFOs that keep the throughput
      systole board --output board                an FPGA project with a serial line
      systole run matmul --text "A sentence."     a layer of a real transformer
      systole run tataa --model minilm            a whole transformer
      systole compile tataa --output minilm       its program, memory, host and Verilog
      systole run acceltran --model minilm        layers with pruned activations
      systole evidence tataa                      figures beside the published ones
      systole evidence acceltran --output out     published figures made anew
      systole evidence hetrax --output hetrax     models beside published figures
      systole thermal hetrax                      temperatures of stacked tiers
      systole place hetrax --output placement     places of cores and links
      systole accuracy xformer --model minilm     a model on noisy crossbars
      systole peers scalesim                      cycles beside what other tools count
      systole network --topology mesh:3x3x2       routes, latency over load, Verilog
      systole lint stream-fifo                    what other tools say of it
      systole doctor                              tools found, and those missing

      Exit codes: 0 all is well; 1 the hardware differs from the golden model, a
      property is refuted, a linter complains, a bench misses too many mistakes or
      coverage goals are not reached; 2 the request cannot be met as written
      (parameters, files, ports) or its result cannot be written; 3 a tool is missing or failed; 64 the command line
      is malformed; 130 interrupted, 143 and 129 ended by SIGTERM and SIGHUP.

      Completion for your shell: systole --generate-completion-script bash (or zsh, fish).
      """,
    version: "0.1.0",
    subcommands: [
      ListCommand.self, GenerateCommand.self, CosimCommand.self, ProveCommand.self, MutateCommand.self,
      ScoresCommand.self, RegressCommand.self, RegressUnitCommand.self, CoverCommand.self, FuzzCommand.self,
      ErrorsCommand.self,
      TestbenchCommand.self, PackageCommand.self, SynthCommand.self, QualityCommand.self, ReportCommand.self,
      ExploreCommand.self, SizeCommand.self, BoardCommand.self,
      RunCommand.self, CompileCommand.self, EvidenceCommand.self, AccuracyCommand.self, ThermalCommand.self,
      PlaceCommand.self, PeersCommand.self, NetworkCommand.self, LintCommand.self, DoctorCommand.self,
    ])

  static func main() {
    Ending.watch()
    finish(run())
  }

  /// Parses the command line and does what it says. Its own function prints messages, which quote arguments, as they are.
  private static func run() -> ExitCode {
    do {
      var command = try parseAsRoot()
      try command.run()
      return .success
    } catch {
      let code = exitCode(for: error)
      let message = fullMessage(for: error)
      if !message.isEmpty {
        if code == .success { print(message) } else { Console.note(message) }
      }
      return code
    }
  }

  /// Ends the program. A result that could not be written is an error, whatever it was.
  private static func finish(_ code: ExitCode) -> Never {
    guard let reason = StandardOutput.finish() else { Foundation.exit(code.rawValue) }
    Console.error("the result could not be written to standard output: \(reason)")
    Foundation.exit(code == .success ? ExitCode.badRequest.rawValue : code.rawValue)
  }
}
