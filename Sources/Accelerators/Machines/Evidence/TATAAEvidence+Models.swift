import Foundation
import Models
import TATAA
import Transformer

extension TATAAEvidence {
  /// Cycles and utilisation of each kind of node in a layer of a published model, from its shapes: the matrix products as they
  /// would be compiled, the functions over as many rows as there are lanes.
  ///
  /// - Throws: ``TATAA/CompilerError`` and what the model says.
  public mutating func addLayers(of shape: PublishedShape, tokens: Int?) throws {
    let graph = try shape.model().graph(tokens: tokens, outputs: ["hidden"])
    var bars: [EvidenceChart.Bar] = []
    var whole = (cycles: 0, multiplications: 0)
    var length = tokens ?? 0
    for node in graph.nodes where node.name.hasPrefix("layer.0.") {
      let multiplications = graph.multiplications(of: node)
      guard let cycles = try cycles(of: node, in: graph) else { continue }
      if node.shape.count == 2 { length = node.shape[0] }
      let name = String(node.name.dropFirst("layer.0.".count))
      let share =
        Double(multiplications) / (Double(cycles) * Double(configuration.tileRows * configuration.tileColumns))
      let conditions = "\(shape.rawValue), layer 0, \(length) tokens, one sequence, a program for each node; \(sizes)"
      report.rows.append(
        EvidenceRow(
          "layer.\(shape.rawValue).\(name).cycles", "\(name): latency", ours: Double(cycles), unit: "cycles",
          conditions: conditions, tag: .computed))
      if multiplications > 0 {
        report.rows.append(
          EvidenceRow(
            "layer.\(shape.rawValue).\(name).utilisation", "\(name): share of the multiply-accumulates",
            ours: 100 * share,
            unit: "%", conditions: conditions, tag: .computed,
            remark: length % configuration.tileRows == 0
              ? "" : "of \(length) tokens the last tile holds \(length % configuration.tileRows)"))
      }
      bars.append(.init(name, Double(cycles)))
      whole = (whole.cycles + cycles, whole.multiplications + multiplications)
    }
    let layers =
      Double(
        graph.nodes.compactMap { $0.name.hasPrefix("layer.") ? Int($0.name.split(separator: ".")[1]) : nil }.max() ?? 0)
      + 1
    let share =
      Double(whole.multiplications)
      / (Double(whole.cycles) * Double(configuration.tileRows * configuration.tileColumns))
    let conditions = "\(shape.rawValue), \(length) tokens, one sequence on one core; \(sizes)"
    report.rows.append(
      EvidenceRow(
        "model.\(shape.rawValue).cycles", "all \(Int(layers)) layers: latency", ours: Double(whole.cycles) * layers,
        unit: "cycles", conditions: conditions, tag: .computed,
        remark: "the sum over the nodes, nothing overlapped between them"))
    report.rows.append(
      EvidenceRow(
        "model.\(shape.rawValue).utilisation", "all layers: share of the multiply-accumulates, functions in the time",
        ours: 100 * share, unit: "%", conditions: conditions, tag: .computed))
    report.charts.append(
      EvidenceChart(
        "layers-\(shape.rawValue.replacing(" ", with: "-"))",
        "Latency in a layer of \(shape.rawValue), \(length) tokens",
        unit: "cycles", bars: bars))
  }

  /// The cycles of a node by itself; nil for one that takes none.
  private func cycles(of node: Graph.Node, in graph: Graph) throws -> Int? {
    let lanes = configuration.vectorLanes
    func function(_ name: String, _ length: Int, times: Int = 1) throws -> Int {
      try cycles(self.function(name, length: length)).cycles * times
    }
    switch node.operation {
    case .linear(let weights, _):
      return try product(node.count / weights.shape[1], weights.shape[1], weights.shape[0], on: configuration).cycles
    case .matmul:
      let inner = graph[node.inputs[0]].shape.last ?? 1
      return try products(node.shape[0], node.shape[1], node.shape[2], inner).cycles
    case .softmax:
      let rows = node.count / (node.shape.last ?? 1)
      return try function("softmax", node.shape.last ?? 1, times: (rows + lanes - 1) / lanes)
    case .layerNorm, .rmsNorm:
      let rows = node.count / (node.shape.last ?? 1)
      var isCentred = false
      if case .layerNorm = node.operation { isCentred = true }
      return try function(isCentred ? "layernorm" : "rmsnorm", node.shape.last ?? 1, times: (rows + lanes - 1) / lanes)
    case .activation(let activation):
      return try cycles(ofVectors: (node.count + lanes - 1) / lanes, activation == .silu ? "silu" : "gelu")
    default: return nil
    }
  }

