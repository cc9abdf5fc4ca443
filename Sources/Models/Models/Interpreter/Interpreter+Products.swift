import Transformer

extension Interpreter {
  /// y = x · W + b for every row.
  static func linear(
    _ input: Tensor<Float>, _ weights: Tensor<Float>, _ bias: Tensor<Float>?, _ shape: [Int]
  ) -> Tensor<Float> {
    let (inner, columns) = (weights.shape[0], weights.shape[1])
    let rows = input.elements.count / inner
    var result = [Float](repeating: 0, count: rows * columns)
    input.elements.withUnsafeBufferPointer { x in
      weights.elements.withUnsafeBufferPointer { w in
        result.withUnsafeMutableBufferPointer { y in
          guard let x = x.baseAddress, let w = w.baseAddress, let y = y.baseAddress else { return }
          if let bias {
            bias.elements.withUnsafeBufferPointer { b in
              guard let b = b.baseAddress else { return }
              for row in 0..<rows { (y + row * columns).update(from: b, count: columns) }
            }
          }
          FloatKernels.accumulateProduct(
            x, stride: inner, w, stride: columns, into: y, stride: columns, rows: rows, inner: inner, columns: columns)
        }
      }
    }
    return Tensor(unchecked: shape, result)
  }

  /// The product for each leading index.
  static func product(
    _ left: Tensor<Float>, _ right: Tensor<Float>, transposes: Bool, scale: Float, _ shape: [Int]
  ) -> Tensor<Float> {
    let axes = shape.count
    let (rows, columns, inner) = (shape[axes - 2], shape[axes - 1], left.shape[axes - 1])
    let batch = left.elements.count / (rows * inner)
    let shared = batch / (right.elements.count / (inner * columns))
    var result = [Float](repeating: 0, count: batch * rows * columns)
    var transposed = [Float](repeating: 0, count: transposes ? inner * columns : 0)
    left.elements.withUnsafeBufferPointer { left in
      right.elements.withUnsafeBufferPointer { right in
        transposed.withUnsafeMutableBufferPointer { transposed in
          result.withUnsafeMutableBufferPointer { result in
            guard let a = left.baseAddress, let b = right.baseAddress, let y = result.baseAddress else { return }
            for number in 0..<batch {
              var factor = b + number / shared * inner * columns
              if transposes, let space = transposed.baseAddress {
                if number.isMultiple(of: shared) {
                  FloatKernels.transpose(factor, stride: inner, rows: columns, columns: inner, into: space)
                }
                factor = UnsafePointer(space)
              }
              FloatKernels.accumulateProduct(
                a + number * rows * inner, stride: inner, factor, stride: columns, into: y + number * rows * columns,
                stride: columns, rows: rows, inner: inner, columns: columns)
            }
            if scale != 1 { scaleElements(result, by: scale) }
          }
        }
      }
    }
    return Tensor(unchecked: shape, result)
  }

  static func scaleElements(_ elements: UnsafeMutableBufferPointer<Float>, by factor: Float) {
    var index = 0
    while index < elements.count {
      elements[index] *= factor
      index &+= 1
    }
  }

  static func scaled(_ tensor: Tensor<Float>, by factor: Float) -> Tensor<Float> {
    var result = tensor
    result.elements.withUnsafeMutableBufferPointer { scaleElements($0, by: factor) }
    return result
  }

  /// The sum or product, the second operand repeated over the leading axes that it lacks.
  static func combined(_ left: Tensor<Float>, _ right: Tensor<Float>, adds: Bool) -> Tensor<Float> {
    var result = left
    let period = right.elements.count
    result.elements.withUnsafeMutableBufferPointer { result in
      right.elements.withUnsafeBufferPointer { right in
        var start = 0
        while start < result.count {
          var index = 0
          while index < period {
            if adds {
              result[start &+ index] += right[index]
            } else {
              result[start &+ index] *= right[index]
            }
            index &+= 1
          }
          start &+= period
        }
      }
    }
    return result
  }

  /// The patches of an image, a row each: channel-major, then rows, then columns of the patch.
  package static func patches(_ image: Tensor<Float>, _ patch: Int) -> Tensor<Float> {
    let (channels, height, width) = (image.shape[0], image.shape[1], image.shape[2])
    var elements: [Float] = []
    elements.reserveCapacity(image.elements.count)
    for top in stride(from: 0, to: height, by: patch) {
      for left in stride(from: 0, to: width, by: patch) {
        for channel in 0..<channels {
          for row in top..<top + patch {
            let start = (channel * height + row) * width + left
            elements += image.elements[start..<start + patch]
          }
        }
      }
    }
    return Tensor(unchecked: [height / patch * (width / patch), channels * patch * patch], elements)
  }
}
