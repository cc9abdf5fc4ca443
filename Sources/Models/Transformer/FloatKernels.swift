import Golden

/// The loops in which a forward pass spends its time.
///
/// Written over raw pointers with neighbouring elements innermost: optimised builds turn them into vector code without
/// changing the order of any sum, and debug builds stay usable.
package enum FloatKernels {
  /// `result += left × right` for row-major matrices inside larger ones; a stride is the distance between rows.
  package static func accumulateProduct(
    _ left: UnsafePointer<Float>, stride leftStride: Int, _ right: UnsafePointer<Float>, stride rightStride: Int,
    into result: UnsafeMutablePointer<Float>, stride resultStride: Int, rows: Int, inner: Int, columns: Int
  ) {
    // Blocks of rows share four rows of `right` while these are in the first-level cache.
    let block = 8
    var firstRow = 0
    while firstRow < rows {
      let lastRow = min(rows, firstRow &+ block)
      var step = 0
      while step < inner {
        let count = min(4, inner &- step)
        let b0 = right + step &* rightStride
        var row = firstRow
        while row < lastRow {
          let factors = left + (row &* leftStride &+ step)
          let sums = result + row &* resultStride
          var column = 0
          if count == 4 {
            let (a0, a1, a2, a3) = (factors[0], factors[1], factors[2], factors[3])
            let (b1, b2, b3) = (b0 + rightStride, b0 + 2 &* rightStride, b0 + 3 &* rightStride)
            while column < columns {
              sums[column] += a0 * b0[column] + a1 * b1[column] + a2 * b2[column] + a3 * b3[column]
              column &+= 1
            }
          } else {
            for extra in 0..<count {
              let factor = factors[extra]
              let b = b0 + extra &* rightStride
              column = 0
              while column < columns {
                sums[column] += factor * b[column]
                column &+= 1
              }
            }
          }
          row &+= 1
        }
        step &+= 4
      }
      firstRow = lastRow
    }
  }

  /// The transpose of a matrix of `rows` × `columns`.
  package static func transpose(
    _ source: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int, into result: UnsafeMutablePointer<Float>
  ) {
    // Blocks keep both sides in the cache.
    let block = 16
    var firstRow = 0
    while firstRow < rows {
      let lastRow = min(rows, firstRow &+ block)
      var column = 0
      while column < columns {
        var row = firstRow
        while row < lastRow {
          result[column &* rows &+ row] = source[row &* stride &+ column]
          row &+= 1
        }
        column &+= 1
      }
      firstRow = lastRow
    }
  }

  /// The sum of two matrices of the same shape.
  package static func sum(_ left: Matrix<Float>, _ right: Matrix<Float>) -> Matrix<Float> {
    var result = left
    result.elements.withUnsafeMutableBufferPointer { result in
      right.elements.withUnsafeBufferPointer { right in
        for index in result.indices { result[index] += right[index] }
      }
    }
    return result
  }
}

extension Matrix where Element == Float {
  /// The matrix with rows and columns exchanged.
  package func transposed() -> Matrix<Float> {
    var result = Matrix(rows: columns, columns: rows, repeating: 0)
    elements.withUnsafeBufferPointer { source in
      result.elements.withUnsafeMutableBufferPointer { result in
        guard let source = source.baseAddress, let result = result.baseAddress else { return }
        FloatKernels.transpose(source, stride: columns, rows: rows, columns: columns, into: result)
      }
    }
    return result
  }
}
