import Golden
import NumberFormats
import Transformer

extension QuantizedInterpreter {
  /// A linear layer on codes: sums in int32, then codes by the requantiser or bfloat16 by the held scale, rounded once.
  mutating func linear(
    _ layer: QuantizedModel.QuantizedWeights, _ input: Tensor<Int32>, _ shape: [Int], _ name: String
  ) throws(GraphError.Reason) -> Value {
    let (inner, columns) = (layer.inputs, layer.outputs)
    let rows = input.elements.count / inner
    var sums = [Int32](repeating: 0, count: rows * columns)
    input.elements.withUnsafeBufferPointer { x in
      layer.codes.withUnsafeBufferPointer { w in
        sums.withUnsafeMutableBufferPointer { y in
          guard let x = x.baseAddress, let w = w.baseAddress, let y = y.baseAddress else { return }
          IntegerKernels.accumulateProduct(x, w, into: y, rows: rows, inner: inner, columns: columns)
        }
      }
    }
    return try finished(layer, sums, rows, shape)
  }

  /// Codes or numbers of the sums of a linear layer.
  private mutating func finished(
    _ layer: QuantizedModel.QuantizedWeights, _ sums: [Int32], _ rows: Int, _ shape: [Int]
  ) throws(GraphError.Reason) -> Value {
    let columns = layer.outputs
    if let requantization = layer.requantization {
      var matrix = Matrix<Int32>(rows: rows, columns: columns, repeating: 0)
      matrix.elements = sums
      do throws(RequantizationError) {
        saturations += try requantization.saturations(of: matrix)
        let codes = try requantization(matrix)
        return Value(codes: Tensor(unchecked: shape, codes.elements))
      } catch { throw .constant("\(error)") }
    }
    var values = [Float](repeating: 0, count: sums.count)
    sums.withUnsafeBufferPointer { sums in
      values.withUnsafeMutableBufferPointer { values in
        for index in sums.indices {
          let column = index % columns
          let total = Int64(sums[index]) + Int64(layer.bias[column])
          values[index] = Self.rounded(Double(total) * Double(layer.scales[column]))
        }
      }
    }
    return Value(real: Tensor(unchecked: shape, values))
  }

  /// A product of two activations. The factor of the sums is held in binary32; the product with it is exact in binary64.
  func product(
    _ left: Value, _ right: Value, transposes: Bool, scale: Float, _ shape: [Int], _ name: String
  ) throws(GraphError.Reason) -> Value {
    guard let a = left.codes, let b = right.codes, let leftFormat = left.format, let rightFormat = right.format else {
      throw .constant("a product of activations that have no codes is not part of the numerics profile")
    }
    let axes = shape.count
    let (rows, columns, inner) = (shape[axes - 2], shape[axes - 1], a.shape[axes - 1])
    guard inner <= QuantizedModel.maximumInputs else {
      throw .constant("a sum of \(inner) products is longer than the \(QuantizedModel.maximumInputs) that fit")
    }
    let batch = a.elements.count / (rows * inner)
    let shared = batch / (b.elements.count / (inner * columns))
    let factor = Float(Double(scale) / (Double(leftFormat.factors[0]) * Double(rightFormat.factors[0])))
    var values = [Float](repeating: 0, count: batch * rows * columns)
    for number in 0..<batch {
      let start = number / shared * inner * columns
      for row in 0..<rows {
        for column in 0..<columns {
          var sum: Int64 = 0
          for step in 0..<inner {
            let place = start + (transposes ? column * inner + step : step * columns + column)
            sum += Int64(a.elements[(number * rows + row) * inner + step]) * Int64(b.elements[place])
          }
          var value = Self.rounded(Double(sum) * Double(factor))
          if let factors = left.rowFactors {
            value = Self.rounded(Double(value) * Double(factors[number * rows + row]))
          }
          values[(number * rows + row) * columns + column] = value
        }
      }
    }
    return Value(real: Tensor(unchecked: shape, values))
  }

  /// y = x · W + b in bfloat16: sums in binary64 from the first input to the last, the bias last, rounded once.
  static func product(
    _ input: Tensor<Float>, _ weights: Tensor<Float>, _ bias: Tensor<Float>?, _ shape: [Int]
  ) -> Tensor<Float> {
    let (inner, columns) = (weights.shape[0], weights.shape[1])
    let rows = input.elements.count / inner
    var result = [Float](repeating: 0, count: rows * columns)
    var sums = [Double](repeating: 0, count: columns)
    input.elements.withUnsafeBufferPointer { x in
      weights.elements.withUnsafeBufferPointer { w in
        sums.withUnsafeMutableBufferPointer { sums in
          for row in 0..<rows {
            sums.update(repeating: 0)
            for step in 0..<inner {
              let factor = Double(x[row &* inner &+ step])
              var column = 0
              while column < columns {
                sums[column] += factor * Double(w[step &* columns &+ column])
                column &+= 1
              }
            }
            for column in 0..<columns {
              result[row * columns + column] = rounded(sums[column] + Double(bias?.elements[column] ?? 0))
            }
          }
        }
      }
    }
    return Tensor(unchecked: shape, result)
  }
}

/// The loops in which a quantised run spends its time.
enum IntegerKernels {
  /// `result += left × right` for row-major matrices. Sums fit int32: see ``QuantizedModel/maximumInputs``.
  static func accumulateProduct(
    _ left: UnsafePointer<Int32>, _ right: UnsafePointer<Int8>, into result: UnsafeMutablePointer<Int32>, rows: Int,
    inner: Int, columns: Int
  ) {
    var row = 0
    while row < rows {
      let sums = result + row &* columns
      let factors = left + row &* inner
      var step = 0
      while step < inner {
        if step &+ 3 < inner {
          let (a0, a1, a2, a3) = (factors[step], factors[step &+ 1], factors[step &+ 2], factors[step &+ 3])
          let b0 = right + step &* columns
          let (b1, b2, b3) = (b0 + columns, b0 + 2 &* columns, b0 + 3 &* columns)
          var column = 0
          while column < columns {
            sums[column] &+=
              a0 &* Int32(b0[column]) &+ a1 &* Int32(b1[column]) &+ a2 &* Int32(b2[column]) &+ a3 &* Int32(b3[column])
            column &+= 1
          }
          step &+= 4
        } else {
          let b = right + step &* columns
          for column in 0..<columns { sums[column] &+= factors[step] &* Int32(b[column]) }
          step &+= 1
        }
      }
      row &+= 1
    }
  }
}
