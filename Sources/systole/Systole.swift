import ArgumentParser

/// The command line: parses arguments, calls a layer, prints.
@main
struct Systole: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "systole",
    abstract: "Generate Verilog for transformer accelerators and prove it against a golden model.",
    discussion: """
      systole list                                what there is
      systole list matmul                         its parameters
      systole generate matmul --set rows=8        Verilog, manifest and name map into ./matmul
      systole cosim matmul --work m=100           the emitted Verilog in Verilator against the golden model
      systole prove stream-fifo                   properties of the emitted Verilog, proved for all inputs
      systole mutate stream-fifo                  mistakes put into a block: does its bench find them?
      systole cover stream-fifo                   runs until the bench has shown all that it should
      systole regress                             the benches of the whole catalog
      systole testbench stream-fifo               a block's bench in plain Verilog and for cocotb
      systole run matmul --text "A sentence."     a real transformer layer on the generated hardware
      systole doctor                              tools that were found, and how to get the others

      Exit codes: 0 all is well; 1 the hardware differs from the golden model, a property is refuted, a linter
      complains, a bench misses too many mistakes, or coverage goals are not reached; 2 the request cannot be met as
      written (parameters, files, ports); 3 a tool is missing or failed; 64 the command line is malformed; 130
      interrupted.

      Completion for your shell: systole --generate-completion-script bash (or zsh, fish).
      """,
    version: "0.1.0",
    subcommands: [
      ListCommand.self, GenerateCommand.self, CosimCommand.self, ProveCommand.self, MutateCommand.self,
      ScoresCommand.self, RegressCommand.self, RegressUnitCommand.self, CoverCommand.self, FuzzCommand.self,
      TestbenchCommand.self,
      RunCommand.self,
      LintCommand.self,
      DoctorCommand.self,
    ])
}
