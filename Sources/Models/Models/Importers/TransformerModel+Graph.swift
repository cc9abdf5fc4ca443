import Transformer

extension TransformerModel {
  /// The graph for a sequence of a given length, or for an image.
  ///
  /// Outputs are, as far as the model has them: `hidden`, `pooled` (dense layer and tanh over the first token),
  /// `embedding` (mean of length 1 over the tokens that attention sees), `logits`, `lastLogits` and `next` (the last
  /// token's, and the greatest of them), `class` (the greatest of an image's), and for a decoder `keys.L` and `values.L` of
  /// each layer, which are the inputs `past.keys.L` and `past.values.L` of the next graph.
  ///
  /// - Parameters:
  ///   - tokens: the number of tokens; nil for an image.
  ///   - past: the number of tokens that a decoder has seen already.
  ///   - outputs: the outputs that are wanted; all by default. What only others need is left out.
  public func graph(tokens: Int? = nil, past: Int = 0, outputs: [String]? = nil) throws(ModelError) -> Graph {
    let limit = architecture.maximumTokens
    if architecture.kind == .vision {
      guard tokens == nil, past == 0 else {
        throw .kind(asked: "a number of tokens", found: architecture.kind.rawValue)
      }
    } else {
      guard past >= 0, let tokens, tokens > 0, past <= limit, tokens <= limit - past else {
        throw .length(tokens ?? 0, past: past, maximum: limit)
      }
      guard past == 0 || architecture.kind == .decoder else {
        throw .kind(asked: "a past", found: architecture.kind.rawValue)
      }
    }
    var drawer = ArchitectureDrawer(architecture, tokens: tokens ?? limit, past: past)
    do throws(GraphError) { try drawer.draw() } catch { throw .graph(error) }
    var found = drawer.outputs
    if let outputs {
      for name in outputs where !found.contains(where: { $0.name == name }) {
        throw .noOutput(name, available: found.map(\.name))
      }
      found.removeAll { !outputs.contains($0.name) }
    }
    for (name, value) in found { drawer.builder.output(value, named: name) }
    let size =
      architecture.kind == .vision ? "an image" : "\(drawer.tokens) tokens" + (past > 0 ? " after \(past)" : "")
    return drawer.builder.graph(named: "\(family), \(layers) layers of width \(hiddenSize), \(size)")
  }
}

extension TransformerModel {
  /// The graph of what stands behind the layers, for rows that were computed elsewhere: the input `hidden`, tokens × features,
  /// normalised where the model ends with a normalisation, and the outputs of ``graph(tokens:past:outputs:)`` but for those of the
  /// layers. A model of texts has the input `mask` too.
  func headGraph(tokens: Int) throws(ModelError) -> Graph {
    guard (1...architecture.maximumTokens).contains(tokens) else {
      throw .length(tokens, past: 0, maximum: architecture.maximumTokens)
    }
    var drawer = ArchitectureDrawer(architecture, tokens: tokens, past: 0)
    do throws(GraphError) { try drawer.drawHead() } catch { throw .graph(error) }
    for (name, value) in drawer.outputs { drawer.builder.output(value, named: name) }
    return drawer.builder.graph(named: "\(family), behind \(layers) layers of width \(hiddenSize)")
  }

  /// What the model makes of rows that were computed elsewhere, as ``graph(tokens:past:outputs:)`` names it: `embedding`, `class`,
  /// `next` and so on, in binary32.
  ///
  /// - Parameter rows: what the last layer gives, tokens × features, normalised where the model ends with a normalisation.
  /// - Throws: ``ModelError`` for rows of another width, none, or more than the model takes.
  public func results(ofHidden rows: [[Float]]) throws(ModelError) -> [String: TensorValue] {
    let graph = try headGraph(tokens: rows.count)
    guard let wrong = rows.first(where: { $0.count != hiddenSize }) else {
      let hidden = Tensor<Float>(unchecked: [rows.count, hiddenSize], rows.flatMap(\.self))
      var inputs: [String: TensorValue] = ["hidden": .real(hidden)]
      if graph.node(named: "mask") != nil { inputs["mask"] = .indices([Int32](repeating: 1, count: rows.count)) }
      do throws(GraphError) { return try Interpreter(graph, parameters: parameters)(inputs) } catch {
        throw .graph(error)
      }
    }
    throw .shape(tensor: "hidden", expected: [rows.count, hiddenSize], found: [rows.count, wrong.count])
  }
}

