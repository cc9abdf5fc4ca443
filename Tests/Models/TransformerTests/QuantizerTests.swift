import Foundation
import Golden
import NumberFormats
import Testing
import Transformer

@Suite struct QuantizerTests {
  /// The first two layers: ranges need many texts, and a debug build is slow.
  private static let prepared = Result {
    let model = try EncoderModel(directory: RealModel.directory(), layers: 2)
    return (model, try Quantizer().quantize(model, calibration: CalibrationTexts.sentences))
  }

  @Test func `Every linear layer of the real model stays close to its reference on an unseen sentence`() throws {
    let (model, quantized) = try Self.prepared.get()
    let trace = try model.forward(model.tokenizer.encode("Rain is expected in the north tomorrow."))
    // Least cosine measured over all six layers and seven unseen sentences, accumulators and codes: q 0.99990 and 0.9997,
    // k 0.99987 and 0.9997, v 0.99989 and 0.9997, o 0.9974 and 0.9972, u 0.99990 and 0.9990, y 0.9994 and 0.969.
    let floors: [ActivationSite: (exact: Double, coded: Double)] = [
      .query: (0.9997, 0.9995), .key: (0.9997, 0.9995), .value: (0.9997, 0.9995), .attentionOutput: (0.996, 0.996),
      .feedForwardSum: (0.9997, 0.998), .feedForwardOutput: (0.999, 0.95),
    ]
    #expect(quantized.layers.count == 2)
    for (layer, activations) in zip(quantized.layers, trace.layers) {
      #expect(layer.linears.map(\.outputSite.rawValue) == ["q", "k", "v", "o", "u", "y"])
      for linear in layer.linears {
        let codes = linear.input.codes(activations[linear.input.site])
        #expect(codes.elements.allSatisfy { $0 >= -127 } && Set(codes.elements).count > 20)
        let result = try linear(codes)
        let reference = activations[linear.outputSite]
        let exact = ApproximationError(of: linear.values(accumulators: result.accumulators), reference: reference)
        let coded = ApproximationError(of: linear.values(result.codes), reference: reference)
        let floor = try #require(floors[linear.outputSite])
        #expect(exact.cosine > floor.exact, "\(linear.outputSite): \(exact)")
        #expect(coded.cosine > floor.coded && coded.cosine < 1, "\(linear.outputSite): \(coded)")
        #expect(result.codes.elements.allSatisfy { $0 >= -127 })
      }
    }
  }

