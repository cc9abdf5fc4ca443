import Models
import NumberFormats
import Transformer

/// A decoder as programs that share one memory: one for a prompt, then one for each further token. Each appends the keys and
/// values of its tokens to those that are there, keys feature by feature with a stride of the whole capacity, values token by
/// token, and attention reads them where they are.
///
/// The host looks up the rows of the embedding tables before each program and chooses the next token behind it, as
/// ``Models/QuantizedModel/nextToken(after:)`` does.
///
///     let compiled = try CompiledGeneration(quantized, prompt: 4, tokens: 8, for: .standard)
public struct CompiledGeneration: Sendable {
  /// The program of some tokens.
  public struct Step: Sendable {
    /// The program.
    public let program: MachineProgram
    /// The instructions of each node of the graph, in its order.
    public let parts: [(node: String, instructions: Range<Int>)]
    /// The tokens that it takes, and those before them.
    public let tokens, past: Int
    /// The multiply-accumulates of linear layers and attention.
    public let multiplications: Int
    let host: HostInterface

    /// The output of the last layer, tokens × features, in the memory behind END.
    public func hidden(in memory: some RandomAccessCollection<UInt8>) throws -> Tensor<Float> {
      try host.hidden(in: memory)
    }
  }

  /// The programs, in their order.
  public let steps: [Step]
  /// The parameters and empty caches in their places, and zeros.
  public let image: MemoryImage
  /// The sizes of the machine.
  public let configuration: Configuration
  /// The tokens of the prompt.
  public let prompt: Int
  /// What is compiled.
  public let model: QuantizedModel

  /// Compiles a decoder for a prompt of one length and a number of tokens behind it.
  ///
  /// - Throws: ``CompilerError`` that names the tensor which the machine does not compute, the limit, and what to change.
  public init(
    _ model: QuantizedModel, prompt: Int, tokens: Int, for configuration: Configuration
  ) throws(CompilerError) {
    try GraphCompiler.check(model, configuration)
    guard tokens > 0 else { throw .model("\(tokens) tokens are to be generated: give at least 1") }
    // The last token that is generated is not fed.
    let capacity = prompt + tokens - 1
    let lengths = [(tokens: prompt, past: 0)] + (prompt..<max(prompt, capacity)).map { (tokens: 1, past: $0) }
    func graph(_ length: (tokens: Int, past: Int)) throws(CompilerError) -> Graph {
      do throws(ModelError) {
        return try model.model.graph(tokens: length.tokens, past: length.past, outputs: ["hidden"])
      } catch { throw .model("\(error)") }
    }
    func cache(_ length: (tokens: Int, past: Int)) -> GraphCompiler.Cache {
      .init(capacity: capacity, past: length.past)
    }
    // What is computed grows with the tokens that attention sees: the first and the last program need the most room.
    var computed = 0
    for length in [lengths[0], lengths[lengths.count - 1]] {
      var compiler = GraphCompiler(
        model, try graph(length), configuration, parametersFrom: 1 << 31, cache: cache(length))
      try compiler.compile()
      computed = max(computed, compiler.plan.end)
    }
    var last: GraphCompiler?
    var steps: [Step] = []
    for length in lengths {
      let graph = try graph(length)
      var compiler =
        last.map { GraphCompiler(after: $0, graph, cache: cache(length)) }
        ?? GraphCompiler(model, graph, configuration, parametersFrom: computed, cache: cache(length))
      try compiler.compile()
      guard compiler.plan.end <= computed else {
        throw .node(
          "tokens", "the program after \(length.past) tokens needs \(compiler.plan.end) bytes, not \(computed)")
      }
      steps.append(
        Step(
          program: MachineProgram(compiler.programs[0]), parts: compiler.parts, tokens: length.tokens,
          past: length.past, multiplications: graph.multiplications, host: try compiler.hostInterface()))
      last = compiler
    }
    guard let last else { throw .model("there is no program") }
    image = try last.image(computed: computed)
    self.steps = steps
    self.model = model
    self.configuration = configuration
    self.prompt = prompt
  }

  /// The bytes that the host writes before a program, each with its address.
  ///
  /// - Throws: ``CompilerError`` for another number of tokens, and what the model says of these.
  public func writes(of ids: [Int32], for step: Int) throws -> [(address: Int, bytes: [UInt8])] {
    let step = steps[step]
    guard ids.count == step.tokens else {
      throw CompilerError.node("tokens", "the program is for \(step.tokens) tokens, not \(ids.count): compile it anew")
    }
    return try step.host.writes(model.model.inputs(for: ids, past: step.past), of: model)
  }
}
