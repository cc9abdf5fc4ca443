import Golden
import Models
import NumberFormats
import Transformer

/// A run of the machine, node by node.
struct FixedPointExecution {
  /// What runs along an edge: codes, indices, or sums that are not rounded yet.
  enum Value {
    case codes(CodeTensor)
    case index([Int32])
  }

  let machine: FixedPointMachine
  let graph: Graph
  let inputs: [String: TensorValue]
  let isReal: [Bool]
  let format: LaneFormat
  var values: [Value?]
  var kept: [String: CodeTensor] = [:]
  var sparsity: [PruningSite: SparsityCount] = [:]
  var products: [String: ProductCounts] = [:]
  var saturated = 0
  private var parameters: [String: CodeTensor] = [:]
  private var loops: LoopExecution?

  init(_ machine: FixedPointMachine, _ graph: Graph, _ inputs: [String: TensorValue], isReal: [Bool]) {
    self.machine = machine
    self.graph = graph
    self.inputs = inputs
    self.isReal = isReal
    format = machine.lanes.format
    values = Array(repeating: nil, count: graph.nodes.count)
    loops = machine.loops.map { LoopExecution($0, width: format.width) }
  }

  mutating func run(keepsNodes: Bool) throws(AccelTranError) -> CodeTensor {
    for (index, node) in graph.nodes.enumerated() {
      var value = try compute(node)
      if case .codes(var tensor) = value {
        if machine.activatesLast, node.site?.place == .feedForwardOutput {
          tensor.codes = apply(try lastFunction(node), to: tensor.codes)
        }
        if let site = node.site, let place = PruningPlan.Place(site.place) {
          prune(&tensor, PruningSite(layer: site.layer, place: place))
        }
        value = .codes(tensor)
        if keepsNodes { kept[node.name] = tensor }
      }
      values[index] = value
    }
    guard let output = graph.outputs.first, case .codes(let hidden)? = values[output.value.index] else {
      throw .node("hidden", "the graph has no output of real numbers")
    }
    return hidden
  }

  private func lastFunction(_ node: Graph.Node) throws(AccelTranError) -> LaneFunction {
    for other in graph.nodes {
      if case .activation(let activation) = other.operation, let function = LaneFunction(activation) {
        return machine.function ?? function
      }
    }
    throw .node(node.name, "the model has no activation function to put behind it")
  }

  private func codes(_ node: Graph.Node, _ place: Int) throws(AccelTranError) -> CodeTensor {
    guard case .codes(let tensor)? = values[node.inputs[place].index] else {
      throw .node(node.name, "it reads real numbers, which its input does not have")
    }
    return tensor
  }

  private func indices(_ node: Graph.Node, _ place: Int) throws(AccelTranError) -> [Int32] {
    guard case .index(let elements)? = values[node.inputs[place].index] else {
      throw .node(node.name, "it reads indices, which its input does not have")
    }
    return elements
  }

  private mutating func parameter(_ parameter: ModelParameter, isWeight: Bool = false) throws(AccelTranError)
    -> CodeTensor
  {
    if let known = parameters[parameter.name] { return known }
    guard let tensor = machine.model.parameters[parameter.name] else {
      throw .node(parameter.name, "the model has no values for it")
    }
    var result = CodeTensor(shape: tensor.shape, codes: tensor.elements.map { format.code(Double($0)) })
    let limit = Float(format.value(format.saturated(format.maximum)))
    saturated += tensor.elements.count { $0 > limit || $0 < -limit - Float(format.value(1)) }
    if isWeight {
      result.codes = DynaTran.pruned(result.codes, threshold: format.threshold(machine.weightThreshold))
    }
    parameters[parameter.name] = result
    return result
  }

  /// Prunes a result, and counts its zeros.
  private mutating func prune(_ tensor: inout CodeTensor, _ site: PruningSite) {
    if loops?.prune(&tensor, site) != true {
      let threshold = format.threshold(machine.plan[site.layer, site.place])
      if threshold > 0 { tensor.codes = DynaTran.pruned(tensor.codes, threshold: threshold) }
    }
    count(tensor, site)
  }

