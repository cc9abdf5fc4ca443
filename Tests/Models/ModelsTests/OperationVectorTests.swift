import Models
import TestFiles
import Testing
import Transformer

/// Operations against the computations of the ONNX project (`Tests/Reference/onnx_vectors.py`).
struct OperationVectorTests {
  private struct Array: Decodable {
    var shape: [Int]
    var values: [Float]
  }
  private struct Case: Decodable {
    var name, `operator`: String
    var numbers: [String: Double]
    var inputs: [Array]
    var output: Array
  }

  /// Adds the operator of a case, and gives its result.
  private func draw(
    _ row: Case, _ builder: inout GraphBuilder, _ inputs: [Graph.Value], _ weights: [ModelParameter]
  ) throws -> Graph.Value? {
    let epsilon = row.numbers["epsilon"] ?? 1e-5
    switch row.operator {
    case "Attention":
      let scale = 1 / Float(row.inputs[0].shape[2]).squareRoot()
      var scores = try builder.add(.matmul(transposesRight: true, scale: scale), inputs[0], inputs[1], named: "scores")
      if inputs.count > 3 { scores = try builder.add(.add, scores, inputs[3], named: "biased") }
      let p = try builder.add(.softmax(.none), scores, named: "probabilities")
      return try builder.add(.matmul(transposesRight: false, scale: 1), p, inputs[2], named: "y")
    case "Gelu":
      return try builder.add(.activation(row.name.contains("tanh") ? .geluTanh : .gelu), inputs[0], named: "y")
    case "Swish": return try builder.add(.activation(.silu), inputs[0], named: "y")
    case "Softmax": return try builder.add(.softmax(.none), inputs[0], named: "y")
    case "ArgMax": return try builder.add(.argmax, inputs[0], named: "y")
    case "LayerNormalization":
      return try builder.add(
        .layerNorm(scale: weights[0], shift: weights[1], epsilon: epsilon), inputs[0], named: "y")
    case "RMSNormalization":
      return try builder.add(.rmsNorm(scale: weights[0], epsilon: epsilon), inputs[0], named: "y")
    default: return nil
    }
  }

  @Test func `Operations give what the ONNX project computes`() throws {
    let rows = try Checkout.vectors("onnx-operations.json", as: [Case].self)
    #expect(rows.count == 12)
    for row in rows {
      // Inputs behind the first are trained tensors where the operator is a norm.
      let isNorm = row.operator.hasSuffix("Normalization")
      var builder = GraphBuilder()
      var parameters = ModelParameters()
      var (inputs, weights, given): ([Graph.Value], [ModelParameter], [String: TensorValue]) = ([], [], [:])
      for (place, array) in row.inputs.enumerated() {
        let tensor = try Tensor(shape: array.shape, elements: array.values)
        if place > 0, isNorm {
          weights.append(ModelParameter("w\(place)", shape: array.shape))
          parameters["w\(place)"] = tensor
        } else {
          inputs.append(try builder.input("x\(place)", shape: array.shape))
          given["x\(place)"] = .real(tensor)
        }
      }
      builder.output(try #require(try draw(row, &builder, inputs, weights), "\(row.operator)"), named: "y")
      let result = try #require(
        try Interpreter(builder.graph(named: row.name), parameters: parameters)(given)["y"])
      let found = try result.real?.elements ?? #require(result.index).elements.map(Float.init)
      #expect(result.shape.reduce(1, *) == row.output.shape.reduce(1, *))
      let error = ApproximationError(of: found, reference: row.output.values)
      #expect(error.maximum < 2e-6, "\(row.name): \(error)")
    }
  }
}
