import Foundation
import Models
import Transformer

extension XFormerQuantizer {
  /// A quantised encoder.
  public struct Encoder: Sendable {
    /// The layers.
    public var layers: [XFormerLayer]
    /// What a code of 16 bits stands for at the output of each layer.
    public var outputSteps: [Double]
    /// What a code of 16 bits stands for at the input.
    public var inputStep: Double
    /// What a code of 16 bits stands for of which the codes of 8 bits at the output of each layer are made: normalised, always.
    public var resultSteps: [Double]

    /// What the codes at the output of the last layer stand for, normalised: of 16 bits where they are, of 8 otherwise.
    public func hidden(wide: [[Int32]], narrow: [[Int32]]) -> [[Float]] {
      guard let norm = layers.last?.outputNorm, let step = resultSteps.last else { return [] }
      guard norm.keepsSum else { return wide.map { row in row.map { Float(Double($0) * step) } } }
      return narrow.map { row in
        row.enumerated().map { feature, code in
          let own = norm.narrowing.shifts.isEmpty ? 0 : Int(norm.narrowing.shifts[feature])
          return Float(Double(code) * step * Double(1 << (norm.narrowing.shift + own)))
        }
      }
    }

    /// The codes of the input of the first layer.
    public func codes(_ rows: [[Float]]) -> [[Int32]] {
      rows.map { row in
        row.map { Int32(min(max((Double($0) / inputStep).rounded(.toNearestOrEven), -32767), 32767)) }
      }
    }
  }

  /// The layers of a range as integers, for a machine: the scale of the scores counts the fraction bits of its exponents.
  ///
  /// - Throws: ``XFormerError`` for a model with a part that the machine does not have.
  public func encoder(_ range: Range<Int>, for sizes: XFormerSizes) throws(XFormerError) -> Encoder {
    let graph = try drawn()
    guard range.lowerBound >= 0, range.upperBound <= model.layers, !range.isEmpty else {
      throw .range("layers", range.upperBound, 1...model.layers)
    }
    for layer in range { try refuseOthers(graph, layer) }
    return try normalizesInputs(graph) ? encoderOfInputs(graph, range, sizes) : encoderOfSums(graph, range, sizes)
  }

  private func encoderOfSums(
    _ graph: Graph, _ range: Range<Int>, _ sizes: XFormerSizes
  ) throws(XFormerError) -> Encoder {
    var steps: [Double] = []
    for layer in range { steps.append(try inputStep(graph, layer)) }
    // Behind the last layer there is no sum that shares the range.
    steps.append(
      range.upperBound < model.layers
        ? try inputStep(graph, range.upperBound)
        : try maximum("layer.\(range.upperBound - 1).feedforward.norm") / 127 / 256)
    // What the next layer reads; behind the last one there are no weights that could be larger.
    var narrowings: [RowNumbers.Narrowing] = []
    for (index, step) in steps.enumerated() {
      let layer = range.lowerBound + index
      guard layer < model.layers else {
        let name = "layer.\(layer - 1).feedforward.norm"
        narrowings.append(try narrowing(name, alike: [name], step, graph, read: []))
        continue
      }
      var alike: [String] = []
      for other in try sharing(graph, layer) { alike.append(try inputName(graph, other)) }
      narrowings.append(
        try narrowing(
          inputName(graph, layer), alike: alike, step, graph,
          read: ["query", "key", "value"].map { "layer.\(layer).attention.\($0)" }))
    }
    var layers: [XFormerLayer] = []
    for (index, layer) in range.enumerated() {
      let name = "layer.\(layer)."
      let hidden = max(try maximum(name + "attention.norm"), try maximum(name + "feedforward.down")) / 127 / 256
      let alike = try sharing(graph, layer).map { "layer.\($0).attention.norm" }
      let read = Codes(
        hidden,
        try narrowing(name + "attention.norm", alike: alike, hidden, graph, read: [name + "feedforward.up"]))
      layers.append(
        try quantized(
          graph, layer, stream: (steps[index], hidden), input: Codes(steps[index], narrowings[index]), hidden: read,
          norms: (
            try norm(graph, name + "attention.norm", input: steps[index], output: read),
            try norm(
              graph, name + "feedforward.norm", input: hidden, output: Codes(steps[index + 1], narrowings[index + 1]))
          ), sizes))
    }
    return Encoder(
      layers: layers, outputSteps: Array(steps.dropFirst()), inputStep: steps[0], resultSteps: Array(steps.dropFirst()))
  }

  /// The residual stream has one step from end to end: no normalisation changes it.
  private func encoderOfInputs(
    _ graph: Graph, _ range: Range<Int>, _ sizes: XFormerSizes
  ) throws(XFormerError) -> Encoder {
    var greatest = 0.0
    for layer in range {
      let name = "layer.\(layer)."
      greatest = max(greatest, try maximum(graph[try node(graph, name + "attention.sum").inputs[0]].name))
      for part in ["attention.sum", "attention.output", "feedforward.sum", "feedforward.down"] {
        greatest = max(greatest, try maximum(name + part))
      }
    }
    let stream = greatest / 127 / 256
    func codes(_ name: String, _ read: [String], alike: [String]) throws(XFormerError) -> Codes {
      let step = try maximum(name) / 127 / 256
      return Codes(step, try narrowing(name, alike: alike, step, graph, read: read))
    }
    // What each layer reads, and what stands behind the last one.
    var names: [String] = []
    var places: [Codes] = []
    for layer in range.lowerBound...range.upperBound {
      let isEnd = layer == model.layers
      let name = isEnd ? "norm" : "layer.\(layer).attention.norm"
      names.append(name)
      let alike = isEnd ? [name] : try sharing(graph, layer).map { "layer.\($0).attention.norm" }
      places.append(
        try codes(name, isEnd ? [] : ["query", "key", "value"].map { "layer.\(layer).attention.\($0)" }, alike: alike))
    }
    var layers: [XFormerLayer] = []
    for (index, layer) in range.enumerated() {
      let name = "layer.\(layer)."
      let read = try codes(
        name + "feedforward.norm", [name + "feedforward.up"],
        alike: sharing(graph, layer).map { "layer.\($0).feedforward.norm" })
      func before(_ name: String, _ output: Codes) throws(XFormerError) -> XFormerLayer.Norm {
        try norm(graph, name, input: stream, output: output, keepsSum: true)
      }
      var made = try quantized(
        graph, layer, stream: (stream, stream), input: places[index], hidden: read,
        norms: (try before(name + "feedforward.norm", read), try before(names[index + 1], places[index + 1])), sizes)
      made.inputNorm = try before(names[index], places[index])
      layers.append(made)
    }
    return Encoder(
      layers: layers, outputSteps: layers.map { _ in stream }, inputStep: stream,
      resultSteps: places.dropFirst().map(\.step))
  }

  /// Codes of 16 bits of a step, and how those of 8 are made of them.
  struct Codes {
    let step: Double
    let narrowing: RowNumbers.Narrowing
    init(_ step: Double, _ narrowing: RowNumbers.Narrowing) { (self.step, self.narrowing) = (step, narrowing) }
  }
}
