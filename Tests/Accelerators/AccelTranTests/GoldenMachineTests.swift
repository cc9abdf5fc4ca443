import AccelTran
import Foundation
import Models
import NumberFormats
import Testing
import Transformer

/// The golden machines against the interpreters of ``Models``.
struct GoldenMachineTests {
  static func reference(_ model: TransformerModel, _ sequence: TokenSequence) throws -> [Float] {
    let graph = try model.graph(tokens: sequence.count, outputs: ["hidden"])
    let outputs = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: sequence))
    return try #require(outputs["hidden"]?.real).elements
  }

  /// The greatest difference, over rows of real tokens.
  static func error(_ run: FixedPointMachine.Run, _ format: LaneFormat, _ real: [Float], tokens: Int) -> Double {
    let count = tokens * run.hidden.columns
    return zip(run.hidden.codes.prefix(count), real.prefix(count)).map { abs(format.value($0) - Double($1)) }.max() ?? 0
  }

  @Test(arguments: [
    SmallBERT(), SmallBERT(hidden: 24, layers: 3, heads: 2, feedForward: 40, activation: "gelu_new", seed: 2),
    SmallBERT(hidden: 12, layers: 1, heads: 3, feedForward: 30, activation: "relu", seed: 3),
  ])
  func `Fixed point follows the model in binary32, the closer the finer it is`(_ small: SmallBERT) throws {
    let model = try small.model()
    let sequence = small.sequence(9, padding: 3, seed: 5)
    let real = try Self.reference(model, sequence)
    var errors: [Double] = []
    for bits in [8, 12, 16, 20] {
      let format = try LaneFormat(integerBits: 6, fractionBits: bits)
      let run = try FixedPointMachine(model, lanes: LaneProduct(format)).run(sequence)
      errors.append(Self.error(run, format, real, tokens: 6))
      #expect(run.hidden.shape == [9, small.hidden] && run.saturatedParameters == 0)
    }
    for (bits, error) in zip([8, 12, 16], errors) { #expect(error < 40 * pow(2, -Double(bits))) }
    #expect(errors[0] > 4 * errors[1] && errors[1] > 4 * errors[2])
    // What is left is the softmax's 2^−17.
    #expect(errors[3] < 40 * 0x1p-17)
  }

  @Test func `Without a threshold the sparse machine is the dense one in every bit, with one it is not`() throws {
    let small = SmallBERT()
    let model = try small.model()
    let sequence = small.sequence(9, padding: 2, seed: 1)
    let dense = try FixedPointMachine(model).run(sequence, keepsNodes: true)
    for plan in [PruningPlan.published(0), .operands(0)] {
      let sparse = try FixedPointMachine(model, plan: plan).run(sequence, keepsNodes: true)
      #expect(sparse == dense)
    }
    // A threshold below the least number that is not 0 leaves every bit too.
    let tiny = try FixedPointMachine(model, plan: .published(0.9 * 0x1p-16)).run(sequence, keepsNodes: true)
    #expect(tiny.hidden == dense.hidden && tiny.nodes == dense.nodes)
    let pruned = try FixedPointMachine(model, plan: .published(0.1)).run(sequence, keepsNodes: true)
    #expect(pruned.hidden != dense.hidden)
    #expect(pruned.total.effectual < dense.total.effectual && pruned.total.pairs == dense.total.pairs)
    #expect(pruned.allSites.sparsity > dense.allSites.sparsity + 0.05)
    // No number at a pruned place is within the threshold, except 0.
    let queries = try #require(pruned.nodes["layer.0.attention.query"])
    #expect(queries.codes.allSatisfy { $0 == 0 || $0.magnitude > LaneFormat.published.threshold(0.1) })
    #expect(queries.codes.contains(0) && queries.codes.contains { $0 != 0 })
  }

  @Test func `Scores are pruned before they are scaled`() throws {
    let small = SmallBERT(layers: 1, heads: 1)
    let model = try small.model()
    let sequence = small.sequence(8, seed: 2)
    let dense = try FixedPointMachine(model).run(sequence, keepsNodes: true)
    let scaled = try #require(dense.nodes["layer.0.attention.scores"])
    // A head of 16: a threshold of 0.2 on scores is one of 0.8 on products.
    let sparse = try FixedPointMachine(model, plan: PruningPlan([.scores: 0.8])).run(sequence, keepsNodes: true)
    let found = try #require(sparse.nodes["layer.0.attention.scores"])
    for (before, after) in zip(scaled.codes, found.codes) {
      let value = abs(LaneFormat.published.value(before))
      if value > 0.2 + 0x1p-16 { #expect(after == before) }
      if value < 0.2 - 0x1p-16 { #expect(after == 0) }
    }
    #expect(found.codes.contains(0) && found != scaled)
    #expect(sparse.sparsity[PruningSite(layer: 0, place: .scores)]?.zeros == found.codes.count { $0 == 0 })
  }

  @Test func `Padding changes nothing for real tokens, and is no sparsity`() throws {
    let small = SmallBERT()
    let model = try small.model()
    let plan = PruningPlan.published(0.05)
    let ids: [Int32] = [3, 7, 1, 12]
    let bare = try FixedPointMachine(model, plan: plan).run(TokenSequence(ids: ids))
    let padded = try FixedPointMachine(model, plan: plan).run(TokenSequence(ids: ids).padded(to: 20, with: 0))
    #expect(padded.hidden.codes.prefix(4 * 16) == bare.hidden.codes[...])
    for (site, count) in bare.sparsity {
      let other = try #require(padded.sparsity[site])
      #expect(other.elements == count.elements && other.zeros == count.zeros)
    }
    // The accounting trap: zeros of hidden columns.
    let probabilities = try #require(padded.sparsity[PruningSite(layer: 0, place: .probabilities)])
    #expect(probabilities.paddedSparsity > 0.79 && probabilities.sparsity < 0.5)
  }

  @Test func `Pruned weights, another GELU and a function behind the last product each change the result`() throws {
    let model = try SmallBERT().model()
    let sequence = TokenSequence(ids: [1, 2, 3])
    let plain = try FixedPointMachine(model).run(sequence)
    let pruned = try FixedPointMachine(model, weightThreshold: 0.1).run(sequence)
    #expect(pruned.hidden != plain.hidden && pruned.total.effectual < plain.total.effectual)
    let quadratic = try FixedPointMachine(model, function: .quadraticSigmoid).run(sequence)
    #expect(quadratic.hidden != plain.hidden)
    #expect(try FixedPointMachine(model, activatesLast: true).run(sequence).hidden != plain.hidden)
    let stochastic = FixedPointMachine(model, lanes: LaneProduct(accumulation: .stochastic(seed: 1)))
    let (first, second) = (try stochastic.run(sequence), try stochastic.run(sequence))
    #expect(first == second && first.hidden != plain.hidden)
  }

  @Test func `Int8 without thresholds is the quantised model in every bit, and counts what it skips`() throws {
    let small = SmallBERT()
    let model = try small.model()
    let sequences = (0..<4).map { small.sequence(12, seed: $0) }
    let quantized = try QuantizedModel(model, ranges: ActivationRanges(of: model, sequences: sequences))
    for padding in [0, 4] {
      let sequence = small.sequence(11, padding: padding, seed: 8)
      let expected = try quantized.run(sequence, outputs: ["hidden"], keepsCodes: true)
      let dense = try Int8Machine(quantized, plan: .operands(0)).run(sequence)
      #expect(dense.result.outputs == expected.outputs && dense.result.codes == expected.codes)
      let sparse = try Int8Machine(quantized, plan: .operands(0.1)).run(sequence)
      #expect(sparse.result.outputs != expected.outputs)
      // Work over real tokens: 4 · 16² + 2 · 16 · 24 of linear layers and 2 · n · 16 of attention, a token and layer.
      let tokens = 11 - padding
      #expect(dense.total.pairs == 2 * tokens * (4 * 256 + 2 * 16 * 24 + 2 * tokens * 16))
      #expect(sparse.total.pairs == dense.total.pairs && sparse.total.effectual < dense.total.effectual)
      #expect(sparse.allSites.sparsity > dense.allSites.sparsity)
      for (site, codes) in sparse.result.codes {
        guard let format = quantized.formats[site], format.factors.count == 1, format.zeroPoint == 0,
          [.query, .key, .value].contains(site.place)
        else { continue }
        #expect(codes.elements.allSatisfy { $0 == 0 || Double(abs($0)) / Double(format.factors[0]) > 0.1 })
      }
    }
  }

  @Test func `What the machine does not compute is named`() throws {
    let model = try PublishedShape.deitTiny.model()
    let refused = Result { try FixedPointMachine(model).run(TokenSequence(ids: [1])) }
    #expect("\(refused)".contains("node \"graph\": "))
    let bare = try PublishedShape.bertTiny.model()
    let missing = Result { try FixedPointMachine(bare).run(TokenSequence(ids: [1])) }
    #expect("\(missing)".contains("the model has no values for it"))
  }
}
