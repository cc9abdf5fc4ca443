import ArgumentParser

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a real transformer, or a layer of one, on generated hardware.",
    discussion: """
      The model is read from a folder in Hugging Face's layout and quantised after calibration; what the hardware stores is
      compared with a golden model in every bit.

        systole run matmul --text "The cat sat on the mat." --projection feed-forward-1
        systole run tataa --model minilm --text "The cat sat on the mat."
        systole run acceltran --model minilm --tau 0.02
        systole run xformer --model albert --config layer
        systole run tron --model random --config tiny
        systole run hetrax --model random --config tiny

      The exit code is 1 when a single bit differs.
      """,
    subcommands: [
      RunMatmulCommand.self, RunTATAACommand.self, RunAccelTranCommand.self, RunXFormerCommand.self,
      RunTRONCommand.self, RunHeTraXCommand.self,
    ])
}
