import Models
import NumberFormats
import Transformer

/// A BERT, GPT-2 or ViT as a program, with the memory that it starts from: what a core does between the rows of the embedding
/// tables, which the host looks up, or the patches of an image, which it cuts out, and the last layer's output. A decoder takes
/// a whole sequence, without a cache.
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
  /// How many tokens a sequence has; of an image its patches and the tokens in front of them.
  public let tokens: Int
  /// The instructions of each node of the graph, in its order.
  public let parts: [(node: String, instructions: Range<Int>)]

  /// The multiply-accumulates of each node, those of linear layers and attention; what a tile has beyond its matrices is not
  /// among them.
  public let multiplications: [Int]
  /// The layers of the model.
  public var layers: Int { model.model.layers }
  let model: QuantizedModel
  let host: HostInterface

  /// The bytes of the last layer's output: bfloat16, feature by feature with the tokens side by side.
  public var outputRange: Range<Int> { host.address..<host.address + 2 * host.tokens * host.features }

  /// Compiles a model for sequences of one length.
  ///
  /// - Throws: ``CompilerError`` that names the tensor which the machine does not compute, the limit, and what to change.
  public init(
    _ model: QuantizedModel, tokens: Int, for configuration: Configuration
  ) throws(CompilerError) {
    let graph: Graph
    do throws(ModelError) { graph = try model.model.graph(tokens: tokens, outputs: ["hidden"]) } catch {
      throw .model("\(error)")
    }
    try self.init(model, graph, for: configuration)
  }

  /// Compiles a model of images for one image.
  ///
  /// - Throws: ``CompilerError``, as for tokens.
  public init(ofImages model: QuantizedModel, for configuration: Configuration) throws(CompilerError) {
    let graph: Graph
    do throws(ModelError) { graph = try model.model.graph(outputs: ["hidden"]) } catch { throw .model("\(error)") }
    try self.init(model, graph, for: configuration)
  }

  private init(_ model: QuantizedModel, _ graph: Graph, for configuration: Configuration) throws(CompilerError) {
    try GraphCompiler.check(model, configuration)
    var compiler = GraphCompiler(model, graph, configuration, parametersFrom: 1 << 31)
    try compiler.compile()
    compiler = GraphCompiler(model, graph, configuration, parametersFrom: compiler.plan.end)
    try compiler.compile()
    self.model = model
    self.configuration = configuration
    program = MachineProgram(compiler.programs[0])
    parts = compiler.parts
    multiplications = graph.nodes.map { graph.multiplications(of: $0) }
    host = try compiler.hostInterface()
    tokens = host.tokens
    image = try compiler.image(computed: compiler.plan.end)
  }

  /// What stands in memory when the program starts: the image, and the numbers of a sequence.
  ///
  /// - Throws: ``CompilerError`` for a sequence of another length.
  public func memory(for sequence: TokenSequence) throws -> [UInt8] {
    try check(sequence)
    return try memory(with: host.writes(model.model.inputs(for: sequence), of: model))
  }

  /// Refuses a sequence of another length.
  func check(_ sequence: TokenSequence) throws(CompilerError) {
    guard sequence.count == tokens else {
      throw .node("tokens", "the program is for \(tokens) tokens, not \(sequence.count): compile it anew")
    }
  }

  /// What the host writes before the program starts, for an image, channels × height × width.
  ///
  /// - Throws: ``ModelError`` for an image of another shape.
  public func writes(forImage image: Tensor<Float>) throws -> [(address: Int, bytes: [UInt8])] {
    try host.writes(model.model.inputs(forImage: image), of: model)
  }

  /// What stands in memory when the program starts, for an image, channels × height × width.
  ///
  /// - Throws: ``ModelError`` for an image of another shape.
  public func memory(forImage image: Tensor<Float>) throws -> [UInt8] { try memory(with: writes(forImage: image)) }

  private func memory(with writes: [(address: Int, bytes: [UInt8])]) -> [UInt8] {
    var memory = image.bytes
    for (address, bytes) in writes { memory.replaceSubrange(address..<address + bytes.count, with: bytes) }
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
    try host.hidden(in: memory)
  }
}