  @Test func `Weights and scales are those of the definition`() throws {
    let (model, quantized) = try Self.prepared.get()
    let query = quantized.layers[0].query
    let (inputs, channels) = (query.weights.rows, query.weights.columns)
    #expect(inputs == 384 && channels == 384 && query.bias.count == 384 && query.requantizationScales.count == 384)
    for channel in stride(from: 0, to: channels, by: 29) {
      var largest: Int8 = 0
      for input in 0..<inputs {
        let code = query.weights[input, channel]
        largest = max(largest, code.magnitude > 127 ? 127 : abs(code))
        let real = Double(model.layers[0].query.weights[input, channel]) * query.input.migration[input]
        // Half a step, and the rounding of the scaled weight to binary32.
        #expect(abs(Double(code) * query.weightScales[channel] - real) <= query.weightScales[channel] * 0.50001)
      }
      #expect(largest == 127)
      let bias = Double(model.layers[0].query.bias[channel])
      #expect(
        abs(Double(query.bias[channel]) * query.accumulatorScales[channel] - bias) <= query.accumulatorScales[channel])
      let factor = query.accumulatorScales[channel] / query.outputScale
      #expect(abs(query.requantizationScales[channel].factor / factor - 1) <= 0x1p-16)
    }
  }

  @Test func `Migration has the geometric mean 1 and changes nothing in real numbers`() throws {
    let (model, quantized) = try Self.prepared.get()
    let trace = try model.forward(model.tokenizer.encode("He left."))
    for (index, layer) in quantized.layers.enumerated() {
      for linear in layer.linears {
        // bfloat16 factors are within 2^-8 of the nominal ones.
        let mean = linear.input.migration.reduce(0) { $0 + log($1) } / Double(linear.input.migration.count)
        #expect(abs(mean) < 0x1p-8, "\(index) \(linear.outputSite)")
      }
    }
    let input = quantized.layers[0].query.input
    let weights = model.layers[0].query.weights
    for row in 0..<trace.layers[0].input.rows {
      for column in [0, 100, 383] {
        var (plain, migrated) = (0.0, 0.0)
        for feature in 0..<weights.rows {
          let x = Double(trace.layers[0].input[row, feature])
          let w = Double(weights[feature, column])
          plain += x * w
          migrated += x / input.migration[feature] * (w * input.migration[feature])
        }
        #expect(abs(plain - migrated) < 1e-12)
      }
    }
  }

  @Test func `The nominal migration follows its formula`() {
    let activations: [Float] = [1, 4, 0.25, 0]
    let weights: [Float] = [2, 1, 0.5, 1]
    let migration = ActivationQuantizer.migration(activations, weights, strength: 0.8)
    let mean = migration.reduce(0) { $0 + log($1) } / 4
    #expect(abs(mean) < 1e-12)
    let expected = pow(4, 0.8) / (1 / pow(2, 0.2))
    #expect(abs(migration[1] / migration[0] - expected) < 1e-9)
    #expect(migration[3] > 0)
    #expect(ActivationQuantizer.migration([0, 0], [0, 0], strength: 0.5) == [1, 1])
  }

  @Test func `Factors are bfloat16 where the hardware holds them so, and codes round once`() throws {
    let layer = try Self.prepared.get().1.layers[0]
    #expect(layer.linears.map(\.input.site.rawValue) == ["x", "x", "x", "c", "h", "g"])
    for linear in layer.linears {
      let isHeld = linear.input.factors.allSatisfy { $0 == BFloat16(Double($0)).floatValue }
      #expect(isHeld == (linear.input.site != .context))
      #expect(linear.input.isBFloat16 == isHeld)
    }
    let quantizer = layer.query.input
    var activations = Matrix<Float>(rows: 2, columns: 384, repeating: 0)
    activations[0, 0] = 1
    activations[0, 1] = 1e30
    activations[0, 2] = -1e30
    // Values between two bfloat16 numbers, which the quantiser receives as one of them.
    for column in 0..<384 { activations[1, column] = (1 + Float(column) * 0x1p-9) * 100 / quantizer.factors[column] }
    let codes = quantizer.codes(activations)
    #expect(Double(codes[0, 0]) == Double(quantizer.factors[0]).rounded(.toNearestOrEven))
    #expect(codes[0, 1] == 127 && codes[0, 2] == -127 && codes[0, 3] == 0)
    var changed = 0
    for column in 0..<384 {
      let (value, factor) = (Double(activations[1, column]), Double(quantizer.factors[column]))
      let received = Double(BFloat16(value).floatValue)
      #expect(Double(codes[1, column]) == min(127, (received * factor).rounded(.toNearestOrEven)))
      if (received * factor).rounded(.toNearestOrEven) != (value * factor).rounded(.toNearestOrEven) { changed += 1 }
    }
    #expect(changed > 10)
    #expect(abs(Double(quantizer.values(codes)[0, 0]) - 1) <= quantizer.scale * quantizer.migration[0])
  }

  @Test func `Calibration keeps the largest value of all texts and reports progress`() throws {
    let model = try TinyModel().load()
    var reports: [[Int]] = []
    let both = try Calibration(of: model, texts: ["dog a", "cat b"]) { reports.append([$0, $1]) }
    #expect(reports == [[1, 2], [2, 2]])
    let traces = try ["dog a", "cat b"].map { try model.forward(model.tokenizer.encode($0)) }
    for site in ActivationSite.allCases {
      let largest = traces.flatMap { $0.layers[1][site].elements }.map(abs).max()
      #expect(both.layers[1].maxima[site] == largest)
    }
    #expect(Set(both.layers[0].channelMaxima.keys) == Set(Calibration.migratedSites))
    let column = traces.flatMap { trace in (0..<trace.output.rows).map { abs(trace.layers[0][.context][$0, 3]) } }.max()
    #expect(both.layers[0].channelMaxima[.context]?[3] == column)
  }

  @Test func `A channel without weights and a site without values are quantised`() throws {
    var tiny = TinyModel()
    tiny.values["encoder.layer.0.attention.self.value.weight"] = Array(repeating: 0, count: 64)
    tiny.values["encoder.layer.0.attention.self.value.bias"] = [0, 0, 0, 0, 0, 0, 0, 1e-30]
    let model = try tiny.load()
    let layer = try Quantizer().quantize(model, calibration: ["dog", "a cat"]).layers[0]
    let trace = try model.forward(model.tokenizer.encode("dog")).layers[0]
    let result = try layer.value(layer.value.input.codes(trace.input))
    let error = ApproximationError(of: layer.value.values(result.codes), reference: trace[.value])
    #expect(error.maximum <= layer.value.outputScale)
    #expect(layer.value.weights.elements.allSatisfy { $0 == 0 })
  }

  @Test func `What cannot be quantised is refused with its place`() throws {
    var tiny = TinyModel()
    let model = try tiny.load()
    #expect(throws: QuantizationError.noTexts) { try Quantizer().quantize(model, calibration: []) }
    #expect(throws: QuantizationError.migrationStrength(1.5)) {
      try Quantizer(migrationStrength: 1.5).quantize(model, calibration: ["a"])
    }
    let calibration = try Calibration(of: model, texts: ["a"])
    let first = try tiny.withDirectory { try EncoderModel(directory: $0, layers: 1) }
    #expect(throws: QuantizationError.layers(calibration: 2, model: 1)) {
      try Quantizer().quantize(first, calibration: calibration)
    }
    #expect(
      throws: QuantizationError.features(layer: 0, site: .feedForwardHidden, calibration: 12, model: 16)
    ) { try Quantizer().quantize(TinyModel(intermediate: 16).load(), calibration: calibration) }
    tiny.values["encoder.layer.1.intermediate.dense.weight"] = Array(repeating: 3e38, count: 96)
    let large = try tiny.load()
    do throws(QuantizationError) {
      _ = try Quantizer().quantize(large, calibration: ["a"])
      Issue.record("activations beyond binary32 were accepted")
    } catch {
      guard case .activation(layer: 1, site: .feedForwardSum, row: 0, column: 0, value: "nan") = error else {
        Issue.record("\(error)")
        return
      }
      #expect("\(error)".hasPrefix("layer 1, site u: the activation is nan at [0, 0]: the weights are so large"))
    }
  }

  @Test func `A channel whose result is nothing beside its products has no scale`() throws {
    var tiny = TinyModel()
    tiny.values["embeddings.LayerNorm.weight"] = Array(repeating: 0, count: 8)
    tiny.values["embeddings.LayerNorm.bias"] = Array(repeating: 1, count: 8)
    tiny.values["encoder.layer.0.attention.self.query.weight"] = (0..<64).map { $0.isMultiple(of: 2) ? 1 : -1 }
    tiny.values["encoder.layer.0.attention.self.query.bias"] = Array(repeating: 1e-9, count: 8)
    let model = try tiny.load()
    do throws(QuantizationError) {
      _ = try Quantizer().quantize(model, calibration: ["a"])
      Issue.record("a factor of 2^16 or more was accepted")
    } catch {
      guard case .scale(layer: 0, site: .query, channel: 0, .tooLarge) = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func `There are enough calibration texts and no two are alike`() {
    #expect(CalibrationTexts.sentences.count >= 40)
    #expect(Set(CalibrationTexts.sentences).count == CalibrationTexts.sentences.count)
  }
}
