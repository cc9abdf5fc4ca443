import Foundation
import Models
import Transformer

// What the page about models shows.

/// Eight tokens after four, from the model of a folder.
func generateTokens() throws -> [Int32] {
  let folder = URL(fileURLWithPath: ".tools/models/gpt2")
  let model = try TransformerModel(directory: folder)
  var generation = try Generation(model)
  let tokens = try generation.generate(after: [2, 60, 61, 62], count: 8)
  return tokens
}

func drawGraph(of model: TransformerModel) throws {
  let graph = try model.graph(tokens: 8)
  print(graph)
  try graph.svg().write(to: URL(fileURLWithPath: "gpt2.svg"), atomically: true, encoding: .utf8)
}

func quantize(_ model: TransformerModel, sequences: [TokenSequence], sequence: TokenSequence) throws {
  let ranges = try ActivationRanges(of: model, sequences: sequences)
  let quantized = try QuantizedModel(model, ranges: ranges)
  let result = try quantized.run(sequence, compares: true)
  for site in result.sites { print(site) }
}
