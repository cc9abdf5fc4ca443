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
        systole compile tataa --model vit --first 7 --output vit-tataa

      A model of images is compiled with one image in its memory, cut into patches; input.pixels in memory.json is where
      the patches of another one go.
      """)

  @OptionGroup var options: TATAAOptions

  @Option(
    help: ArgumentHelp(
      "The image of a model of images: PGM, PPM or IDX. Default: the test images of the model's folder.",
      valueName: "file"))
  var image: String?

  @Option(help: ArgumentHelp("Which of the images.", valueName: "number"))
  var first = 0

  @Option(help: ArgumentHelp("Only the first layers of the model.", valueName: "count"))
  var layers: Int?

  @Option(name: .shortAndLong, help: "The folder to write to, made when it is not there.", completion: .directory)
  var output: String

  func run() throws {
    try reportingErrors {
      let configuration = try options.sizes()
      Ending.takeOver()
      var (model, folder) = try options.readModel()
      if let layers {
        guard (1...model.layers).contains(layers) else {
          throw RequestError("--layers \(layers): the model has \(model.layers); give 1 to \(model.layers)")
        }
        model = model.prefix(layers: layers)
      }
      let deployment =
        model.imageShape == nil
        ? try deployment(ofText: model, folder, configuration) : try deployment(ofImage: model, folder, configuration)
      let count = try deployment.write(to: output)
      print(
        "\(output): \(count) files; \(deployment.program.instructions.count) instructions, \(deployment.memory.count) bytes "
          + "of memory, \(deployment.expected.count) bytes of output; run python3 "
          + shellQuoted(output + "/test_tataa.py"))
    }
  }
  private func deployment(
    ofText model: TransformerModel, _ folder: URL, _ configuration: Configuration
  ) throws -> TATAADeployment {
    guard image == nil, first == 0 else {
      throw RequestError("--image and --first are for models of images, such as vit")
    }
    let (reader, text, tokens) = try options.readText(of: model, in: folder)
    return try withProgress("calibrating, quantising and compiling the model") {
      let quantized = try QuantizedModel(
        model, ranges: ActivationRanges(of: model, sequences: reader.calibration(of: model)),
        profile: NumericsProfile(functions: .bfloat16Steps))
      return try TATAADeployment(
        CompiledModel(quantized, tokens: tokens.count, for: configuration), on: tokens,
        name: "\(model.family), \(model.layers) layers, \(tokens.count) tokens: \(text)")
    }
  }

  private func deployment(
    ofImage model: TransformerModel, _ folder: URL, _ configuration: Configuration
  ) throws -> TATAADeployment {
    guard options.text == nil else {
      throw RequestError("--text is for models of text; a model of images takes --image and --first")
    }
    let reader = try ModelImages(directory: folder, model: model)
    let (file, images) = try reader.images(from: image)
    try ImageSelection.check(first, of: images.count, file)
    return try withProgress("calibrating, quantising and compiling the model") {
      let quantized = try QuantizedModel(
        model, ranges: ActivationRanges(of: model, images: reader.calibration()),
        profile: NumericsProfile(functions: .bfloat16Steps))
      let compiled = try CompiledModel(ofImages: quantized, for: configuration)
      return try TATAADeployment(
        compiled, onImage: images[first],
        name: "\(model.family), \(model.layers) layers, \(compiled.tokens) tokens: image \(first) of "
          + file.lastPathComponent)
    }
  }
}