  private mutating func count(_ tensor: CodeTensor, _ site: PruningSite) {
    let columns = tensor.columns
    let overTokens = site.place == .probabilities || site.place == .scores
    sparsity[site, default: SparsityCount()] += SparsityCount(
      rows: tensor.rows, columns: columns,
      isReal: { row, column in isReal[row % isReal.count] && (!overTokens || isReal[column % isReal.count]) },
      isZero: { tensor.codes[$0] == 0 })
  }

  private func apply(_ function: LaneFunction, to codes: [Int32]) -> [Int32] {
    var known: [Int32: Int32] = [:]
    return codes.map { code in
      if let value = known[code] { return value }
      let value = function(code, in: format)
      known[code] = value
      return value
    }
  }

  private mutating func compute(_ node: Graph.Node) throws(AccelTranError) -> Value {
    switch node.operation {
    case .input:
      guard let tensor = inputs[node.name]?.index else { throw .node(node.name, "the machine takes tokens alone") }
      return .index(tensor.elements)
    case .embedding(let table):
      let rows = try parameter(table)
      let found = try indices(node, 0)
      return .codes(
        CodeTensor(
          shape: node.shape, codes: found.flatMap { rows.codes[Int($0) * rows.columns..<(Int($0) + 1) * rows.columns] })
      )
    case .linear(let weights, let bias): return .codes(try linear(node, weights, bias))
    case .matmul(let transposes, let scale): return .codes(try product(node, transposes: transposes, scale: scale))
    case .softmax(let mask): return .codes(try softmax(node, mask))
    case .layerNorm(let scale, let shift, let epsilon):
      let tensor = try codes(node, 0)
      var (gamma, beta): ([Int32]?, [Int32]?) = (nil, nil)
      if let scale { gamma = try parameter(scale).codes }
      if let shift { beta = try parameter(shift).codes }
      let norm = FixedPointNormalization(format, epsilon: epsilon)
      return .codes(rows(of: tensor) { norm($0, gamma: gamma, beta: beta) })
    case .activation(let activation):
      guard let function = LaneFunction(activation) else { throw .node(node.name, "the lane has no such function") }
      var tensor = try codes(node, 0)
      tensor.codes = apply(machine.function ?? function, to: tensor.codes)
      return .codes(tensor)
    case .add:
      var tensor = try codes(node, 0)
      let other = try codes(node, 1).codes
      for index in tensor.codes.indices {
        tensor.codes[index] = format.saturated(Int64(tensor.codes[index]) + Int64(other[index % other.count]))
      }
      return .codes(tensor)
    case .reshape(let shape): return .codes(CodeTensor(shape: shape, codes: try codes(node, 0).codes))
    case .transpose(let order): return .codes(try codes(node, 0).transposed(order))
    default: throw .node(node.name, "\(node.operation.word) is not among what the machine computes")
    }
  }

  private func rows(of tensor: CodeTensor, _ body: (ArraySlice<Int32>) -> [Int32]) -> CodeTensor {
    let columns = tensor.columns
    let codes = (0..<tensor.rows).flatMap { body(tensor.codes[$0 * columns..<($0 + 1) * columns]) }
    return CodeTensor(shape: tensor.shape, codes: codes)
  }

  private mutating func linear(
    _ node: Graph.Node, _ weights: ModelParameter, _ bias: ModelParameter?
  ) throws(AccelTranError) -> CodeTensor {
    let x = try codes(node, 0)
    let w = try parameter(weights, isWeight: true)
    var offsets: [Int64]?
    if let bias { offsets = try parameter(bias).codes.map { Int64($0) << Int64(format.fractionBits) } }
    let (result, counts) = machine.lanes(
      x.codes[...], w.codes, rows: x.rows, inner: w.shape[0], columns: w.shape[1], bias: offsets)
    products[node.name, default: ProductCounts()] += counts
    return CodeTensor(shape: node.shape, codes: result)
  }

