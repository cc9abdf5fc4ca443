import AnalogMacros

/// What the engines read from memory: weights, scales and coefficients as bytes.
extension XFormerSizes {
  /// Units that a matrix takes: how many are added, and how many columns of them.
  public func units(inputs: Int, outputs: Int) -> (stack: Int, columns: Int) {
    let (rows, width) = (crossbar.geometry.rows, crossbar.outputs)
    return ((inputs + rows - 1) / rows, (outputs + width - 1) / width)
  }

  /// The bytes that program a unit: which columns are complemented, where they can be, and the levels of its cells.
  ///
  /// - Parameters:
  ///   - group: which rows of the matrix, in units.
  ///   - column: which columns, in units.
  public func unitBytes(_ matrix: XFormerLayer.Matrix, group: Int, column: Int) -> [UInt8] {
    let (c, g) = (crossbar, crossbar.geometry)
    let rows = group * g.rows..<min((group + 1) * g.rows, matrix.inputs)
    let columns = column * c.outputs..<(column + 1) * c.outputs
    let weights = rows.map { row in columns.map { Int32(matrix.codes[row * matrix.outputs + $0]) } }
    let encoded = EncodedWeights(weights, bits: c.weightBits, c.encoding, g)
    func packed(_ values: [UInt8], _ width: Int, words: Int) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: words * busBytes)
      for (index, value) in values.enumerated() {
        for bit in 0..<width where value >> UInt8(bit) & 1 == 1 {
          bytes[(index * width + bit) / 8] |= 1 << UInt8((index * width + bit) % 8)
        }
      }
      return bytes
    }
    let flips = flipWords == 0 ? [] : packed(encoded.isFlipped.map { $0 ? 1 : 0 }, 1, words: flipWords)
    return flips + encoded.levels.flatMap { $0.flatMap { packed($0, g.cellBits, words: rowWords) } }
  }

  /// The bytes of the biases and scales of columns of units.
  public func scaleBytes(_ matrix: XFormerLayer.Matrix, _ columns: Range<Int>) -> [UInt8] {
    let width = crossbar.outputs
    var bytes: [UInt8] = []
    let fraction = crossbar.geometry.codeFractionBits
    for column in columns.lowerBound * width..<columns.upperBound * width {
      // Sums come with the fraction bits of the codes.
      let pattern = UInt32(bitPattern: matrix.bias[column] << Int32(fraction))
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: pattern >> UInt32(8 * $0)) }
      let scale = matrix.scales[column]
      bytes += [
        UInt8(truncatingIfNeeded: scale.multiplier), UInt8(scale.multiplier >> 8), UInt8(scale.shift + fraction), 0,
      ]
    }
    return bytes
  }
}

extension XFormerLayer.Norm {
  /// γ and β, 16 bits each, one behind the other; the lowest three bits of β are k of ``RowNumbers``.
  public var bytes: [UInt8] {
    let shifts = narrowing.shifts
    return zip(gamma, beta).enumerated().flatMap { index, pair in
      [pair.0, pair.1 | Int32(shifts.isEmpty ? 0 : shifts[index])].flatMap {
        [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
      }
    }
  }
}
