import Foundation
import Models
import NumberFormats
import Testing
import Transformer

struct QuantizedModelTests {
  private static let texts = [
    "The pump was replaced on Monday.", "Prices fell sharply in March.", "How do bees find their way home?",
    "She plays the violin, and he sings.", "The array multiplies two matrices.", "Bring water to the boil, then add salt.",
  ]

  private func embedding(_ outputs: [String: Operand]) throws -> [Float] {
    try #require(outputs["embedding"]?.real).elements
  }

  @Test func `MiniLM in codes stays close to binary32, site by site`() throws {
    let model = try RealModel.minilm.get()
    let tokenizer = try WordPieceTokenizer(directory: Checkout.model("all-MiniLM-L6-v2"))
    let ranges = try ActivationRanges(of: model, sequences: Self.texts.map { try tokenizer.encode($0) })
    let quantized = try QuantizedModel(model, ranges: ranges)
    let tokens = try tokenizer.encode("The heart pumps blood.")
    let result = try quantized.run(tokens, outputs: ["embedding"], compares: true)
    let graph = try model.graph(tokens: tokens.count, outputs: ["embedding"])
    let reference = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: tokens))
    let error = try ApproximationError(of: embedding(result.outputs), reference: embedding(reference))
    print(error)
    for site in result.sites { print(site) }
    #expect(error.cosine >= 0.98)
  }
}
