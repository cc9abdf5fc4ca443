import Models
import Testing

struct GraphTests {
  private typealias Step = (inout GraphBuilder) throws -> Void

  private func refusal(_ step: Step) -> String? {
    var builder = GraphBuilder()
    return words { try step(&builder) }
  }

  @Test func `A node whose tensors do not fit is refused where it is added`() {
    let weights = ModelParameter("w", shape: [4, 3])
    let cases: [(Step, String)] = [
      (
        { _ = try $0.add(.linear(weights, bias: nil), $0.input("x", shape: [2, 5]), named: "y") },
        "node \"y\": linear of [2, 5]: the weights \"w\" have the shape [4, 3], not inputs x outputs"
      ),
      (
        {
          let x = try $0.input("x", shape: [2, 4])
          _ = try $0.add(.linear(weights, bias: ModelParameter("b", shape: [4])), x, named: "y")
        }, "node \"y\": linear of [2, 4]: the bias \"b\" has the shape [4] for 3 outputs"
      ),
      (
        {
          let (a, b) = (try $0.input("a", shape: [4, 2, 3]), try $0.input("b", shape: [3, 5, 3]))
          _ = try $0.add(.matmul(transposesRight: true, scale: 1), a, b, named: "y")
        },
        "node \"y\": matmul transposed of [4, 2, 3] and [3, 5, 3]: the leading extents of the first must be equal to, or with "
          + "three axes a multiple of, the second's"
      ),
      (
        {
          let (a, b) = (try $0.input("a", shape: [2, 3]), try $0.input("b", shape: [2, 3]))
          _ = try $0.add(.matmul(transposesRight: false, scale: 1), a, b, named: "y")
        }, "node \"y\": matmul of [2, 3] and [2, 3]: the inner extents 3 and 2 differ"
      ),
      (
        { _ = try $0.add(.softmax(.causal(past: 1)), $0.input("x", shape: [2, 2]), named: "y") },
        "node \"y\": softmax of [2, 2]: a causal mask over 1 earlier tokens needs as many columns as rows and these"
      ),
      (
        {
          let (a, b) = (try $0.input("a", shape: [2, 3]), try $0.input("b", shape: [2]))
          _ = try $0.add(.add, a, b, named: "y")
        }, "node \"y\": add of [2, 3] and [2]: the second shape must be the end of the first"
      ),
      (
        { _ = try $0.add(.reshape([5]), $0.input("x", shape: [2, 3]), named: "y") },
        "node \"y\": reshape of [2, 3]: the new shape [5] has another number of elements"
      ),
      (
        { _ = try $0.add(.transpose([0, 0]), $0.input("x", shape: [2, 3]), named: "y") },
        "node \"y\": transpose of [2, 3]: [0, 0] is not an order of the axes"
      ),
      (
        { _ = try $0.add(.slice(axis: 1, range: 2..<4), $0.input("x", shape: [2, 3]), named: "y") },
        "node \"y\": slice of [2, 3]: 2..<4 is not a part of axis 1"
      ),
      (
        {
          let (a, b) = (try $0.input("a", shape: [2, 3]), try $0.input("b", shape: [2, 4]))
          _ = try $0.add(.concatenate(axis: 0), a, b, named: "y")
        }, "node \"y\": concatenate of [2, 3] and [2, 4]: the shapes must agree in every axis but 0"
      ),
      (
        { _ = try $0.add(.embedding(weights), $0.input("x", shape: [2], element: .index(below: 5)), named: "y") },
        "node \"y\": embedding of [2]: the table has 4 rows, fewer than there are indices"
      ),
      (
        { _ = try $0.add(.embedding(weights), $0.input("x", shape: [2]), named: "y") },
        "node \"y\": embedding needs indices"
      ),
      (
        { _ = try $0.add(.activation(.gelu), $0.input("x", shape: [2], element: .index(below: 5)), named: "y") },
        "node \"y\": gelu needs real numbers"
      ),
      (
        {
          _ = try $0.add(
            .patchEmbedding(weights, bias: nil, patch: 3), $0.input("x", shape: [1, 8, 9]), named: "y")
        }, "node \"y\": patch embedding of [1, 8, 9]: height and width must be multiples of the patch size 3"
      ),
      (
        { _ = try $0.add(.rotary(.init(base: 10, firstPosition: 0)), $0.input("x", shape: [2, 3]), named: "y") },
        "node \"y\": rotary of [2, 3]: the features must be an even number, behind the tokens"
      ),
      (
        {
          _ = try $0.add(
            .layerNorm(scale: ModelParameter("s", shape: [2]), shift: nil, epsilon: 0), $0.input("x", shape: [2, 3]),
            named: "y")
        }, "node \"y\": layer norm of [2, 3]: the parameter \"s\" has the shape [2], not that of the features"
      ),
      ({ _ = try $0.add(.add, $0.input("x", shape: [2]), named: "y") }, "node \"y\": add reads 2 tensors, not 1"),
      (
        { _ = try $0.input("x", shape: [1 << 30, 1 << 30]) },
        "node \"x\": the shape [1073741824, 1073741824] is not one of positive extents with at most 2^40 elements"
      ),
      (
        { for _ in 0..<2 { _ = try $0.input("x", shape: [1]) } },
        "node \"x\": another node has the same name: give each node its own"
      ),
    ]
    for (step, message) in cases { #expect(refusal(step) == message) }
  }

  private func small() throws -> Graph {
    var builder = GraphBuilder()
    let ids = try builder.input("tokens", shape: [2], element: .index(below: 5))
    let x = try builder.add(
      .embedding(ModelParameter("table", shape: [5, 4])), ids, named: "words", at: .init(layer: 0, place: .input))
    _ = try builder.add(.activation(.relu), x, named: "unused")
    let y = try builder.add(
      .linear(ModelParameter("w", shape: [4, 3]), bias: ModelParameter("b", shape: [3])), x, named: "a < b")
    builder.output(y, named: "result")
    return builder.graph(named: "small & neat")
  }

  @Test func `A graph is printed as text, a line for each node that is needed`() throws {
    #expect(
      try small().description == """
        small & neat: 3 nodes, 24 multiplications
        tokens  [2]  input(below 5)
        words  [2, 4]  embedding(tokens; table 5x4)  @x0
        a < b  [2, 3]  linear(words; w 4x3, b 3)
        output result = a < b

        """)
  }

