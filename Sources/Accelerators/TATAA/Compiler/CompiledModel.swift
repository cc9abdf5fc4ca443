import Models
import NumberFormats
import Transformer

/// A BERT or GPT-2 as a program, with the memory that it starts from: what a core does between the rows of the embedding
/// tables, which the host looks up, and the last layer's output. A decoder takes a whole sequence, without a cache.
///
/// The model is quantised with ``Models/NumericsProfile/Functions/bfloat16Steps`` and a deferred division; the program then
/// computes what `QuantizedModel.run` does, bit for bit.
///
///     let compiled = try CompiledModel(quantized, tokens: 16, for: .standard)
///     let (hidden, machine) = try compiled.run(tokens)
public struct CompiledModel: Sendable {
  /// The program of one sequence.
  public let program: MachineProgram
  /// The parameters in their places, and zeros.
  public let image: MemoryImage
  /// The sizes of the machine.
  public let configuration: Configuration
  /// How many tokens a sequence has.
  public let tokens: Int
  /// The instructions of each node of the graph, in its order.
  public let parts: [(node: String, instructions: Range<Int>)]

  let model: QuantizedModel
  /// The rows of a table that the host looks up: the input that holds their numbers, and where they go.
  let lookups: [(input: String, table: ModelParameter, address: Int)]
  /// Where the host writes which tokens are seen.
  let masks: [(input: String, address: Int)]
  let hidden: (address: Int, features: Int)

  /// Compiles a model for sequences of one length.
  ///
  /// - Throws: ``CompilerError`` that names the node which the machine does not compute.
  public init(
    _ model: QuantizedModel, tokens: Int, for configuration: Configuration
  ) throws(CompilerError) {
    do throws(ConfigurationError) { try configuration.validate() } catch { throw .configuration(error) }
    guard model.profile.functions == .bfloat16Steps, model.profile.defersDivision else {
      throw .node("profile", "quantise with functions in bfloat16 steps and a deferred division")
    }
    let graph: Graph
    do throws(ModelError) { graph = try model.model.graph(tokens: tokens, outputs: ["hidden"]) } catch {
      throw .node("graph", "\(error)")
    }
    var compiler = GraphCompiler(model, graph, configuration, parametersFrom: 1 << 31)
    try compiler.compile()
    compiler = GraphCompiler(model, graph, configuration, parametersFrom: compiler.plan.end)
    try compiler.compile()
    self.model = model
    self.configuration = configuration
    self.tokens = tokens
    program = MachineProgram(compiler.instructions)
    parts = compiler.parts
    lookups = compiler.lookups
    masks = compiler.masks
    guard let output = graph.outputs.first, let address = compiler.realAddress(output.value) else {
      throw .node("hidden", "the graph has no output of real numbers")
    }
    hidden = (address, graph[output.value].shape.last ?? 1)
    do throws(MemoryImageError) {
      var image = try MemoryImage(size: compiler.parameters.end)
      try image.region("computed", size: compiler.plan.end, at: 0)
      for region in compiler.parameters.regions {
        try image.region(region.name, holding: region.bytes, at: region.address)
      }
      self.image = image
    } catch { throw .memory(error) }
  }

  /// What stands in memory when the program starts: the image, and the numbers of a sequence.
  ///
  /// - Throws: ``CompilerError`` for a sequence of another length.
  public func memory(for sequence: TokenSequence) throws -> [UInt8] {
    guard sequence.count == tokens else {
      throw CompilerError.node("tokens", "the program is for \(tokens) tokens, not \(sequence.count): compile it anew")
    }
    let inputs = try model.model.inputs(for: sequence)
    var memory = image.bytes
    func write(_ bytes: [UInt8], at address: Int) {
      memory.replaceSubrange(address..<address + bytes.count, with: bytes)
    }
    for lookup in lookups {
      guard let rows = inputs[lookup.input]?.index?.elements, let table = model.parameters[lookup.table.name] else {
        throw CompilerError.node(lookup.input, "the model has no such input")
      }
      let features = lookup.table.shape[1]
      // Feature by feature, the tokens side by side.
      let numbers = (0..<features).flatMap { feature in
        rows.map { BFloat16(Double(table.elements[Int($0) * features + feature])) }
      }
      write(Self.bytes(numbers), at: lookup.address)
    }
    for mask in masks {
      guard let seen = inputs[mask.input]?.index?.elements else {
        throw CompilerError.node(mask.input, "the model has no such input")
      }
      write(Self.bytes(seen.map { $0 == 0 ? .zero : .one }), at: mask.address)
    }
    return memory
  }

  /// Runs a sequence on a new machine.
  ///
  /// - Returns: the output of the last layer, tokens × features, and the machine behind END.
  /// - Throws: ``CompilerError`` for a sequence of another length, ``ProgramError`` when the machine stops.
  public func run(_ sequence: TokenSequence) throws -> (hidden: Tensor<Float>, machine: Machine) {
    var machine = try Machine(configuration: configuration, memory: memory(for: sequence))
    try machine.run(program)
    return (try hidden(in: machine.memory), machine)
  }

  /// The output of the last layer, tokens × features, in the memory behind END.
  public func hidden(in memory: some RandomAccessCollection<UInt8>) throws -> Tensor<Float> {
    let features = hidden.features
    let elements = (0..<tokens * features).map { index in
      let place = memory.index(
        memory.startIndex, offsetBy: hidden.address + 2 * (index % features * tokens + index / features))
      return BFloat16(bitPattern: UInt16(memory[place]) | UInt16(memory[memory.index(after: place)]) << 8).floatValue
    }
    return try Tensor(shape: [tokens, features], elements: elements)
  }

  static func bytes(_ numbers: [BFloat16]) -> [UInt8] {
    numbers.flatMap { [UInt8(truncatingIfNeeded: $0.bitPattern), UInt8($0.bitPattern >> 8)] }
  }
}
