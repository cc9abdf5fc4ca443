import ArgumentParser
import Foundation
import Machines
import Models
import TATAA
import Tools
import Transformer

struct CompileTATAACommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tataa", abstract: "Compile a transformer for TATAA.",
    discussion: """
      Writes the program (program.bin, program.lst), the memory that it starts from (memory.bin) with a map of it
      (memory.json), the output that the golden machine computes (expected.bin), a header for C (tataa.h), the Verilog
      with its manifest (rtl), and a host in Python that runs all of it: test_tataa.py, for cocotb 2 with the AXI
      memories of cocotbext-axi.

        systole compile tataa --model minilm --text "The cat sat on the mat." --output minilm-tataa
        python3 minilm-tataa/test_tataa.py
      """)

  @OptionGroup var options: TATAAOptions

  @Option(help: ArgumentHelp("Only the first layers of the model.", valueName: "count"))
  var layers: Int?

  @Option(name: .shortAndLong, help: "The folder to write to, made when it is not there.", completion: .directory)
  var output: String

  func run() throws {
    try reportingErrors {
      let configuration = try options.sizes()
      Ending.takeOver()
      var (model, reader, text, tokens) = try options.read()
      if let layers {
        guard (1...model.layers).contains(layers) else {
          throw RequestError("--layers \(layers): the model has \(model.layers); give 1 to \(model.layers)")
        }
        model = model.prefix(layers: layers)
      }
      let deployment = try withProgress("calibrating, quantising and compiling the model") {
        let quantized = try QuantizedModel(
          model, ranges: ActivationRanges(of: model, sequences: reader.calibration(of: model)),
          profile: NumericsProfile(functions: .bfloat16Steps))
        return try TATAADeployment(
          CompiledModel(quantized, tokens: tokens.count, for: configuration), on: tokens,
          name: "\(model.family), \(model.layers) layers, \(tokens.count) tokens: \(text)")
      }
      let count = try deployment.write(to: output)
      print(
        "\(output): \(count) files; \(deployment.program.instructions.count) instructions, \(deployment.memory.count) bytes "
          + "of memory, \(deployment.expected.count) bytes of output; run python3 "
          + shellQuoted(output + "/test_tataa.py"))
    }
  }
}
