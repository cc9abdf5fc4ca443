import Foundation
import Golden
import NumberFormats
import TestFiles
import Testing

/// A third opinion on the definitions: the NumPy reference of ONNX, which `Tests/Reference/unit_vectors.py` ran on bfloat16
/// inputs.
@Suite struct OperatorReferenceTests {
  struct Case: Decodable {
    var `operator`: String
    var numbers: [String: Double]
    var inputs: [[Double]]
    var output: [Double]

    func input(_ index: Int) -> [BFloat16] { inputs[index].map { BFloat16($0) } }
  }

  private func cases(_ name: String) throws -> [Case] {
    let all = try Checkout.vectors("unit-operations.json", as: [Case].self).filter { $0.operator == name }
    #expect(!all.isEmpty)
    return all
  }

  /// The greatest difference, as a share of the expected number or of `floor` where that is less.
  private func error(_ found: [BFloat16], _ expected: [Double], floor: Double) -> Double {
    #expect(found.count == expected.count)
    return zip(found, expected).map { abs($0.doubleValue - $1) / max(abs($1), floor) }.max() ?? .infinity
  }

  @Test func `Softmax is within 0.004 in total variation`() throws {
    for item in try cases("Softmax") {
      for softmax in [BFloat16Softmax(), BFloat16Softmax(difference: .rounded, division: .reciprocal)] {
        let found = try softmax(item.input(0))
        let variation = zip(found, item.output).reduce(0) { $0 + abs($1.0.doubleValue - $1.1) } / 2
        #expect(variation <= 0.004)
      }
    }
  }

  @Test func `Integer softmax of 16 bits is within 0.004 in total variation of that of its scores`() throws {
    for item in try cases("Softmax") where item.output.count > 1 {
      let greatest = item.inputs[0].map { abs($0) }.max() ?? 1
      let scale = greatest / 127
      let scores = item.inputs[0].map { Int8(($0 / scale).rounded(.toNearestOrEven)) }
      // The scores as int8 are another row: what is rounded there moves a probability by half a step of the exponent.
      let bound = 0.004 + (exp(scale / 2) - 1)
      for sum in [IntegerSoftmax.Sum.online, .twoPass] {
        let codes = try IntegerSoftmax(scale: scale, outputWidth: 16, sum: sum)(scores)
        let variation = zip(codes, item.output).reduce(0) { $0 + abs(Double($1.0) * 0x1p-16 - $1.1) } / 2
        #expect(variation <= bound)
      }
    }
  }

  @Test(arguments: ["LayerNormalization", "RMSNormalization"])
  func `Rows are normalised within 2⁻⁷`(name: String) throws {
    for item in try cases(name) {
      let isLayer = name == "LayerNormalization"
      let golden = try RowNormalization(
        isLayer ? .layer : .rootMeanSquare, integerBits: 6, fractionBits: 16, epsilon: 42950)
      let row = item.input(0)
      let found = try golden(
        row, residual: nil, kept: row.map { _ in true }, gamma: item.input(1),
        beta: isLayer ? item.input(2) : row.map { _ in .zero })
      // What nearly cancels has the error of the terms.
      #expect(error(found.normalized, item.output, floor: 1) <= 0x1p-7)
    }
  }

  @Test func `GELU is the nearest bfloat16 number`() throws {
    for item in try cases("Gelu") {
      let function: UnaryFunction = item.numbers["tanh"] == 1 ? .geluTanh : .gelu
      // Half a unit in the last place, and what binary32 loses where 1 + erf(x) or 1 + tanh(x) cancels.
      let found = item.input(0).map { function($0) }
      for (number, expected) in zip(found, item.output) {
        #expect(abs(number.doubleValue - expected) <= abs(expected) * 0x1p-8 + 1e-6)
      }
    }
  }

  @Test func `Vectors are turned within 2⁻⁷ of their length`() throws {
    for item in try cases("RotaryEmbedding") {
      let dimension = Int(item.numbers["dimension"] ?? 0)
      let golden = try RotaryEmbedding(
        dimension: dimension, pairing: item.numbers["interleaved"] == 1 ? .interleaved : .halves)
      let vectors = item.input(0)
      for (index, position) in item.inputs[1].enumerated() {
        let range = index * dimension..<(index + 1) * dimension
        let found = try golden(Array(vectors[range]), position: Int(position))
        for (pair, (number, expected)) in zip(found, item.output[range]).enumerated() {
          let longest = vectors[range].map { abs($0.doubleValue) }.max() ?? 1
          #expect(abs(number.doubleValue - expected) <= longest * 0x1p-7, "feature \(pair) at \(position)")
        }
      }
    }
  }

  @Test func `The same elements survive, in the same order`() throws {
    for (values, indices) in zip(try cases("TopK"), try cases("TopKIndices")) {
      let row = values.inputs[0].map { Int($0) }
      let found = TopK.indices(of: row, count: Int(values.numbers["count"] ?? 0))
      #expect(found.map { row[$0] } == values.output.map { Int($0) })
      #expect(found == indices.output.map { Int($0) })
    }
  }
}
