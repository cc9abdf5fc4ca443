import Models
import Simulator
import SmallModels
import TATAA
import TATAAHardware
import Testing
import Transformer

struct ModelTests {
  static func compiled(_ small: SmallTransformer, tokens: Int, _ configuration: Configuration) throws -> CompiledModel {
    let model = try small.model()
    var random = SeededGenerator(seed: 11)
    let sequences = (0..<4).map { _ in
      TokenSequence(ids: (0..<12).map { _ in Int32.random(in: 0..<20, using: &random) })
    }
    let quantized = try QuantizedModel(
      model, ranges: ActivationRanges(of: model, sequences: sequences),
      profile: NumericsProfile(functions: .bfloat16Steps))
    return try CompiledModel(quantized, tokens: tokens, for: configuration)
  }

  /// The fourth truth equals the third.
  @Test func `A small BERT, every store compared`() throws {
    let small = SmallTransformer(hidden: 4, layers: 1, heads: 1, feedForward: 4, activation: "relu")
    let compiled = try Self.compiled(small, tokens: 3, .tiny)
    let bench = try CoreBench(nativeCore(), .tiny, memory: compiled.memory(for: TokenSequence(ids: [3, 1, 4])))
    try bench.run(compiled.program.words)
    #expect(bench.bytesCompared > 100)
  }
}
