import Models

/// Writes a graph down as operations and transfers.
struct GraphWriter {
  private typealias Extents = OperationList.Extents

  let graph: Graph
  let batch: Int
  var data: [OperationList.Data] = []
  var transfers: [OperationList.Step<OperationList.Transfer>] = []
  var operations: [OperationList.Step<OperationList.Operation>] = []
  /// The work of operations as padding would have it.
  var padded: [String: OperationList.Work] = [:]

  /// The tokens of the graph, and how many of them are real.
  private let tokens: Int?
  private let real: Int
  /// The data that holds a node's result; of attention one for each head.
  private var results: [Int: [Int]] = [:]
  private var loads: [String: Int] = [:]
  /// The lists of the heads whose attention is being written.
  private var heads: [(transfers: [OperationList.Transfer], operations: [OperationList.Operation])] = []
  private let readers: [[Int]]

  init(_ graph: Graph, realTokens: Int?, batch: Int) {
    self.graph = graph
    self.batch = batch
    tokens = graph.nodes.first { $0.operation == .input && $0.element != .real }?.count
    real = min(realTokens ?? .max, tokens ?? .max)
    var readers = graph.nodes.map { _ in [Int]() }
    for (index, node) in graph.nodes.enumerated() { for input in node.inputs { readers[input.index].append(index) } }
    self.readers = readers
  }

  /// A number of tokens without padding.
  private func length(_ extent: Int) -> Int { extent == tokens ? min(real, extent) : extent }

  mutating func write() throws(AccelTranError) {
    if tokens != nil, real < 1 { throw .range("realTokens", real, 1...(tokens ?? 1)) }
    for (index, node) in graph.nodes.enumerated() { results[index] = try write(node, index) }
    guard heads.isEmpty else { throw .node("graph", "its scores are read by no second product of attention") }
  }

  private func inputs(_ node: Graph.Node) -> [Int] {
    var seen: Set<Int> = []
    return node.inputs.flatMap { results[$0.index] ?? [] }.filter { seen.insert($0).inserted }
  }

  private mutating func register(_ name: String, _ elements: Int, _ buffer: OperationList.Buffer) -> Int {
    data.append(.init(name: name, elements: elements, buffer: buffer, isPinned: false))
    return data.count - 1
  }

  /// Loads parameters, each once.
  private mutating func load(_ parameters: [ModelParameter], rows: Int? = nil) -> Int {
    let name = parameters.map(\.name).joined(separator: " + ")
    if let known = loads[name] { return known }
    let elements = rows ?? parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
    let number = register(name, elements, .weight)
    loads[name] = number
    transfers.append(.single(.init(data: number, producer: nil)))
    return number
  }

  /// An operation with the store of its result.
  private mutating func emit(
    _ name: String, _ work: OperationList.Work, _ operands: [Int], _ elements: Int
  ) throws(AccelTranError) -> [Int] {
    guard heads.isEmpty else { throw .node(name, "it stands between the two products of attention") }
    operations.append(.single(.init(name: name, work: work, operands: operands)))
    let result = register(name, elements, .activation)
    transfers.append(.single(.init(data: result, producer: .single(step: operations.count - 1))))
    return [result]
  }

  private mutating func write(_ node: Graph.Node, _ index: Int) throws(AccelTranError) -> [Int] {
    let shape = node.shape
    let rows = shape.count > 1 ? shape[shape.count - 2] : 1
    let columns = shape.last ?? 1
    let outer = shape.dropLast(2).reduce(1, *)
    switch node.operation {
    case .input:
      // An image is loaded patch by patch where it is read.
      let isImage = readers[index].contains {
        if case .patchEmbedding = graph.nodes[$0].operation { true } else { false }
      }
      guard node.element == .real, !isImage else { return [] }
      let number = register(node.name, batch * node.count, .activation)
      transfers.append(.single(.init(data: number, producer: nil)))
      return [number]
    case .parameter(let one): return [load([one])]
    case .embedding(let table):
      // The rows of the tokens, not the table.
      return [load([table], rows: (tokens == rows ? batch : 1) * length(rows) * columns)]
    case .linear(let weights, let bias):
      let extents = Extents(batch * outer, length(rows), weights.shape[0])
      padded[node.name] = .product(Extents(batch * outer, rows, weights.shape[0]), columns: columns)
      let matrix = load([weights] + (bias.map { [$0] } ?? []))
      return try emit(
        node.name, .product(extents, columns: columns), [matrix] + inputs(node), batch * outer * length(rows) * columns)
    case .patchEmbedding(let weights, let bias, _):
      let extents = Extents(batch, rows, weights.shape[0])
      let pixels = register(node.name + ".pixels", extents.count, .activation)
      transfers.append(.single(.init(data: pixels, producer: nil)))
      let matrix = load([weights] + (bias.map { [$0] } ?? []))
      return try emit(node.name, .product(extents, columns: columns), [matrix, pixels], batch * rows * columns)
    case .matmul(let transposes, _): return try attention(node, transposes: transposes)
    case .softmax: return try softmax(node)
    case .layerNorm, .rmsNorm:
      let extents = Extents(batch * outer, length(rows), columns)
      let parameters = node.operation.parameters
      let scales = parameters.isEmpty ? [] : [load(parameters)]
      return try emit(node.name, .normalization(extents), scales + inputs(node), extents.count)
    case .add where isFused(index): return inputs(node)
    case .activation where isFused(index): return inputs(node)
    case .activation, .add, .multiply, .scale, .rotary:
      let extents = Extents(batch * outer, length(rows), columns)
      return try emit(node.name, .activation(extents), inputs(node), extents.count)
    case .reshape, .slice, .transpose, .concatenate, .relativeBias, .pooling, .argmax: return inputs(node)
    }
  }

