import Golden
import NumberFormats
import Transformer

/// A model in 8-bit codes and bfloat16: what a machine of a ``NumericsProfile`` computes, bit for bit.
///
/// 1. Sites x, c, h and g: features are divided by f_j = a_j^α / w_j^(1 − α) (SmoothQuant, geometric mean 1), where a_j is
///    the greatest activation and w_j the greatest weight that reads it. The quantiser's factor is bfloat16, and the weights
///    are multiplied by what that factor really stands for, so that its rounding is no error.
/// 2. Weights: symmetric int8 for each output channel; the scale of the sums is bfloat16, and the codes are made with the
///    held scale.
/// 3. g behind GELU: unsigned codes; the zero point is folded into the bias.
/// 4. Sites q, k, v: symmetric int8 for the whole tensor, requantised from the sums with 16-bit multipliers.
///
/// Quantising is real arithmetic of this machine; running the result is not: equal weights, scales and inputs give equal
/// bits everywhere.
public struct QuantizedModel: Sendable {
  /// The model in binary32.
  public let model: TransformerModel
  /// How it is computed.
  public let profile: NumericsProfile
  /// The format of each site.
  public let formats: [Graph.Site: SiteFormat]
  package let layers: [String: QuantizedWeights]
  /// The parameters, rounded to bfloat16.
  package let parameters: ModelParameters

  /// So many products of 8-bit codes surely fit 28 bits, and with a bias of 28 bits 29: with a factor of 24 bits the product
  /// is exact in binary64.
  public static let maximumInputs = (1 << 28) / (127 * 255)

  /// The weights of a linear layer in a layer of the model.
  package struct QuantizedWeights: Hashable, Sendable {
    /// Inputs × outputs.
    package var codes: [Int8]
    package var inputs, outputs: Int
    /// What a step of the sums stands for in each output: a bfloat16 number.
    package var scales: [Float]
    /// In steps of the sums; what the zero point of the input adds is taken off.
    package var bias: [Int32]
    /// From sums to codes, where the result is a site that a product reads.
    package var requantization: Requantization?
  }

  /// Quantises a model whose ranges are known.
  ///
  /// - Throws: ``ModelQuantizationError``.
  public init(
    _ model: TransformerModel, ranges: ActivationRanges, profile: NumericsProfile = NumericsProfile()
  ) throws(ModelQuantizationError) {
    guard (0...1).contains(profile.migrationStrength) else { throw .migrationStrength(profile.migrationStrength) }
    let graph: Graph
    do throws(ModelError) {
      graph = try model.graph(tokens: model.imageShape == nil ? 1 : nil, outputs: ["hidden"])
    } catch { throw .model(error) }
    self.model = model
    self.profile = profile

    var readers: [Graph.Site: [Tensor<Float>]] = [:]
    for node in graph.nodes {
      guard case .linear(let weights, _) = node.operation, let site = graph[node.inputs[0]].site,
        let values = model.parameters[weights.name]
      else { continue }
      readers[site, default: []].append(values)
    }
    var formats: [Graph.Site: SiteFormat] = [:]
    for node in graph.nodes {
      guard let site = node.site else { continue }
      let depth: Double? = if case .activation(let function) = node.operation { function.depth } else { nil }
      formats[site] = try Self.format(site, readers[site] ?? [], ranges, profile, depth: depth)
    }
    var layers: [String: QuantizedWeights] = [:]
    for node in graph.nodes {
      guard case .linear(let weights, let bias) = node.operation, let site = graph[node.inputs[0]].site,
        let input = formats[site], let values = model.parameters[weights.name]
      else { continue }
      let output = node.site.flatMap { [.query, .key, .value].contains($0.place) ? formats[$0] : nil }
      layers[node.name] = try Self.weights(
        node.name, values, bias.flatMap { model.parameters[$0.name]?.elements }, input: input, output: output)
    }
    self.formats = formats
    self.layers = layers
    var rounded = ModelParameters()
    for name in model.parameters.names {
      guard var tensor = model.parameters[name] else { continue }
      tensor.elements.withUnsafeMutableBufferPointer { elements in
        for index in elements.indices { elements[index] = BFloat16(Double(elements[index])).floatValue }
      }
      rounded[name] = tensor
    }
    parameters = rounded
  }

