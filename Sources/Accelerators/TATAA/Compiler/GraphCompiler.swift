import Golden
import Models
import NumberFormats

/// Goes through a graph node by node. All tensors stand feature by feature with the tokens side by side, so that a vector
/// holds one feature of many tokens, and codes are at once the X of a product; the values of attention alone stand token by
/// token, as a product reads them as Y.
struct GraphCompiler {
  /// What the memory holds of a node.
  struct Value {
    /// bfloat16 numbers.
    var real: Block?
    var codes: Block?
    /// Codes of the range 0 to 255 are kept with 128 less.
    var offset = 0
    var format: SiteFormat?
    /// Numbers that each token's row of a product is to be multiplied with, head by head.
    var rowFactors: Block?
    /// The place of a mask.
    var mask: Int?
    /// Bytes from a feature of keys to the next one, where they stand in a cache with room for more tokens.
    var featureStride: Int?
    /// The bytes belong to a cache and are never given back.
    var isKept = false
  }

  /// Keys and values that stay in memory from one program to the next: the tokens that there is room for, and those before
  /// the program's own.
  struct Cache: Hashable {
    var capacity: Int
    var past: Int
  }

  /// Bytes of the memory.
  struct Block {
    var address: Int
    var size: Int
  }

  let quantized: QuantizedModel
  let graph: Graph
  let configuration: Configuration
  let cache: Cache?
  /// The cores that share the work of each node.
  let cores: Int
  /// What is computed, from address 0 on.
  var plan = MemoryPlan()
  /// What stays: parameters, and what the host writes.
  var parameters: MemoryPlan
  /// What each core does since the last barrier; of one core everything.
  var programs: [[Instruction]]
  /// With several cores, what they do between two barriers.
  var steps: [(node: String, programs: [[Instruction]])] = []
  /// The node that is compiled.
  var nodeName = ""
  var parts: [(node: String, instructions: Range<Int>)] = []
  var lookups: [(input: String, table: ModelParameter, address: Int)] = []
  var masks: [(input: String, address: Int)] = []
  var images: [(input: String, patch: Int, address: Int)] = []
  private var values: [Int: Value] = [:]
  /// The nodes whose numbers something reads that is no product of codes.
  private var readAsNumbers: Set<String> = []
  /// Parameters that are in the memory already.
  private var held: [String: Int] = [:]

  /// - Parameters:
  ///   - start: the address of the parameters. Where they begin decides nothing but addresses, so that a first run tells how
  ///     much room what is computed takes.
  ///   - cache: the keys and values of tokens before these; nil for a whole sequence in one program.
  ///   - cores: how many cores share the work.
  init(
    _ quantized: QuantizedModel, _ graph: Graph, _ configuration: Configuration, parametersFrom start: Int,
    cache: Cache? = nil, cores: Int = 1
  ) {
    self.cores = cores
    programs = [[Instruction]](repeating: [], count: cores)
    parameters = MemoryPlan(from: start)
    self.quantized = quantized
    self.graph = graph
    self.configuration = configuration
    self.cache = cache
  }

  /// The compiler of a program that shares the parameters and the cache of the one before it.
  init(after other: GraphCompiler, _ graph: Graph, cache: Cache) {
    self.init(other.quantized, graph, other.configuration, parametersFrom: 0, cache: cache)
    parameters = other.parameters
    held = other.held
  }

  /// Where the host writes, and what it reads.
  func hostInterface() throws(CompilerError) -> HostInterface {
    guard let output = graph.outputs.first, let address = realAddress(output.value) else {
      throw .node("hidden", "the graph has no output of real numbers")
    }
    let shape = graph[output.value].shape
    return HostInterface(
      lookups: lookups, masks: masks, images: images, address: address,
      tokens: shape.count > 1 ? shape[shape.count - 2] : 1,
      features: shape.last ?? 1)
  }

  func realAddress(_ value: Graph.Value) -> Int? { values[value.index]?.real?.address }