  @Test func `A graph is drawn, its names escaped`() throws {
    let svg = try small().svg()
    #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 270 240\""))
    #expect(svg.components("<rect ") == 3 && svg.components("<path ") == 2)
    #expect(
      svg.contains("<title>small &amp; neat</title>") && svg.contains(">a &lt; b</text>") && svg.contains(">x0</text>"))
  }

  @Test func `Graphs count the work that is published for a model`() throws {
    // MiniLM: 1,769,472 multiplications a token and layer, and 2 · n · 384 a token for attention.
    let graph = try RealModel.minilm.get().graph(tokens: 8, outputs: ["hidden"])
    #expect(graph.multiplications == 6 * 8 * (1_769_472 + 2 * 8 * 384))
    let sites = graph.nodes.compactMap(\.site)
    #expect(sites.count == 6 * 11 && Set(sites).count == sites.count)
  }

  @Test func `An input that is missing or does not fit is refused when the graph is run`() throws {
    let graph = try small()
    var parameters = ModelParameters()
    func run(_ inputs: [String: TensorValue]) -> String? {
      words { _ = try Interpreter(graph, parameters: parameters)(inputs) }
    }
    #expect(run([:]) == "node \"tokens\": the input is not given")
    #expect(
      run(["tokens": .indices([1, 2, 3])]) == "node \"tokens\": the input has the shape [3]; the graph asks for [2]")
    #expect(
      run(["tokens": .indices([1, 5])]) == "node \"tokens\": element 1 of the input is 5, outside 0 to 4")
    #expect(
      run(["tokens": .indices([1, 2])])
        == "node \"words\": the parameter \"table\" has no values: load the model's weights")
    parameters["table"] = try Tensor(shape: [2, 2], elements: [1, 2, 3, 4])
    #expect(
      run(["tokens": .indices([1, 2])])
        == "node \"words\": the parameter \"table\" has the shape [2, 2]; the graph asks for [5, 4]")
    #expect(
      words { _ = try Tensor<Float>(shape: [2, -1], elements: []) }
        == "a tensor of the shape [2, -1] does not have 0 elements: give the product of the extents")
  }

  @Test func `Single operations compute what they say`() throws {
    func run(_ operation: GraphOperation, _ shape: [Int], _ elements: [Float], mask: [Int32]? = nil) throws -> [Float] {
      var builder = GraphBuilder()
      var inputs: [String: TensorValue] = ["x": .real(try Tensor(shape: shape, elements: elements))]
      var operands = [try builder.input("x", shape: shape)]
      if let mask {
        operands.append(try builder.input("mask", shape: [mask.count], element: .index(below: 2)))
        inputs["mask"] = .indices(mask)
      }
      let y = try builder.add(operation, operands, named: "y")
      builder.output(y, named: "y")
      let outputs = try Interpreter(builder.graph(named: ""), parameters: ModelParameters())(inputs)
      return try outputs["y"]?.real?.elements ?? #require(outputs["y"]?.index).elements.map(Float.init)
    }
    #expect(try run(.transpose([2, 0, 1]), [2, 1, 3], [1, 2, 3, 4, 5, 6]) == [1, 4, 2, 5, 3, 6])
    #expect(try run(.transpose([1, 0, 2]), [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]) == [1, 2, 5, 6, 3, 4, 7, 8])
    #expect(try run(.slice(axis: 1, range: 1..<3), [2, 3], [1, 2, 3, 4, 5, 6]) == [2, 3, 5, 6])
    #expect(try run(.softmax(.causal(past: 0)), [2, 2], [5, 9, 3, 3]) == [1, 0, 0.5, 0.5])
    #expect(try run(.softmax(.columns), [2, 2], [5, 9, 3, 3], mask: [1, 0]) == [1, 0, 1, 0])
    #expect(try run(.softmax(.columns), [1, 2], [5, 9], mask: [0, 0]) == [0, 0])
    #expect(try run(.pooling(.mean), [3, 2], [1, 2, 3, 4, 100, 100], mask: [1, 1, 0]) == [2, 3])
    #expect(try run(.argmax, [2, 3], [1, 7, 7, 0, -1, -2]) == [1, 0])
    #expect(try run(.scale(0.5), [2], [3, -4]) == [1.5, -2])
    #expect(try run(.activation(.relu), [3], [-1, 0, 2]) == [0, 0, 2])
    #expect(try run(.rotary(.init(base: 10000, firstPosition: 0)), [1, 2], [3, 4]) == [3, 4])
    let turned = try run(.rotary(.init(base: 10000, firstPosition: 1)), [1, 2], [1, 0])
    #expect(abs(turned[0] - 0.5403023) < 1e-6 && abs(turned[1] - 0.8414710) < 1e-6)
    #expect(
      words { _ = try run(.layerNorm(scale: nil, shift: nil, epsilon: 0), [2, 2], [1, 2, 3, 3]) }
        == "node \"y\": row 1 has the variance 0 and epsilon is 0, so that the result is no number: use an epsilon above 0"
    )
  }
}

extension String {
  /// How often a text occurs in it.
  fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
