import ArgumentParser
import Catalog
import Foundation
import Machines
import Models
import TATAA
import Transformer

/// What is to be compiled for TATAA, and its sizes.
struct TATAAOptions: ParsableArguments {
  @Option(help: "minilm, albert, gpt2 or vit, or the folder of a BERT, ALBERT, GPT-2, OPT, Llama or ViT.")
  var model = "minilm"

  @Option(help: "The text; an example where it is left out.")
  var text: String?

  @Option(
    help: "The sizes to start from: published, standard or tiny.", completion: .list(["published", "standard", "tiny"]))
  var config = "standard"

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set a size of the accelerator, such as strips=4; may be repeated.", valueName: "name=value"))
  var settings: [Setting] = []

  func sizes() throws -> Configuration {
    guard var configuration = Configuration.named.first(where: { $0.name == config })?.configuration else {
      let names = Configuration.named.map(\.name).joined(separator: ", ")
      throw RequestError("no configuration is called '\(config)'; there are \(names)")
    }
    configuration.cores = 1
    for setting in settings {
      guard let size = Configuration.sizes.first(where: { $0.name == setting.name }) else {
        let names = Configuration.sizes.map(\.name).joined(separator: ", ")
        throw RequestError("TATAA has no size '\(setting.name)'; there are \(names)")
      }
      guard let value = Int(setting.value) else {
        throw RequestError("\(setting.name)=\(setting.value): give a number")
      }
      configuration[keyPath: size.path] = value
    }
    try configuration.validate()
    return configuration
  }

  /// Reads the model.
  func readModel() throws -> (model: TransformerModel, folder: URL) {
    let folder = try ModelFolder.named(model)
    return (try withProgress("reading the model") { try TransformerModel(directory: folder) }, folder)
  }

  /// Reads the tokenizer of a model and the text.
  func readText(of model: TransformerModel, in folder: URL) throws -> (
    reader: ModelText, text: String, tokens: TokenSequence
  ) {
    let reader = try ModelText(directory: folder, family: model.family)
    let text = self.text ?? reader.example
    let tokens = try reader.tokens(of: text)
    if tokens.cut > 0 {
      Console.note("systole: note: the text is too long and was cut by \(tokens.cut) tokens, to \(tokens.count)")
    }
    return (reader, text, tokens)
  }

  /// Reads the model and the text.
  func read() throws -> (model: TransformerModel, reader: ModelText, text: String, tokens: TokenSequence) {
    let (model, folder) = try readModel()
    let (reader, text, tokens) = try readText(of: model, in: folder)
    return (model, reader, text, tokens)
  }
}
