import Models
import NumberFormats
import SmallModels
import TATAA
import Testing
import Transformer

struct CompiledModelTests {
  static func quantized(
    _ small: SmallTransformer, profile: NumericsProfile = NumericsProfile(functions: .bfloat16Steps)
  ) throws -> QuantizedModel {
    let model = try small.model()
    var random = SeededGenerator(seed: 11)
    let sequences = (0..<4).map { _ in
      TokenSequence(ids: (0..<12).map { _ in Int32.random(in: 0..<20, using: &random) })
    }
    return try QuantizedModel(model, ranges: ActivationRanges(of: model, sequences: sequences), profile: profile)
  }

  /// The third truth equals the second.
  @Test(arguments: [
    (SmallTransformer(), Configuration.tiny, 9), (SmallTransformer(), .standard, 9), (SmallTransformer(), .tiny, 1),
    (SmallTransformer(hidden: 12, layers: 1, heads: 3, feedForward: 30, activation: "relu", seed: 2), .tiny, 6),
    (SmallTransformer(hidden: 24, layers: 3, heads: 2, feedForward: 20, activation: "gelu_new", seed: 3), .tiny, 7),
    (SmallTransformer(hidden: 40, layers: 1, heads: 1, feedForward: 36, seed: 4), .standard, 35),
    (SmallTransformer(family: .gpt2, activation: "gelu_new", seed: 5), .tiny, 9),
    (SmallTransformer(family: .albert, seed: 7), .tiny, 5),
    (SmallTransformer(family: .albert, hidden: 48, feedForward: 32, activation: "gelu_new", seed: 8), .standard, 6),
    (SmallTransformer(hidden: 8, layers: 1, heads: 2, seed: 9), .standard, 1),
    (SmallTransformer(layers: 1, maximumTokens: 140, seed: 10), .standard, 128),
    (SmallTransformer(layers: 1, maximumTokens: 140, seed: 10), .standard, 131),
    (SmallTransformer(family: .gpt2, layers: 1, feedForward: 10, activation: "silu", seed: 6), .standard, 5),
    (SmallTransformer(family: .opt, activation: "relu", seed: 12), .tiny, 7),
    (SmallTransformer(family: .llama, activation: "silu", seed: 13), .tiny, 9),
    (
      SmallTransformer(family: .llama, hidden: 24, layers: 1, feedForward: 20, activation: "silu", seed: 14), .standard,
      33
    ),
  ])
  func `A model on the machine gives the quantised model's bits`(
    small: SmallTransformer, configuration: Configuration, tokens: Int
  ) throws {
    let quantized = try Self.quantized(small)
    let compiled = try CompiledModel(quantized, tokens: tokens, for: configuration)
    try compiled.program.check(on: configuration, memorySize: compiled.image.bytes.count)
    var random = SeededGenerator(seed: UInt64(tokens))
    for padding in ![.gpt2, .opt, .llama].contains(small.family) ? [0, tokens / 3] : [0] {
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

  /// Several features of a token stand side by side: a vector program is as long as its numbers fill vectors, not as features.
  @Test func `Lanes are filled with features where tokens are few`() throws {
    let quantized = try Self.quantized(SmallTransformer(hidden: 64, layers: 1, feedForward: 128, seed: 3))
    let compiled = try CompiledModel(quantized, tokens: 16, for: .standard)
    let part = try #require(compiled.parts.first { $0.node.hasSuffix("feedforward.activation") })
    let instructions = compiled.program.instructions[part.instructions]
    // 128 features of 16 tokens are 16 vectors, of 25 operations each.
    #expect(instructions.count { $0.opcode.arity != nil } == 16 * 25)
    #expect(
      instructions.count { $0.opcode == .loadVector } <= 4 && instructions.count { $0.opcode == .storeVector } <= 4)
    // No operation reads the result of the one before it.
    let lanes = instructions.filter { $0.opcode.arity != nil }
    let chained = zip(lanes, lanes.dropFirst()).count { before, after in
      [InstructionField.Name.first, .second, .third].prefix(after.opcode.arity ?? 0).contains {
        after[$0] >> 8 & 1 == 0 && after[$0] & 0xFF == before[.destination]
      }
    }
    #expect(chained == 0)
  }

  @Test func `Memory is given back, parameters and inputs are not`() throws {
    let quantized = try Self.quantized(SmallTransformer(layers: 1))
    let deeper = try Self.quantized(SmallTransformer(layers: 3))
    let (one, three) = try (
      CompiledModel(quantized, tokens: 8, for: .tiny), CompiledModel(deeper, tokens: 8, for: .tiny)
    )
    // More layers need no more room for what is computed.
    #expect(one.image["computed"]?.range == three.image["computed"]?.range)
    #expect(one.image.bytes.count < three.image.bytes.count)
    // No store touches the bytes of a parameter.
    let (_, machine) = try three.run(TokenSequence(ids: [1, 2, 3, 4, 5, 6, 7, 8]))
    let computed = try #require(three.image["computed"]).range
    #expect(machine.stores.allSatisfy { computed.contains($0.address) })
    #expect(three.parts.last?.node.isEmpty == false && three.parts.count > 50)
  }

  @Test func `What the machine does not compute is named`() throws {
    let quantized = try Self.quantized(SmallTransformer(layers: 1), profile: NumericsProfile())
    func message(_ work: () throws -> Void) -> String {
      do { try work() } catch { return "\(error)" }
      return "nothing"
    }
    #expect(
      message { _ = try CompiledModel(quantized, tokens: 4, for: .tiny) }
        == "node \"profile\": quantise with functions in bfloat16 steps and a deferred division")
    let steps = try Self.quantized(SmallTransformer(layers: 1))
    #expect(message { _ = try CompiledModel(steps, tokens: 41, for: .tiny) }.contains("41"))
    var few = Configuration.tiny
    few.vectorRegisters = 2
    #expect(
      message { _ = try CompiledModel(steps, tokens: 4, for: few) }
        == "tensor \"embeddings.with.segments\" of 4 × 16: the program needs more than the 2 vector registers: store what is not needed "
        + "at once, or set vectorRegisters higher")
    let compiled = try CompiledModel(steps, tokens: 4, for: .tiny)
    #expect(
      message { _ = try compiled.run(TokenSequence(ids: [1, 2])) }
        == "node \"tokens\": the program is for 4 tokens, not 2: compile it anew")
  }
}
