import NumberFormats
import Transformer

/// Runs a graph in codes and bfloat16. See ``NumericsProfile`` for what is computed in which.
struct QuantizedInterpreter {
  /// What runs along an edge.
  struct Value {
    /// Numbers that bfloat16 holds; nil where only codes exist.
    var real: Tensor<Float>?
    var codes: Tensor<Int32>?
    var format: SiteFormat?
    /// What each row of the result of a product has to be multiplied with: the division that a softmax left over.
    var rowFactors: [Float]?
    var index: Tensor<Int32>?
  }

  let quantized: QuantizedModel
  let graph: Graph
  let reference: [Graph.Site: Tensor<Float>]
  let keepsCodes: Bool
  /// Told of the codes of a site before anything reads them, and may change them.
  let adjust: QuantizedModel.CodeAdjustment?
  var reports: [SiteReport] = []
  var kept: [Graph.Site: Tensor<Int32>] = [:]

  init(
    _ quantized: QuantizedModel, _ graph: Graph, reference: [Graph.Site: Tensor<Float>], keepsCodes: Bool,
    adjust: QuantizedModel.CodeAdjustment?
  ) {
    self.adjust = adjust
    self.quantized = quantized
    self.graph = graph
    self.reference = reference
    self.keepsCodes = keepsCodes
  }

  static func rounded(_ value: Double) -> Float { BFloat16(value).floatValue }

  mutating func run(_ inputs: [String: TensorValue]) throws(GraphError) -> QuantizedModel.Result {
    var lastReader = Array(graph.nodes.indices)
    for (index, node) in graph.nodes.enumerated() { for input in node.inputs { lastReader[input.index] = index } }
    for output in graph.outputs { lastReader[output.value.index] = graph.nodes.count }
    var values = [Value?](repeating: nil, count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      do throws(GraphError.Reason) {
        var value = try run(node, node.inputs.map { values[$0.index] ?? Value() }, inputs)
        quantize(&value, node)
        values[index] = value
      } catch { throw GraphError(node: node.name, reason: error) }
      for input in node.inputs where lastReader[input.index] == index { values[input.index] = nil }
    }
    var outputs: [String: TensorValue] = [:]
    for output in graph.outputs {
      guard let value = values[output.value.index] else { continue }
      outputs[output.name] = value.index.map(TensorValue.index) ?? .real(Self.real(value))
    }
    return QuantizedModel.Result(outputs: outputs, sites: reports, codes: kept)
  }

  /// The real numbers of a value.
  static func real(_ value: Value) -> Tensor<Float> {
    if let real = value.real { return real }
    guard let codes = value.codes, let format = value.format else { return Tensor(unchecked: [0], []) }
    return Tensor(unchecked: codes.shape, codes.elements.map { Float(format.value($0, 0)) })
  }

  /// Gives a value its codes where it stands at a site that a product reads, and reports what happened.
  private mutating func quantize(_ value: inout Value, _ node: Graph.Node) {
    guard let site = node.site, let format = quantized.formats[site] else { return }
    var report = SiteReport(site)
    if value.codes == nil, let real = value.real {
      var codes = [Int32](repeating: 0, count: real.elements.count)
      let columns = real.shape[real.shape.count - 1]
      real.elements.withUnsafeBufferPointer { real in
        for index in real.indices {
          let (code, isSaturated) = format.code(real[index], index % columns)
          codes[index] = code
          if isSaturated { report.saturated += 1 }
        }
      }
      value.codes = Tensor(unchecked: real.shape, codes)
    }
    value.format = format
    if let adjust, let codes = value.codes {
      var elements = codes.elements
      adjust(site, format, &elements)
      value.codes?.elements = elements
    }
    report.saturated += saturations
    report.overflowed = overflows
    (saturations, overflows) = (0, 0)
    if let codes = value.codes { summarize(&report, value, codes, format) }
    reports.append(report)
    if keepsCodes { kept[site] = value.codes }
  }

  /// What a product counted on its way to codes, for the report of the site behind it.
  var saturations = 0
  var overflows = 0

  private func summarize(_ report: inout SiteReport, _ value: Value, _ codes: Tensor<Int32>, _ format: SiteFormat) {
    let columns = codes.shape[codes.shape.count - 1]
    let reference = reference[report.site]?.elements
    report.count = codes.elements.count
    for (index, code) in codes.elements.enumerated() {
      var meant = format.value(code, index % columns)
      // With a deferred division the codes are of e^x; a row's factor makes probabilities of them.
      if let factors = value.rowFactors { meant *= Double(factors[index / columns]) }
      let before = value.real?.elements[index] ?? Float(meant)
      report.minimum = min(report.minimum, before)
      report.maximum = max(report.maximum, before)
      if before.isInfinite { report.overflowed += 1 }
      if code == format.zeroPoint { report.zeros += 1 }
      if let reference, reference.count == codes.elements.count {
        let wanted = Double(reference[index])
        report.energy += wanted * wanted
        report.noise += (meant - wanted) * (meant - wanted)
      }
    }
  }
}
