import ArgumentParser

struct CompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Compile a real transformer for an accelerator: program, memory, host and Verilog.",
    discussion: """
        systole compile tataa --model minilm --text "The cat sat on the mat." --output minilm-tataa
        python3 minilm-tataa/test_tataa.py
        systole compile acceltran --config Edge --output edge
        systole compile xformer --config tiny --output xformer-tiny
        systole compile tron --config tiny --output tron-tiny
        systole compile hetrax --config tiny --output hetrax-tiny
      """,
    subcommands: [
      CompileTATAACommand.self, CompileAccelTranCommand.self, CompileXFormerCommand.self, CompileTRONCommand.self,
      CompileHeTraXCommand.self,
    ])
}
