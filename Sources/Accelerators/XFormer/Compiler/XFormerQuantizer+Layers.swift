import Foundation
import Golden
import Models
import NumberFormats
import Transformer

extension XFormerQuantizer {
  /// A layer, but for the normalisation of its input.
  ///
  /// - Parameters:
  ///   - stream: the steps of the residual stream, as attention and as the last matrix add to it.
  ///   - input: what queries, keys and values are made of.
  ///   - hidden: what the matrix before the function reads.
  func quantized(
    _ graph: Graph, _ layer: Int, stream: (attention: Double, feedForward: Double), input: Codes, hidden: Codes,
    norms: (attention: XFormerLayer.Norm, output: XFormerLayer.Norm), _ sizes: XFormerSizes
  ) throws(XFormerError) -> XFormerLayer {
    let name = "layer.\(layer)."
    func step(_ part: String) throws(XFormerError) -> Double { try maximum(name + part) / 127 }
    let (q, k, v) = (try step("attention.query"), try step("attention.key"), try step("attention.value"))
    let context = try step("attention.context")
    let alike = try sharing(graph, layer)
    guard case .matmul(true, let scale) = try node(graph, name + "attention.scores").operation else {
      throw .node(name + "attention.scores", "it is no product of queries and keys")
    }
    guard case .activation(let kind) = try node(graph, name + "feedforward.activation").operation else {
      throw .node(name + "feedforward.activation", "it is no function")
    }
    let inner = try InnerCodes(
      kind, features: magnitudes(alike.map { "layer.\($0).feedforward.up" }),
      least: alike.map { bottoms["layer.\($0).feedforward.up"] ?? 0 }.min() ?? 0, room: sizes.crossbar.outputs)
    let heads = try node(graph, name + "attention.scores").shape[0]
    return XFormerLayer(
      query: try matrix(graph, name + "attention.query", input: input.step, input.narrowing, output: q),
      key: try matrix(graph, name + "attention.key", input: input.step, input.narrowing, output: k),
      value: try matrix(graph, name + "attention.value", input: input.step, input.narrowing, output: v),
      output: try matrix(graph, name + "attention.output", input: context, output: stream.attention),
      up: try matrix(
        graph, name + "feedforward.up", input: hidden.step, hidden.narrowing, output: inner.input.step,
        columns: inner.columns),
      down: try matrix(
        graph, name + "feedforward.down", input: inner.output.step, output: stream.feedForward,
        rows: inner.columns.map(\.feature)),
      heads: heads,
      scoreScale: try requantization(
        name + "scores", q * k * Double(scale) * 1.4426950408889634 * Double(1 << sizes.exponentFractionBits)),
      contextScale: try requantization(name + "context", v / context / 65536),
      function: inner.table,
      attentionNorm: norms.attention, outputNorm: norms.output, inputNarrowing: input.narrowing)
  }

  private func requantization(_ name: String, _ factor: Double) throws(XFormerError) -> RequantizationScale {
    do throws(RequantizationScaleError) { return try RequantizationScale(factor) } catch {
      throw .node(name, "\(error)")
    }
  }

  /// The codes of a linear layer.
  ///
  /// - Parameters:
  ///   - columns: the outputs, each with what is taken off it; nil for those of the layer as they are. An output without a feature is 0.
  ///   - rows: the inputs; nil for those of the layer as they are.
  private func matrix(
    _ graph: Graph, _ name: String, input: Double, _ narrowing: RowNumbers.Narrowing? = nil, output: Double,
    columns: [InnerCodes.Column]? = nil, rows: [Int?]? = nil
  ) throws(XFormerError) -> XFormerLayer.Matrix {
    guard case .linear(let weights, let bias) = try node(graph, name).operation,
      let values = model.parameters[weights.name]
    else { throw .node(name, "it is no linear layer with weights") }
    let own = (inputs: values.shape[0], outputs: values.shape[1])
    let columns = columns ?? (0..<own.outputs).map { InnerCodes.Column(feature: $0, below: 0) }
    let rows = rows ?? (0..<own.inputs).map { $0 }
    let input = narrowing.map { input * Double(1 << $0.shift) } ?? input
    let biases = bias.flatMap { model.parameters[$0.name]?.elements } ?? [Float](repeating: 0, count: own.outputs)
    var (codes, steps) = ([Int8](repeating: 0, count: rows.count * columns.count), [Double]())
    var (offsets, scales) = ([Int32](), [RequantizationScale]())
    let limit = Double(Int32.max / 2)
    for (place, column) in columns.enumerated() {
      var weights = [Double](repeating: 0, count: rows.count)
      if let feature = column.feature {
        for (index, row) in rows.enumerated() {
          guard let row else { continue }
          // Weights of a feature whose codes have greater steps are greater.
          let shift = narrowing.map { $0.shifts.isEmpty ? 0 : $0.shifts[row] } ?? 0
          weights[index] = Double(values.elements[row * own.outputs + feature]) * Double(1 << shift)
        }
      }
      let greatest = weights.reduce(0) { max($0, abs($1)) }
      let step = greatest > 0 ? greatest / 127 : 1 / 127
      steps.append(step)
      for index in weights.indices {
        codes[index * columns.count + place] = Int8((weights[index] / step).rounded(.toNearestOrEven))
      }
      let offset = (column.feature.map { Double(biases[$0]) } ?? 0) - column.below
      let whole = (offset / (input * step)).rounded(.toNearestOrEven)
      offsets.append(Int32(min(max(whole, -limit), limit)))
      scales.append(try requantization(name, input * step / output))
    }
    return XFormerLayer.Matrix(
      name: weights.name, inputs: rows.count, outputs: columns.count, codes: codes, bias: offsets, scales: scales)
  }

  func norm(
    _ graph: Graph, _ name: String, input: Double, output place: Codes, keepsSum: Bool = false
  ) throws(XFormerError) -> XFormerLayer.Norm {
    let output = place.step
    guard case .layerNorm(let scale, let shift, let epsilon) = try node(graph, name).operation else {
      throw .node(name, "it is no layer normalisation")
    }
    let count = model.hiddenSize
    func values(_ parameter: ModelParameter?, _ otherwise: Float) -> [Float] {
      parameter.flatMap { model.parameters[$0.name]?.elements } ?? [Float](repeating: otherwise, count: count)
    }
    let (gamma, beta) = (values(scale, 1), values(shift, 0))
    let greatest = gamma.reduce(0) { max($0, Double(abs($1))) } / output
    // As many fraction bits as γ has room for; with γ alone beyond 16 bits the step of the output is too small.
    var bits = 0
    while bits < 16, greatest * Double(1 << (bits + 1)) < 32767 { bits += 1 }
    guard greatest * Double(1 << bits) < 32767.5 else { throw .node(name, "γ is too large for its output") }
    let factor = Double(1 << bits) / output
    let small = epsilon * Double(count * count) / (input * input)
    return XFormerLayer.Norm(
      gamma: gamma.map { Int32((Double($0) * factor).rounded(.toNearestOrEven)) },
      beta: beta.map { Int32(min(max((Double($0) / output).rounded(.toNearestOrEven), -32768), 32767)) },
      shift: RowNumbers.fractionBits + bits, small: UInt64(min(small.rounded(.toNearestOrEven), 0x1p60)),
      narrowing: place.narrowing, keepsSum: keepsSum)
  }
}