/// Draws up the graph of an architecture.
struct ArchitectureDrawer {
  private let model: Architecture
  let tokens: Int
  private let past: Int
  var builder = GraphBuilder()
  private(set) var outputs: [(name: String, value: Graph.Value)] = []
  private var mask: Graph.Value?
  private var bias: Graph.Value?

  init(_ model: Architecture, tokens: Int, past: Int) {
    self.model = model
    self.tokens = tokens
    self.past = past
  }

  private func site(_ place: ActivationSite, _ layer: Int) -> Graph.Site { Graph.Site(layer: layer, place: place) }

  private mutating func affine(
    _ layer: Affine, _ input: Graph.Value, _ name: String, _ site: Graph.Site? = nil
  ) throws(GraphError) -> Graph.Value {
    try builder.add(.linear(layer.weights, bias: layer.bias), input, named: name, at: site)
  }

  mutating func draw() throws(GraphError) {
    var x = try model.image == nil ? embedTokens() : embedImage()
    if let table = model.relativeBias {
      bias = try builder.add(
        .relativeBias(.init(table: table.table, maximumDistance: table.maximumDistance, tokens: tokens)),
        named: "relative.bias")
    }
    for (index, block) in model.blocks.enumerated() { x = try draw(block, index, on: x) }
    if let norm = model.finalNorm { x = try builder.add(norm.operation, x, named: "norm") }
    outputs.append(("hidden", x))
    try drawResults(x)
  }

  mutating func drawHead() throws(GraphError) {
    let hidden = try builder.input("hidden", shape: [tokens, model.hidden])
    if model.kind == .encoder { mask = try builder.input("mask", shape: [tokens], element: .index(below: 2)) }
    try drawResults(hidden)
  }

  private mutating func embedTokens() throws(GraphError) -> Graph.Value {
    guard let words = model.words else { preconditionFailure("a model of tokens has their embeddings") }
    let ids = try builder.input("tokens", shape: [tokens], element: .index(below: words.shape[0]))
    var x = try builder.add(.embedding(words), ids, named: "embeddings.words")
    if model.kind == .encoder { mask = try builder.input("mask", shape: [tokens], element: .index(below: 2)) }
    // The embeddings of OPT are projected before positions are added, those of ALBERT behind the norm.
    let projectsFirst = model.kind == .decoder
    if projectsFirst, let projection = model.embeddingProjection {
      x = try affine(projection, x, "embeddings.projection")
    }
    for (table, name) in [(model.segments, "segments"), (model.positions, "positions")] {
      guard let table else { continue }
      let numbers = try builder.input(name, shape: [tokens], element: .index(below: table.shape[0]))
      let rows = try builder.add(.embedding(table), numbers, named: "embeddings." + name)
      x = try builder.add(.add, x, rows, named: "embeddings.with." + name)
    }
    let isInput = model.blocks.first?.isPreNorm == false
    let projects = !projectsFirst && model.embeddingProjection != nil
    if let norm = model.embeddingNorm {
      x = try builder.add(norm.operation, x, named: "embeddings.norm", at: isInput && !projects ? site(.input, 0) : nil)
    }
    if projects, let projection = model.embeddingProjection {
      x = try affine(projection, x, "embeddings.projection", isInput ? site(.input, 0) : nil)
    }
    return x
  }

