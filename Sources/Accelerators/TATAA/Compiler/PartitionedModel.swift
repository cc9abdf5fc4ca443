import Models
import Transformer

/// A model as programs of several cores that share one memory. The work of each node is cut: products by columns or rows, head by
/// head where there are many; vector programs by numbers, lanes or features. So each core makes a part of every tensor, and
/// between two steps, of which one reads what the other one stores, all cores come to the end of their programs.
///
/// The cores together store the bytes that one core stores for ``CompiledModel``; which core makes a number decides nothing
/// about it.
///
///     let partitioned = try PartitionedModel(quantized, tokens: 16, for: .standard.with(cores: 2))
///     let (hidden, group) = try partitioned.run(tokens)
public struct PartitionedModel: Sendable {
  /// What the cores do between two barriers.
  public struct Step: Sendable {
    /// The node of the graph.
    public let node: String
    /// The program of each core; one without work is END alone.
    public let programs: [MachineProgram]
  }

  /// The steps, in their order.
  public let steps: [Step]
  /// The parameters in their places, and zeros.
  public let image: MemoryImage
  /// The sizes of the machine, with its cores.
  public let configuration: Configuration
  /// The same model on one core, of which these are the parts.
  public let whole: CompiledModel
  private let host: HostInterface

  /// Compiles a model for sequences of one length, for the cores of a configuration.
  ///
  /// - Throws: ``CompilerError``, as ``CompiledModel``.
  public init(_ model: QuantizedModel, tokens: Int, for configuration: Configuration) throws(CompilerError) {
    guard configuration.cores > 1 else {
      throw .model("a model is cut for 2 cores or more, and the configuration has \(configuration.cores): set cores=2")
    }
    whole = try CompiledModel(model, tokens: tokens, for: configuration.with(cores: 1))
    let graph: Graph
    do throws(ModelError) { graph = try model.model.graph(tokens: tokens, outputs: ["hidden"]) } catch {
      throw .model("\(error)")
    }
    var compiler = GraphCompiler(model, graph, configuration, parametersFrom: 1 << 31, cores: configuration.cores)
    try compiler.compile()
    compiler = GraphCompiler(
      model, graph, configuration, parametersFrom: compiler.plan.end, cores: configuration.cores)
    try compiler.compile()
    self.configuration = configuration
    steps = compiler.steps.map { Step(node: $0.node, programs: $0.programs.map { MachineProgram($0) }) }
    host = try compiler.hostInterface()
    image = try compiler.image(computed: compiler.plan.end)
  }

  /// What stands in memory when the first step starts: the image, and the numbers of a sequence.
  ///
  /// - Throws: ``CompilerError`` for a sequence of another length.
  public func memory(for sequence: TokenSequence) throws -> [UInt8] {
    try whole.check(sequence)
    var memory = image.bytes
    for (address, bytes) in try host.writes(whole.model.model.inputs(for: sequence), of: whole.model) {
      memory.replaceSubrange(address..<address + bytes.count, with: bytes)
    }
    return memory
  }

  /// Runs a sequence on new machines.
  ///
  /// - Returns: the output of the last layer, tokens × features, and the machines behind the last step.
  /// - Throws: ``CompilerError`` for a sequence of another length, ``MachineGroupError`` when a machine stops or two touch the
  ///   same byte.
  public func run(_ sequence: TokenSequence) throws -> (hidden: Tensor<Float>, group: MachineGroup) {
    var group = try MachineGroup(configuration: configuration, memory: memory(for: sequence))
    for step in steps { try group.run(step.programs) }
    return (try hidden(in: group.memory), group)
  }

  /// The output of the last layer, tokens × features, in the memory behind the last step.
  public func hidden(in memory: some RandomAccessCollection<UInt8>) throws -> Tensor<Float> {
    try host.hidden(in: memory)
  }
}
