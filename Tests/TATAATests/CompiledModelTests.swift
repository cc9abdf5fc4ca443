import Models
import NumberFormats
import TATAA
import Testing
import Transformer

struct CompiledModelTests {
  static func quantized(
    _ encoder: SmallEncoder, profile: NumericsProfile = NumericsProfile(functions: .bfloat16Steps)
  ) throws -> QuantizedModel {
    let model = try encoder.model()
    var random = SeededGenerator(seed: 11)
    let sequences = (0..<4).map { _ in
      TokenSequence(ids: (0..<12).map { _ in Int32.random(in: 0..<20, using: &random) })
    }
    return try QuantizedModel(model, ranges: ActivationRanges(of: model, sequences: sequences), profile: profile)
  }

  /// The third truth equals the second.
  @Test(arguments: [
    (SmallEncoder(), Configuration.tiny, 9), (SmallEncoder(), .standard, 9), (SmallEncoder(), .tiny, 1),
    (SmallEncoder(hidden: 12, layers: 1, heads: 3, feedForward: 30, activation: "relu", seed: 2), .tiny, 6),
    (SmallEncoder(hidden: 24, layers: 3, heads: 2, feedForward: 20, activation: "gelu_new", seed: 3), .tiny, 7),
    (SmallEncoder(hidden: 40, layers: 1, heads: 1, feedForward: 36, seed: 4), .standard, 35),
  ])
  func `An encoder on the machine gives the quantised model's bits`(
    encoder: SmallEncoder, configuration: Configuration, tokens: Int
  ) throws {
    let quantized = try Self.quantized(encoder)
    let compiled = try CompiledModel(quantized, tokens: tokens, for: configuration)
    try compiled.program.check(on: configuration, memorySize: compiled.image.bytes.count)
    var random = SeededGenerator(seed: UInt64(tokens))
    for padding in [0, tokens / 3] {
      let ids = (0..<tokens - padding).map { _ in Int32.random(in: 0..<20, using: &random) }
      let sequence = TokenSequence(ids: ids).padded(to: tokens, with: 0)
      let (hidden, machine) = try compiled.run(sequence)
      let expected = try #require(try quantized.run(sequence, outputs: ["hidden"]).outputs["hidden"]?.real)
      #expect(hidden.shape == expected.shape)
      #expect(hidden.elements == expected.elements)
      #expect(machine.counters[.accumulatorOverflows] == 0)
      #expect(hidden.elements.contains { $0 != 0 } && hidden.elements.allSatisfy(\.isFinite))
    }
  }
}