  private mutating func embedImage() throws(GraphError) -> Graph.Value {
    guard let image = model.image else { preconditionFailure("a model of images has their embedding") }
    let pixels = try builder.input("pixels", shape: [image.channels, image.height, image.width])
    let patches = try builder.add(
      .patchEmbedding(image.projection.weights, bias: image.projection.bias, patch: image.patch), pixels,
      named: "embeddings.patches")
    var rows: [Graph.Value] = []
    for (index, token) in image.leading.enumerated() {
      rows.append(try builder.add(.parameter(token), named: "embeddings.leading.\(index)"))
    }
    let all = try builder.add(.concatenate(axis: 0), rows + [patches], named: "embeddings.tokens")
    let positions = try builder.add(.parameter(image.positions), named: "embeddings.positions")
    return try builder.add(.add, all, positions, named: "embeddings.with.positions")
  }

  private mutating func draw(_ block: Block, _ index: Int, on input: Graph.Value) throws(GraphError) -> Graph.Value {
    let name = "layer.\(index)."
    var x = input
    if block.isPreNorm {
      x = try builder.add(
        block.attentionNorm.operation, x, named: name + "attention.norm", at: site(.input, index))
    }
    let attention = try attend(block, index, x)
    var sum = try builder.add(.add, input, attention, named: name + "attention.sum")
    let h: Graph.Value
    if block.isPreNorm {
      h = try builder.add(
        block.feedForwardNorm.operation, sum, named: name + "feedforward.norm", at: site(.feedForwardInput, index))
    } else {
      h = try builder.add(
        block.attentionNorm.operation, sum, named: name + "attention.norm", at: site(.feedForwardInput, index))
      sum = h
    }
    let u = try affine(
      block.gate ?? block.up, h, name + (block.gate == nil ? "feedforward.up" : "feedforward.gate"),
      site(.feedForwardSum, index))
    var g = try builder.add(
      .activation(block.activation), u, named: name + "feedforward.activation",
      at: block.gate == nil ? site(.feedForwardHidden, index) : nil)
    if block.gate != nil {
      let up = try affine(block.up, h, name + "feedforward.up")
      g = try builder.add(.multiply, g, up, named: name + "feedforward.product", at: site(.feedForwardHidden, index))
    }
    let y = try affine(block.down, g, name + "feedforward.down", site(.feedForwardOutput, index))
    let out = try builder.add(.add, sum, y, named: name + "feedforward.sum")
    if block.isPreNorm { return out }
    let isInput = index + 1 < model.blocks.count
    return try builder.add(
      block.feedForwardNorm.operation, out, named: name + "feedforward.norm",
      at: isInput ? site(.input, index + 1) : nil)
  }

  /// Heads × tokens × head size of a projection.
  private mutating func heads(
    _ layer: Affine, _ input: Graph.Value, _ count: Int, _ block: Block, _ name: String, _ place: Graph.Site,
    rotates: Bool
  ) throws(GraphError) -> Graph.Value {
    let rotary = rotates ? model.rotaryBase : nil
    let flat = try affine(layer, input, name, rotary == nil ? place : nil)
    let split = try builder.add(.reshape([tokens, count, block.headSize]), flat, named: name + ".split")
    let heads = try builder.add(.transpose([1, 0, 2]), split, named: name + ".heads")
    guard let rotary else { return heads }
    return try builder.add(
      .rotary(.init(base: rotary, firstPosition: past)), heads, named: name + ".rotated", at: place)
  }

