import Models
import NumberFormats
import SmallModels
import Testing
import Transformer

@testable import XFormer

/// From a model in binary32 to integer layers.
@Suite struct XFormerQuantizerTests {
  private static func sequences(_ count: Int) -> [TokenSequence] {
    var random = SeededGenerator(seed: 7)
    return (0..<count).map { _ in
      TokenSequence(ids: (0..<12).map { _ in Int32.random(in: 0..<20, using: &random) })
    }
  }

  private static func cosine(_ a: [Double], _ b: [Double]) -> Double {
    let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    return product / (a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  /// The cosine of the last layer's output with that of the model.
  private static func cosine(
    _ quantizer: XFormerQuantizer, _ encoder: XFormerQuantizer.Encoder, _ sizes: XFormerSizes
  ) throws -> Double {
    let (input, output) = try quantizer.rows(sequences(8)[7], layers: 0..<quantizer.model.layers)
    var rows = encoder.codes(input)
    for layer in encoder.layers {
      rows = layer(rows, block: sizes.block, isCausal: false, numbers: SoftmaxNumbers(sizes)).wide
    }
    return cosine(rows.flatMap { $0.map { Double($0) } }, output.flatMap { $0.map { Double($0) } })
  }

  @Test func `Layers are near the model, for any fraction bits of the exponents`() throws {
    let model = try SmallTransformer(hidden: 16, layers: 2, heads: 2, feedForward: 32).model()
    let quantizer = try XFormerQuantizer(model, sequences: Array(Self.sequences(7)))
    var scales: [Double] = []
    for bits in [3, 8] {
      var sizes = XFormerSizes.micro
      sizes.exponentFractionBits = bits
      let encoder = try quantizer.encoder(0..<2, for: sizes)
      #expect(try Self.cosine(quantizer, encoder, sizes) > 0.998, "\(bits) fraction bits")
      let scale = encoder.layers[0].scoreScale
      var value = Double(scale.multiplier)
      for _ in 0..<scale.shift { value /= 2 }
      scales.append(value)
    }
    #expect(scales[1] == 32 * scales[0])
  }

  @Test(arguments: [SmallTransformer.Family.gpt2, .opt])
  func `Decoders that normalise what each part reads are near the model`(family: SmallTransformer.Family) throws {
    let model = try SmallTransformer(family: family, hidden: 16, layers: 2, heads: 2, feedForward: 32).model()
    let quantizer = try XFormerQuantizer(model, sequences: Self.sequences(7))
    #expect(try quantizer.isCausal())
    let encoder = try quantizer.encoder(0..<2, for: .micro)
    // One step from end to end, and the last layer's normalisation is the model's own.
    #expect(Set(encoder.outputSteps + [encoder.inputStep]).count == 1)
    #expect(encoder.layers.allSatisfy { $0.attentionNorm.keepsSum && $0.outputNorm.keepsSum })
    #expect(encoder.layers[1].follows(encoder.layers[0]) && !encoder.layers[0].follows(encoder.layers[1]))
    let sequence = Self.sequences(8)[7]
    let (input, output) = try quantizer.rows(sequence, layers: 0..<2)
    var rows = encoder.codes(input)
    var last: XFormerLayer.Result?
    for layer in encoder.layers {
      last = layer(rows, block: 4, isCausal: true, numbers: SoftmaxNumbers(.micro))
      rows = last?.wide ?? []
    }
    let (stream, exact) = (rows.flatMap { $0.map { Double($0) } }, output.flatMap { $0.map { Double($0) } })
    #expect(Self.cosine(stream, exact) > 0.995)
    // What stands behind the layers reads normalised rows.
    let narrow = try #require(last?.steps["output"])
    let hidden = encoder.hidden(
      wide: rows, narrow: stride(from: 0, to: narrow.count, by: 16).map { Array(narrow[$0..<$0 + 16]) })
    let real = try #require(
      Interpreter(model.graph(tokens: sequence.count, outputs: ["hidden"]), parameters: model.parameters)(
        model.inputs(for: sequence))["hidden"]?.real)
    #expect(Self.cosine(hidden.flatMap { $0.map { Double($0) } }, real.elements.map { Double($0) }) > 0.99)
  }

  @Test func `Parts that the machine does not have are refused by name`() throws {
    let model = try SmallTransformer(family: .llama, hidden: 16, layers: 1, heads: 2, feedForward: 32).model()
    let quantizer = try XFormerQuantizer(model, sequences: Self.sequences(1))
    do {
      _ = try quantizer.encoder(0..<1, for: .micro)
      Issue.record("it was quantised")
    } catch {
      #expect("\(error)".contains("layer.0.attention.query.rotated") && "\(error)".contains("rotate"), "\(error)")
    }
  }

  @Test func `Layers that share weights have the same codes`() throws {
    let model = try SmallTransformer(family: .albert, hidden: 16, layers: 3, heads: 2, feedForward: 32).model()
    let quantizer = try XFormerQuantizer(model, sequences: Self.sequences(7))
    let encoder = try quantizer.encoder(0..<3, for: .micro)
    #expect(try Self.cosine(quantizer, encoder, .micro) > 0.995)
    let layers = encoder.layers
    for layer in layers.dropFirst() {
      for (one, other) in zip(
        [layer.query, layer.key, layer.value, layer.output, layer.up, layer.down],
        [
          layers[0].query, layers[0].key, layers[0].value, layers[0].output, layers[0].up, layers[0].down,
        ])
      {
        #expect(one.name == other.name && one.codes == other.codes)
      }
    }
  }

  @Test func `A feature that is far above the others is split, and its parts add up`() throws {
    var features = [Double](repeating: 3, count: 40)
    features[7] = 25
    let codes = try InnerCodes(.gelu, features: features, least: -6, room: 8)
    #expect(codes.columns.count == 48 && codes.columns.count { $0.feature == 7 } > 2)
    #expect(codes.columns.count { $0.feature == nil } == 8 - (codes.columns.count { $0.feature == 7 } - 1))
    // Steps are those of a much smaller range.
    #expect(codes.input.step < 11.0 / 254)
    // Nothing is driven where nothing is meant.
    #expect(codes.output.centre == 0 && codes.table[Int(UInt8(bitPattern: Int8(-127)))] == 0)
    for x in stride(from: -5.0, through: 25, by: 0.37) {
      let sum = codes.columns.filter { $0.feature == 7 }.reduce(0.0) { sum, column in
        let code = ((x - column.below) / codes.input.step).rounded(.toNearestOrEven)
        let result = codes.table[Int(UInt8(bitPattern: Int8(min(max(code, -127), 127))))]
        return sum + codes.output.centre + Double(result) * codes.output.step
      }
      let exact = x > 6 ? x : x < -5 ? 0 : x / (1 + _exp(-1.5957691 * (x + 0.044715 * x * x * x)))
      // Each part but the first has the dip of the function below its range.
      #expect(abs(sum - exact) < 0.2 + 0.05, "\(x): \(sum)")
    }
    // Without such a feature nothing is split.
    #expect(try InnerCodes(.gelu, features: [3, 4, 3.5], least: -4, room: 8).columns.count == 3)
    #expect(
      try InnerCodes(.tanh, features: [3, 4], least: -5, room: 8).columns == [
        .init(feature: 0, below: 0), .init(feature: 1, below: 0),
      ])
  }

  private func _exp(_ x: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    let y = x / 64
    for k in 1...20 {
      term *= y / Double(k)
      sum += term
    }
    for _ in 0..<6 { sum *= sum }
    return sum
  }
}