  /// The format of a site; nil where no product reads it.
  private static func format(
    _ site: Graph.Site, _ readers: [Tensor<Float>], _ ranges: ActivationRanges, _ profile: NumericsProfile,
    depth: Double?
  ) throws(ModelQuantizationError) -> SiteFormat? {
    if site.place == .probabilities { return .probabilities }
    guard let maxima = ranges.channelMaxima[site] else { throw .ranges(site) }
    if [.query, .key, .value].contains(site.place) { return .symmetric(maximum: maxima.max() ?? 0) }
    guard !readers.isEmpty else { return nil }
    var weightMaxima = [Float](repeating: 0, count: maxima.count)
    for reader in readers {
      guard reader.shape[0] == maxima.count else { throw .ranges(site) }
      for row in 0..<maxima.count {
        weightMaxima[row] = max(weightMaxima[row], reader[row: row].reduce(0) { max($0, abs($1)) })
      }
    }
    let migration = ActivationQuantizer.migration(maxima, weightMaxima, strength: profile.migrationStrength)
    let top = zip(maxima, migration).map { Double($0) / $1 }.max() ?? 0
    let isUnsigned = profile.usesUnsignedActivations && depth != nil
    // No feature goes further below zero than the function does, nor than it was seen to.
    let below = isUnsigned ? zip(maxima, migration).map { min(depth ?? 0, Double($0)) / $1 }.max() ?? 0 : 0
    // One code is left for the rounding of the zero point.
    let step = (isUnsigned ? (top + below) / 254 : top / 127)
    let factors = migration.map { BFloat16(1 / ($0 * (step > 0 ? step : 1))).floatValue }
    guard factors.allSatisfy({ $0.isFinite && $0 > 0 }) else { throw .activation(site, value: Float(top)) }
    return SiteFormat(
      range: isUnsigned ? 0...255 : -127...127, zeroPoint: step > 0 ? Int32((below / step).rounded(.up)) : 0,
      factors: factors)
  }

  private static func weights(
    _ name: String, _ values: Tensor<Float>, _ bias: [Float]?, input: SiteFormat, output: SiteFormat?
  ) throws(ModelQuantizationError) -> QuantizedWeights {
    let (inputs, outputs) = (values.shape[0], values.shape[1])
    guard inputs <= maximumInputs else { throw .inputs(node: name, inputs) }
    // What a weight is for a code of its input: w / factor.
    var migrated = values.elements.map(Double.init)
    var maxima = [Double](repeating: 0, count: outputs)
    migrated.withUnsafeMutableBufferPointer { migrated in
      for row in 0..<inputs {
        let step = 1 / Double(input.factors.count == 1 ? input.factors[0] : input.factors[row])
        for column in 0..<outputs {
          let value = migrated[row &* outputs &+ column] * step
          migrated[row &* outputs &+ column] = value
          maxima[column] = max(maxima[column], abs(value))
        }
      }
    }
    var result = QuantizedWeights(
      codes: [Int8](repeating: 0, count: inputs * outputs), inputs: inputs, outputs: outputs, scales: [], bias: [],
      requantization: nil)
    var requantizers: [RequantizationScale] = []
    for column in 0..<outputs {
      let offset = bias.map { Double($0[column]) } ?? 0
      // Not so small that the bias or the requantiser's factor would not fit.
      let floor = output.map { 0x1p-31 / Double($0.factors[0]) } ?? 0x1p-100
      let wanted = max(maxima[column] / 127, abs(offset) * 0x1p-26, floor)
      // Rounded up, so that no weight is beyond 127 steps.
      var scale = BFloat16(wanted).floatValue
      if Double(scale) < wanted { scale = BFloat16(wanted * (1 + 0x1p-7)).floatValue }
      guard scale.isFinite, Double(scale) >= wanted else { throw .channel(node: name, column, wanted) }
      result.scales.append(scale)
      if let output {
        do throws(RequantizationScaleError) {
          requantizers.append(try RequantizationScale(Double(scale) * Double(output.factors[0])))
        } catch { throw .channel(node: name, column, Double(scale)) }
      }
      result.bias.append(Int32((offset / Double(scale)).rounded(.toNearestOrEven)))
    }
    var sums = [Int32](repeating: 0, count: outputs)
    for row in 0..<inputs {
      for column in 0..<outputs {
        let place = row &* outputs &+ column
        let code = Int8((migrated[place] / Double(result.scales[column])).rounded(.toNearestOrEven))
        result.codes[place] = code
        sums[column] &+= Int32(code)
      }
    }
    for column in 0..<outputs { result.bias[column] -= input.zeroPoint * sums[column] }
    if output != nil {
      do throws(RequantizationError) {
        result.requantization = try Requantization(scales: requantizers, bias: result.bias)
      } catch { throw .channel(node: name, 0, 0) }
    }
    return result
  }
}