  mutating func compile() throws(CompilerError) {
    var lastReader = Array(graph.nodes.indices)
    for (index, node) in graph.nodes.enumerated() { for input in node.inputs { lastReader[input.index] = index } }
    for output in graph.outputs { lastReader[output.value.index] = graph.nodes.count }
    // A view shares the bytes of what it views, which live as long as the last of them.
    for (index, node) in graph.nodes.enumerated().reversed() where Self.isView(node) {
      lastReader[node.inputs[0].index] = max(lastReader[node.inputs[0].index], lastReader[index])
    }
    readAsNumbers = Set(graph.outputs.map { graph[$0.value].name })
    for node in graph.nodes.reversed() {
      switch node.operation {
      case .linear, .matmul: continue
      default: for input in node.inputs { readAsNumbers.insert(graph[input].name) }
      }
    }
    // What the host writes stands in front of everything else.
    for (index, node) in graph.nodes.enumerated() {
      if let value = try input(node) { values[index] = value }
    }
    for (index, node) in graph.nodes.enumerated() {
      let start = length
      nodeName = node.name
      if values[index] == nil {
        do throws(CompilerError) { values[index] = try compile(node) } catch {
          throw error.at(node.name, shape: node.shape)
        }
      }
      if length > start { try barrier() }
      parts.append((node.name, start..<length))
      for place in 0...index where lastReader[place] == index { release(place) }
    }
    if cores == 1 { try append(.end) }
  }

  /// Whether the numbers of a node are read, and not only its codes.
  func isReadAsNumbers(_ node: Graph.Node) -> Bool { readAsNumbers.contains(node.name) }

  static func isView(_ node: Graph.Node) -> Bool {
    switch node.operation {
    case .reshape, .transpose: true
    default: false
    }
  }

  /// Gives back the bytes of a node that nobody reads any more.
  private mutating func release(_ index: Int) {
    guard let value = values[index], !value.isKept else { return }
    let node = graph.nodes[index]
    // Bytes of a view belong to what it views, its codes apart; what the host writes stays.
    let isHosts =
      switch node.operation {
      case .embedding, .input, .parameter: true
      default: false
      }
    if isHosts { return }
    if Self.isView(node) {
      if value.codes?.address != values[node.inputs[0].index]?.codes?.address { free(value.codes) }
    } else {
      for block in [value.real, value.codes, value.rowFactors] { free(block) }
    }
  }

  private mutating func free(_ block: Block?) {
    if let block { plan.release(block.address, block.size) }
  }

  /// An instruction of every core.
  mutating func append(_ opcode: Opcode, _ fields: [InstructionField.Name: Int] = [:]) throws(CompilerError) {
    do throws(InstructionError) {
      let instruction = try Instruction(opcode, fields)
      for core in programs.indices { programs[core].append(instruction) }
    } catch { throw .instruction(error) }
  }

  mutating func take(_ size: Int) -> Block { Block(address: plan.take(size), size: size) }

  /// A parameter's numbers in bfloat16.
  func numbers(_ parameter: ModelParameter) throws(CompilerError) -> [BFloat16] {
    guard let tensor = quantized.parameters[parameter.name] else {
      throw .node(parameter.name, "the model has no such parameter")
    }
    return tensor.elements.map { BFloat16(Double($0)) }
  }

  /// Bytes that stay, once for each name.
  mutating func hold(_ name: String, _ bytes: [UInt8]) -> Int {
    if let address = held[name] { return address }
    let address = parameters.hold(name, bytes)
    held[name] = address
    return address
  }

  func value(_ node: Graph.Node, _ place: Int) -> Value { values[node.inputs[place].index] ?? Value() }

  /// What a value holds, or why the node cannot be compiled.
  func required<T>(_ value: T?, _ node: Graph.Node, _ what: String) throws(CompilerError) -> T {
    guard let value else { throw .node(node.name, "it reads \(what), which its input does not have") }
    return value
  }

