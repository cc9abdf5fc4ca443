import Golden
import NumberFormats

/// Post-training quantisation of an encoder to int8 weights and activations.
///
/// 1. Calibration: the greatest absolute value at each site, and of each feature at x, c, h and g.
/// 2. Migration (SmoothQuant) at x, c, h and g: features are divided by f_j, the weights that read them multiplied by f_j,
///    with f_j = a_j^α / w_j^(1 − α) and the geometric mean 1. In real numbers this changes nothing.
/// 3. Weights: symmetric int8 for each output channel. Activations: static scale by the greatest absolute value.
///
///     let quantized = try Quantizer().quantize(model, calibration: CalibrationTexts.sentences)
///     let query = quantized.layers[0].query
///     let codes = query.input.codes(trace.layers[0].input)
public struct Quantizer: Hashable, Sendable {
  /// α: how much of the activations' range moves into the weights, 0 (all) to 1 (none of the weights' own).
  public var migrationStrength: Double

  /// Makes a quantiser; 0.8 is the best strength for sentence encoders of this kind.
  public init(migrationStrength: Double = 0.8) { self.migrationStrength = migrationStrength }

  /// Calibrates on texts, and quantises all fully connected layers.
  ///
  /// - Parameters:
  ///   - model: the encoder.
  ///   - texts: 32 or more, of the kind that the model will see.
  ///   - progress: told the number of texts done, and of all, after each text.
  /// - Throws: ``QuantizationError``.
  public func quantize(
    _ model: EncoderModel, calibration texts: [String],
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(QuantizationError) -> QuantizedEncoder {
    try quantize(model, calibration: Calibration(of: model, texts: texts, progress: progress))
  }

  /// Quantises all fully connected layers with ranges that are known.
  ///
  /// - Throws: ``QuantizationError``.
  public func quantize(
    _ model: EncoderModel, calibration: Calibration
  ) throws(QuantizationError) -> QuantizedEncoder {
    guard (0...1).contains(migrationStrength) else { throw .migrationStrength(migrationStrength) }
    guard calibration.layers.count == model.layers.count else {
      throw .layers(calibration: calibration.layers.count, model: model.layers.count)
    }
    var layers: [QuantizedLayer] = []
    for (index, layer) in model.layers.enumerated() {
      let ranges = LayerRanges(index: index, ranges: calibration.layers[index])
      let x = try quantizer(.input, ranges, read: [layer.query, layer.key, layer.value])
      let c = try quantizer(.context, ranges, read: [layer.attentionOutput])
      let h = try quantizer(.feedForwardInput, ranges, read: [layer.feedForward1])
      let g = try quantizer(.feedForwardHidden, ranges, read: [layer.feedForward2])
      layers.append(
        QuantizedLayer(
          query: try linear(layer.query, input: x, output: .query, ranges),
          key: try linear(layer.key, input: x, output: .key, ranges),
          value: try linear(layer.value, input: x, output: .value, ranges),
          attentionOutput: try linear(layer.attentionOutput, input: c, output: .attentionOutput, ranges),
          feedForward1: try linear(layer.feedForward1, input: h, output: .feedForwardSum, ranges),
          feedForward2: try linear(layer.feedForward2, input: g, output: .feedForwardOutput, ranges)))
    }
    return QuantizedEncoder(layers: layers, calibration: calibration)
  }

  private struct LayerRanges {
    var index: Int
    var ranges: Calibration.Layer
  }

  private func quantizer(
    _ site: ActivationSite, _ layer: LayerRanges, read readers: [Linear]
  ) throws(QuantizationError) -> ActivationQuantizer {
    let channels = layer.ranges.channelMaxima[site] ?? []
    var weightMaxima = [Float](repeating: 0, count: channels.count)
    for reader in readers {
      guard reader.weights.rows == channels.count else {
        throw .features(layer: layer.index, site: site, calibration: channels.count, model: reader.weights.rows)
      }
      weightMaxima = zip(weightMaxima, reader.weights.rowMaxima).map(max)
    }
    do throws(ActivationQuantizer.FactorError) {
      return try ActivationQuantizer(
        site: site, activationMaxima: channels, weightMaxima: weightMaxima, strength: migrationStrength)
    } catch { throw .factor(layer: layer.index, site: site, feature: error.feature, factor: error.factor) }
  }

  /// The longest inner sum whose accumulator and bias surely fit int32: bias is kept within 2^30.
  static let maximumInputs = (1 << 30) / (127 * 127)

  private func linear(
    _ linear: Linear, input: ActivationQuantizer, output site: ActivationSite, _ layer: LayerRanges
  ) throws(QuantizationError) -> QuantizedLinear {
    let (inputs, columns) = (linear.weights.rows, linear.weights.columns)
    guard inputs <= Self.maximumInputs else { throw .inputs(inputs) }
    let range = Double(layer.ranges.maxima[site] ?? 0)
    let outputScale = (range > 0 ? range : 1) / 127

    let migrated = Self.migrated(linear.weights, by: input.migration)
    let maxima = migrated.channelMaxima
    var weightScales: [Double] = []
    var bias: [Int32] = []
    var scales: [RequantizationScale] = []
    for column in 0..<columns {
      let real = Double(linear.bias[column])
      guard maxima[column].isFinite, real.isFinite else {
        throw .weight(layer: layer.index, site: site, channel: column)
      }
      // A channel of tiny weights takes a coarser step, so that its bias fits 30 bits and its factor is above 2^−32.
      let scale = max(
        Double(maxima[column]) / 127, abs(real) / (input.scale * 0x1p30), outputScale * 0x1p-31 / input.scale)
      weightScales.append(scale)
      bias.append(Int32((real / (scale * input.scale)).rounded(.toNearestOrEven)))
      do throws(RequantizationScaleError) {
        scales.append(try RequantizationScale(input.scale * scale / outputScale))
      } catch { throw .scale(layer: layer.index, site: site, channel: column, error) }
    }
    let requantization: Requantization
    do throws(RequantizationError) {
      requantization = try Requantization(scales: scales, bias: bias)
    } catch { throw .requantization(error) }
    let multiplication: MatrixMultiplication
    do throws(MatrixMultiplicationError) { multiplication = try MatrixMultiplication() } catch { throw .product(error) }
    return QuantizedLinear(
      input: input, weights: Self.codes(migrated, scales: weightScales), weightScales: weightScales, outputSite: site,
      outputScale: outputScale, requantization: requantization, multiplication: multiplication)
  }

  /// The weights with row k multiplied by f_k.
  private static func migrated(_ weights: Matrix<Float>, by migration: [Double]) -> Matrix<Float> {
    var migrated = weights
    let columns = weights.columns
    migrated.elements.withUnsafeMutableBufferPointer { elements in
      for row in 0..<migration.count {
        let factor = migration[row]
        for index in row &* columns..<(row &+ 1) &* columns {
          elements[index] = Float(Double(elements[index]) * factor)
        }
      }
    }
    return migrated
  }

  /// The int8 codes of weights, −127 to 127, each column with its own scale.
  private static func codes(_ weights: Matrix<Float>, scales: [Double]) -> Matrix<Int8> {
    let (rows, columns) = (weights.rows, weights.columns)
    var codes = Matrix<Int8>(rows: rows, columns: columns, repeating: 0)
    codes.elements.withUnsafeMutableBufferPointer { codes in
      weights.elements.withUnsafeBufferPointer { weights in
        for row in 0..<rows {
          for column in 0..<columns {
            let index = row &* columns &+ column
            let code = (Double(weights[index]) / scales[column]).rounded(.toNearestOrEven)
            codes[index] = Int8(min(max(code, -127), 127))
          }
        }
      }
    }
    return codes
  }
}