  /// A real model on a text: cycles of each kind of node, whether the golden machine equals the quantised model, and how near
  /// that is to binary32 on sequences that were not used for calibration.
  ///
  /// - Parameter name: what the model is called in the rows.
  /// - Throws: ``TATAA/CompilerError`` and what the model says.
  public mutating func addModel(_ name: String, _ model: TransformerModel, _ reader: ModelText) throws {
    let all = try reader.calibration(of: model)
    let (seen, held) = (
      all.enumerated().filter { $0.offset % 2 == 0 }.map(\.element),
      all.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    )
    let quantized = try QuantizedModel(
      model, ranges: ActivationRanges(of: model, sequences: seen), profile: NumericsProfile(functions: .bfloat16Steps))
    let tokens = try reader.tokens(of: reader.example)
    let compiled = try CompiledModel(quantized, tokens: tokens.count, for: configuration)
    let (hidden, machine) = try compiled.run(tokens)
    let expected = try quantized.run(tokens, outputs: ["hidden"]).outputs["hidden"]?.real
    addProgram(name, compiled, hidden, expected, stores: machine.stores.count)
    try addAccuracy(name, quantized, held)
  }

  /// A model of images on images with their classes: as ``addModel(_:_:_:)``, and how often the class is right. The first image
  /// runs on the golden machine, all of them in the quantised model.
  ///
  /// - Throws: ``TATAA/CompilerError`` and what the model says.
  public mutating func addImages(
    _ name: String, _ model: TransformerModel, _ images: [Tensor<Float>], classes: [Int],
    calibratedOn seen: [Tensor<Float>]
  ) throws {
    let quantized = try QuantizedModel(
      model, ranges: ActivationRanges(of: model, images: seen), profile: NumericsProfile(functions: .bfloat16Steps))
    let compiled = try CompiledModel(ofImages: quantized, for: configuration)
    var machine = try Machine(configuration: configuration, memory: compiled.image.bytes)
    guard let first = images.first else { throw MachineError.model("there is no image") }
    for (address, bytes) in try compiled.writes(forImage: first) { machine.write(bytes, at: address) }
    try machine.run(compiled.program)
    let expected = try quantized.run(image: first, outputs: ["hidden"]).outputs["hidden"]?.real
    addProgram(name, compiled, try compiled.hidden(in: machine.memory), expected, stores: machine.stores.count)
    let reference = Interpreter(try model.graph(outputs: ["class"]), parameters: model.parameters)
    var (right, rightReference, same) = (0, 0, 0)
    for (image, wanted) in zip(images, classes) {
      let found = try quantized.run(image: image, outputs: ["class"]).outputs["class"]?.index?.elements.first
      let exact = try reference(model.inputs(forImage: image))["class"]?.index?.elements.first
      right += found.map { Int($0) == wanted } ?? false ? 1 : 0
      rightReference += exact.map { Int($0) == wanted } ?? false ? 1 : 0
      same += found == exact ? 1 : 0
    }
    let count = min(images.count, classes.count)
    let conditions = "\(name), \(count) images that were not used for training or calibration"
    for (id, what, number) in [
      ("right", "images whose class is right, quantised model", right),
      ("right-fp32", "images whose class is right, binary32", rightReference),
      ("top1", "images whose class is that of binary32", same),
    ] {
      report.rows.append(
        EvidenceRow(
          "accuracy.\(name).\(id)", what, ours: 100 * Double(number) / Double(max(1, count)), unit: "%",
          conditions: conditions, tag: .measured, remark: "\(number) images"))
    }
  }

  /// Whether a program computes what the quantised model means, and its cycles.
  private mutating func addProgram(
    _ name: String, _ compiled: CompiledModel, _ hidden: Tensor<Float>, _ expected: Tensor<Float>?, stores: Int
  ) {
    let differing = zip(hidden.elements, expected?.elements ?? []).count { $0.bitPattern != $1.bitPattern }
    let conditions = "\(name), \(compiled.layers) layers, \(compiled.tokens) tokens; \(sizes)"
    report.rows.append(
      EvidenceRow(
        "exact.\(name)", "numbers of the last layer in which golden machine and quantised model differ",
        ours: expected == nil ? nil : Double(differing), unit: "numbers",
        conditions: conditions, tag: .measured,
        remark: "of \(hidden.elements.count), after \(stores) stores"))
    let (estimate, parts) = CycleModel(configuration: configuration, latency: latency)
      .estimate(compiled.program, parts: compiled.parts.map(\.instructions))
    let peak = Double(configuration.tileRows * configuration.tileColumns)
    report.rows.append(
      EvidenceRow(
        "model.\(name).cycles", "whole model: latency", ours: Double(estimate.cycles), unit: "cycles",
        conditions: conditions,
        tag: .computed))
    report.rows.append(
      EvidenceRow(
        "model.\(name).utilisation", "whole model: share of the multiply-accumulates",
        ours: 100 * Double(compiled.multiplications.reduce(0, +)) / (Double(estimate.cycles) * peak), unit: "%",
        conditions: conditions, tag: .computed,
        remark: "\(compiled.tokens) tokens in tiles of \(configuration.tileRows)"))
    addKinds(name, compiled, parts, conditions)
  }