  /// The value of a node that the host fills; nil for one that is computed.
  private mutating func input(_ node: Graph.Node) throws(CompilerError) -> Value? {
    switch node.operation {
    case .input where node.element == .index(below: 2) && node.name == "mask":
      let address = hold("input.mask", [UInt8](repeating: 0, count: 2 * node.count))
      masks.append((node.name, address))
      return Value(mask: address)
    case .input where node.element != .real: return Value()
    // What a program before this one has left.
    case .input where cache != nil && node.name.hasPrefix("past."): return Value(isKept: true)
    case .input: return try pixels(node)
    case .parameter(let parameter) where node.shape.count == 2:
      // Feature by feature, as all tensors.
      let values = try numbers(parameter)
      let (rows, features) = (node.shape[0], node.shape[1])
      let turned = (0..<features).flatMap { feature in (0..<rows).map { values[$0 * features + feature] } }
      return Value(
        real: Block(address: hold("parameter." + node.name, HostInterface.bytes(turned)), size: 2 * node.count))
    case .embedding(let table):
      let size = 2 * node.count
      let name = "input.\(node.name)" + (cache == nil ? "" : ".\(graph[node.inputs[0]].count)")
      let address = hold(name, [UInt8](repeating: 0, count: size))
      lookups.append((graph[node.inputs[0]].name, table, address))
      return Value(real: Block(address: address, size: size))
    default: return nil
    }
  }

  /// The patches of an image, which the host cuts out: the numbers of a patch feature by feature, patches side by side.
  private mutating func pixels(_ node: Graph.Node) throws(CompilerError) -> Value {
    var patch: Int?
    for reader in graph.nodes {
      if case .patchEmbedding(_, _, let size) = reader.operation, graph[reader.inputs[0]].name == node.name {
        patch = size
      }
    }
    guard let patch else {
      throw .node(node.name, "an input of real numbers is the image of a patch embedding")
    }
    let size = 2 * node.count
    let address = hold("input." + node.name, [UInt8](repeating: 0, count: size))
    images.append((node.name, patch, address))
    return Value(real: Block(address: address, size: size))
  }

  private mutating func compile(_ node: Graph.Node) throws(CompilerError) -> Value {
    var result: Value
    let start = length
    switch node.operation {
    case .linear: result = try linear(node)
    case .patchEmbedding(let weights, let bias, _): result = try projection(node, weights, bias)
    case .matmul(true, let scale): result = try scores(node, scale)
    case .matmul(false, let scale): result = try contexts(node, scale)
    case .softmax: result = try softmax(node)
    case .layerNorm, .rmsNorm: result = try norm(node)
    case .activation(let function): result = try activation(node, function)
    case .add: result = try combined(node, .add)
    case .multiply: result = try combined(node, .multiply)
    case .rotary(let rotary): result = try rotated(node, rotary)
    case .concatenate where value(node, 0).isKept && value(node, 1).isKept: return value(node, 1)
    case .concatenate(0): result = try joined(node)
    case .reshape, .transpose:
      result = value(node, 0)
      guard isFree(node) else { throw .node(node.name, "the machine keeps its tensors in another order") }
    default: throw .node(node.name, "\(node.operation) is not among what is compiled")
    }
    if let site = node.site, let format = quantized.formats[site], result.format == nil || Self.isView(node) {
      if result.codes == nil {
        if length > start { try barrier() }
        try quantize(&result, format, node)
      }
      result.format = format
    }
    return result
  }

  /// Heads are split off and joined without moving a byte.
  private func isFree(_ node: Graph.Node) -> Bool {
    let from = graph[node.inputs[0]].shape
    switch node.operation {
    case .transpose(let order): return order == [1, 0, 2]
    case .reshape(let to):
      return from.count == 2 && to.count == 3 && from[0] == to[0]
        || from.count == 3 && to.count == 2 && from[0] == to[0]
    default: return false
    }
  }

  /// Vectors for all tokens, group by group of lanes: the first token and the number of them.
  func lanes(_ tokens: Int) -> [(first: Int, count: Int)] { lanes(0..<tokens) }

  /// The same of some of the tokens.
  func lanes(_ tokens: Range<Int>) -> [(first: Int, count: Int)] {
    let width = configuration.vectorLanes
    return stride(from: tokens.lowerBound, to: tokens.upperBound, by: width).map {
      ($0, min(width, tokens.upperBound - $0))
    }
  }
}