  /// A function at the end of a lane, an addition in front of a normalisation or of scores' softmax.
  private func isFused(_ index: Int) -> Bool {
    let node = graph.nodes[index]
    func comesFromLane(_ value: Graph.Value) -> Bool {
      switch graph[value].operation {
      case .linear, .matmul, .patchEmbedding: readers[value.index].count == 1
      default: false
      }
    }
    switch node.operation {
    case .activation: return comesFromLane(node.inputs[0])
    case .add:
      let isRead = readers[index].allSatisfy { reader in
        switch graph.nodes[reader].operation {
        case .layerNorm, .rmsNorm, .softmax: true
        default: false
        }
      }
      // The lane adds a row of a table, or a residual that is read from the buffer, to its sum.
      return isRead && !readers[index].isEmpty || node.inputs.contains(where: comesFromLane)
        || node.inputs.allSatisfy { if case .embedding = graph[$0].operation { true } else { false } }
    default: return false
    }
  }

  // MARK: Attention

  private mutating func attention(_ node: Graph.Node, transposes: Bool) throws(AccelTranError) -> [Int] {
    guard node.shape.count == 3 else { throw .node(node.name, "a product of activations has heads × rows × columns") }
    let (count, rows, columns) = (node.shape[0], node.shape[1], node.shape[2])
    let inner = graph[node.inputs[0]].shape[2]
    if transposes { heads = Array(repeating: ([], []), count: count) }
    guard heads.count == count else { throw .node(node.name, "its heads are not those of the scores before it") }
    let (left, right) = (results[node.inputs[0].index] ?? [], results[node.inputs[1].index] ?? [])
    var stored: [Int] = []
    for head in 0..<count {
      let name = "\(node.name).\(head)"
      let work = OperationList.Work.product(Extents(batch, length(rows), length(inner)), columns: length(columns))
      padded[name] = .product(Extents(batch, rows, inner), columns: columns)
      let own = left.count == count ? [left[head]] : left
      stored.append(
        emit(name, work, own + right.filter { !own.contains($0) }, batch * length(rows) * length(columns), head))
    }
    if !transposes { closeHeads() }
    return stored
  }

  private mutating func softmax(_ node: Graph.Node) throws(AccelTranError) -> [Int] {
    let scores = results[node.inputs[0].index] ?? []
    guard node.shape.count == 3, heads.count == node.shape[0], scores.count >= heads.count else {
      throw .node(node.name, "softmax stands between the two products of attention")
    }
    let (rows, columns) = (length(node.shape[1]), length(node.shape[2]))
    var stored: [Int] = []
    for head in heads.indices {
      let work = OperationList.Work.softmax(Extents(batch, rows, columns))
      stored.append(emit("\(node.name).\(head)", work, [scores[head]], batch * rows * columns, head))
    }
    return stored
  }

  private mutating func emit(
    _ name: String, _ work: OperationList.Work, _ operands: [Int], _ elements: Int, _ head: Int
  ) -> Int {
    let result = register(name, elements, .activation)
    let producer = OperationList.OperationPlace.head(
      step: operations.count, head: head, place: heads[head].operations.count)
    heads[head].operations.append(.init(name: name, work: work, operands: operands))
    heads[head].transfers.append(.init(data: result, producer: producer))
    return result
  }

  private mutating func closeHeads() {
    operations.append(.heads(heads.map(\.operations)))
    transfers.append(.heads(heads.map(\.transfers)))
    heads = []
  }
}