  private mutating func attend(_ block: Block, _ index: Int, _ x: Graph.Value) throws(GraphError) -> Graph.Value {
    let name = "layer.\(index).attention."
    let q = try heads(block.query, x, block.heads, block, name + "query", site(.query, index), rotates: true)
    var k = try heads(block.key, x, block.groups, block, name + "key", site(.key, index), rotates: true)
    var v = try heads(block.value, x, block.groups, block, name + "value", site(.value, index), rotates: false)
    if model.kind == .decoder {
      if past > 0 {
        let shape = [block.groups, past, block.headSize]
        let keys = try builder.input("past.keys.\(index)", shape: shape)
        let values = try builder.input("past.values.\(index)", shape: shape)
        k = try builder.add(.concatenate(axis: 1), keys, k, named: name + "keys")
        v = try builder.add(.concatenate(axis: 1), values, v, named: name + "values")
      }
      outputs.append(("keys.\(index)", k))
      outputs.append(("values.\(index)", v))
    }
    var scores = try builder.add(
      .matmul(transposesRight: true, scale: block.scoreScale), q, k, named: name + "scores")
    if let bias { scores = try builder.add(.add, scores, bias, named: name + "scores.biased") }
    let place = site(.probabilities, index)
    let p: Graph.Value
    if let mask {
      p = try builder.add(.softmax(.columns), scores, mask, named: name + "probabilities", at: place)
    } else {
      p = try builder.add(
        .softmax(model.kind == .decoder ? .causal(past: past) : .none), scores, named: name + "probabilities",
        at: place)
    }
    let contexts = try builder.add(.matmul(transposesRight: false, scale: 1), p, v, named: name + "contexts")
    let turned = try builder.add(.transpose([1, 0, 2]), contexts, named: name + "contexts.turned")
    let c = try builder.add(
      .reshape([tokens, block.heads * block.headSize]), turned, named: name + "context", at: site(.context, index))
    return try affine(block.attentionOutput, c, name + "output", site(.attentionOutput, index))
  }

  private mutating func drawResults(_ hidden: Graph.Value) throws(GraphError) {
    if let mask {
      outputs.append(
        ("embedding", try builder.add(.pooling(.normalizedMean), hidden, mask, named: "embedding")))
    }
    if let pooler = model.pooler {
      let first = try builder.add(.pooling(.first), hidden, named: "pooler.first")
      let dense = try affine(pooler, first, "pooler.dense")
      outputs.append(("pooled", try builder.add(.activation(.tanh), dense, named: "pooler.tanh")))
    }
    switch model.head {
    case .none: break
    case .masked(let dense, let activation, let norm, let scores):
      var x = try affine(dense, hidden, "head.dense")
      x = try builder.add(.activation(activation), x, named: "head.activation")
      x = try builder.add(norm.operation, x, named: "head.norm")
      outputs.append(("logits", try affine(scores, x, "head.scores")))
    case .language(let projection, let scores):
      func score(_ x: Graph.Value, _ name: String, _ drawer: inout Self) throws(GraphError) -> Graph.Value {
        var x = x
        if let projection { x = try drawer.affine(projection, x, name + ".projection") }
        return try drawer.affine(scores, x, name + ".scores")
      }
      outputs.append(("logits", try score(hidden, "head", &self)))
      let last = try builder.add(.slice(axis: 0, range: tokens - 1..<tokens), hidden, named: "last")
      let row = try score(last, "last", &self)
      outputs.append(("lastLogits", row))
      outputs.append(("next", try builder.add(.argmax, row, named: "next")))
    case .classes(let classifiers):
      var total: Graph.Value?
      for (index, classifier) in classifiers.enumerated() {
        let row = try builder.add(
          .slice(axis: 0, range: index..<index + 1), hidden, named: "head.\(index).token")
        let scores = try affine(classifier, row, "head.\(index).scores")
        if let sum = total {
          total = try builder.add(.add, sum, scores, named: "head.\(index).sum")
        } else {
          total = scores
        }
      }
      guard var total else { break }
      if classifiers.count > 1 {
        total = try builder.add(.scale(1 / Float(classifiers.count)), total, named: "head.mean")
      }
      outputs.append(("logits", total))
      outputs.append(("class", try builder.add(.argmax, total, named: "class")))
    }
  }
}