  private mutating func product(
    _ node: Graph.Node, transposes: Bool, scale: Float
  ) throws(AccelTranError) -> CodeTensor {
    let (left, right) = (try codes(node, 0), try codes(node, 1))
    guard node.shape.count == 3, left.shape.count == 3, right.shape.count == 3 else {
      throw .node(node.name, "products of activations have heads × tokens × features")
    }
    let (rows, columns, inner) = (node.shape[1], node.shape[2], left.shape[2])
    let shared = left.shape[0] / right.shape[0]
    // Scores have no site of their own: their node's name, `layer.0.attention.scores`, tells the layer.
    let words = node.name.split(separator: ".")
    let layer = words.count > 1 ? Int(words[1]) : nil
    // The factor in steps of 2^−24; 1 is exact.
    let factor = Int64((Double(scale) * 0x1p24).rounded(.toNearestOrEven))
    let isScores = transposes
    // |sum| · 2^(−2 FL) ≤ τ, on the exact sums.
    let limit = isScores ? machine.plan[layer ?? 0, .scores] : 0
    let threshold = UInt64(max(limit * Double(format.one) * Double(format.one), 0).rounded(.down))
    var (codes, counts): ([Int32], ProductCounts) = ([], ProductCounts())
    for head in 0..<node.shape[0] {
      let block = left.codes[head * rows * inner..<(head + 1) * rows * inner]
      let start = head / shared * inner * columns
      var factors = Array(right.codes[start..<start + inner * columns])
      if transposes { factors = CodeTensor(shape: [columns, inner], codes: factors).transposed([1, 0]).codes }
      let (sums, work) = machine.lanes.sums(block, factors, rows: rows, inner: inner, columns: columns)
      counts += work
      let pruned = DynaTran.pruned(sums, threshold: threshold)
      codes += pruned.map { sum in
        // A sum of 16 products of 28 bits and a factor of 25 bits need more than 64.
        let scaled = (Int128(sum) * Int128(factor)).roundedShiftRight(by: format.fractionBits + 24)
        return format.saturated(Int64(clamping: scaled))
      }
    }
    products[node.name, default: ProductCounts()] += counts
    let result = CodeTensor(shape: node.shape, codes: codes)
    if isScores, let layer { count(result, PruningSite(layer: layer, place: .scores)) }
    return result
  }

  private func softmax(_ node: Graph.Node, _ mask: Models.GraphOperation.Mask) throws(AccelTranError) -> CodeTensor {
    let scores = try codes(node, 0)
    let softmax = FixedPointSoftmax(format)
    let columns = scores.columns
    let queries = scores.shape.count > 1 ? scores.shape[scores.shape.count - 2] : 1
    var seen: [Int32]?
    if case .columns = mask { seen = try indices(node, 1) }
    let result = (0..<scores.rows).flatMap { row -> [Int32] in
      var limit = columns
      if case .causal(let past) = mask { limit = row % queries + past + 1 }
      let visible = (0..<columns).map { $0 < limit && seen?[$0] != 0 }
      return softmax(scores.codes[row * columns..<(row + 1) * columns], seen: visible)
    }
    return CodeTensor(shape: scores.shape, codes: result)
  }
}

extension CodeTensor {
  /// Axis i of the result is axis `order[i]`.
  func transposed(_ order: [Int]) -> CodeTensor {
    let result = order.map { shape[$0] }
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in stride(from: shape.count - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    let steps = order.map { strides[$0] }
    var places = [Int](repeating: 0, count: shape.count)
    var codes: [Int32] = []
    codes.reserveCapacity(self.codes.count)
    for _ in self.codes.indices {
      codes.append(self.codes[zip(places, steps).reduce(0) { $0 + $1.0 * $1.1 }])
      var axis = shape.count - 1
      while axis >= 0 {
        places[axis] += 1
        if places[axis] < result[axis] { break }
        places[axis] = 0
        axis -= 1
      }
    }
    return CodeTensor(shape: result, codes: codes)
  }
}