  /// The nodes of all layers by what they do.
  private mutating func addKinds(
    _ name: String, _ compiled: CompiledModel, _ parts: [CycleEstimate], _ conditions: String
  ) {
    var kinds: [(name: String, cycles: Int, multiplications: Int)] = []
    for (index, part) in compiled.parts.enumerated() where parts[index].cycles > 0 {
      let words = part.node.split(separator: ".")
      let kind = words.first == "layer" ? words.dropFirst(2).joined(separator: ".") : part.node
      let place = kinds.firstIndex { $0.name == kind } ?? kinds.count
      if place == kinds.count { kinds.append((kind, 0, 0)) }
      kinds[place].cycles += parts[index].cycles
      kinds[place].multiplications += compiled.multiplications[index]
    }
    let peak = Double(configuration.tileRows * configuration.tileColumns)
    for kind in kinds {
      report.rows.append(
        EvidenceRow(
          "layer.\(name).\(kind.name).cycles", "\(kind.name), all layers: cycles of issue", ours: Double(kind.cycles),
          unit: "cycles", conditions: conditions, tag: .computed))
      guard kind.multiplications > 0 else { continue }
      report.rows.append(
        EvidenceRow(
          "layer.\(name).\(kind.name).utilisation", "\(kind.name), all layers: share of the multiply-accumulates",
          ours: 100 * Double(kind.multiplications) / (Double(kind.cycles) * peak), unit: "%", conditions: conditions,
          tag: .computed))
    }
    report.charts.append(
      EvidenceChart(
        "layers-\(name)", "Where the cycles of \(name) go, all layers", unit: "cycles",
        bars: kinds.map { .init($0.name, Double($0.cycles)) }))
  }

  /// Cosines of sentence embeddings, or how often the likeliest token is the same, and the perplexity of a decoder.
  private mutating func addAccuracy(_ name: String, _ quantized: QuantizedModel, _ sequences: [TokenSequence]) throws {
    let model = quantized.model
    let probe = try model.graph(tokens: sequences[0].count)
    let output =
      ["logits", "embedding", "hidden"].first { name in probe.outputs.contains { $0.name == name } } ?? "hidden"
    var cosines: [Double] = []
    var (same, positions) = (0, 0)
    var loss = (quantized: 0.0, reference: 0.0, count: 0)
    for sequence in sequences {
      guard let found = try quantized.run(sequence, outputs: [output]).outputs[output]?.real else { continue }
      let graph = try model.graph(tokens: sequence.count, outputs: [output])
      guard let wanted = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: sequence))[output]?.real
      else { continue }
      cosines.append(ApproximationError(of: found.elements, reference: wanted.elements).cosine)
      guard output == "logits" else { continue }
      let width = wanted.shape[wanted.shape.count - 1]
      for row in 0..<wanted.elements.count / width {
        let (a, b) = (
          Array(found.elements[row * width..<(row + 1) * width]),
          Array(wanted.elements[row * width..<(row + 1) * width])
        )
        positions += 1
        if Self.argmax(a) == Self.argmax(b) { same += 1 }
        guard model.family == "gpt2", row + 1 < sequence.ids.count else { continue }
        loss.quantized += Self.loss(a, Int(sequence.ids[row + 1]))
        loss.reference += Self.loss(b, Int(sequence.ids[row + 1]))
        loss.count += 1
      }
    }
    let conditions =
      "\(name), \(cosines.count) sequences that were not used for calibration, quantised model against binary32"
    report.rows.append(
      EvidenceRow(
        "accuracy.\(name).cosine", "mean cosine of the \(output)",
        ours: cosines.reduce(0, +) / Double(max(1, cosines.count)),
        unit: "cosine", conditions: conditions, tag: .measured, remark: "the least one is \(cosines.min() ?? .nan)"))
    if positions > 0 {
      report.rows.append(
        EvidenceRow(
          "accuracy.\(name).top1", "positions whose likeliest token is that of binary32",
          ours: 100 * Double(same)
            / Double(positions), unit: "%", conditions: conditions, tag: .measured, remark: "of \(positions) positions")
      )
    }
    if loss.count > 0 {
      report.rows.append(
        EvidenceRow(
          "accuracy.\(name).perplexity", "perplexity of the quantised model over that of binary32",
          ours: exp((loss.quantized - loss.reference) / Double(loss.count)), unit: "ratio", conditions: conditions,
          tag: .measured,
          remark:
            "binary32 has \(EvidenceRow.text(exp(loss.reference / Double(loss.count)))); the sequences are the model's own"
        ))
    }
  }

  private static func argmax(_ scores: [Float]) -> Int? {
    scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) }
  }

  /// −ln of the probability of a token.
  private static func loss(_ scores: [Float], _ token: Int) -> Double {
    let greatest = Double(scores.max() ?? 0)
    return log(scores.reduce(0.0) { $0 + exp(Double($1) - greatest) }) + greatest - Double(scores[token])
  }
}
