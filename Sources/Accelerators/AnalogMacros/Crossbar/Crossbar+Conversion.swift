import NumberFormats

extension Crossbar {
  /// The codes of all columns when some rows are driven: those of ``codes(plane:event:temperature:)``, without an allocation.
  ///
  /// - Parameters:
  ///   - rows: the driven rows, each once.
  ///   - codes: a code for each column, and behind them room for the column of lowest levels.
  public func convert(rows: [Int], event: UInt32 = 0, temperature: UInt8 = 0, into codes: inout [Int32]) {
    let columns = geometry.columns
    precondition(codes.count == columns + 1, "the codes of \(columns) columns and the sum of the lowest levels")
    guard coefficients.telegraphShare == 0 else {
      var plane = [Bool](repeating: false, count: geometry.rows)
      for row in rows { plane[row] = true }
      for (column, code) in self.codes(plane: plane, event: event, temperature: temperature).enumerated() {
        codes[column] = Int32(code)
      }
      return
    }
    codes.withUnsafeMutableBufferPointer { codes in
      conductances.withUnsafeBufferPointer { cells in Self.add(rows, of: cells, to: codes) }
      let isWarm = coefficients.temperature != 0 && temperature != 0
      if coefficients.lowest == 0, coefficients.readNoise == 0, coefficients.converterGain == 0,
        coefficients.converterOffset == 0, !isWarm
      {
        let greatest = Int32(1) << Int32(geometry.converterBits) - 1
        let shift = Int32(CrossbarCoefficients.levelBits - geometry.codeFractionBits)
        let half = Int32(1) << (shift - 1) - 1
        for column in 0..<columns {
          let sum = codes[column]
          // To nearest, ties to even, for sums that are not negative.
          codes[column] = min((sum &+ half &+ (sum >> shift & 1)) >> shift, greatest)
        }
      } else {
        convert(codes, event: event, temperature: temperature)
      }
    }
  }

  /// Adds rows, four at a time.
  private static func add(
    _ rows: [Int], of cells: UnsafeBufferPointer<Int32>, to sums: UnsafeMutableBufferPointer<Int32>
  ) {
    let stride = sums.count
    guard let base = cells.baseAddress, let target = sums.baseAddress else { return }
    for column in 0..<stride { target[column] = 0 }
    var index = 0
    while index + 4 <= rows.count {
      let (a, b) = (base + rows[index] * stride, base + rows[index + 1] * stride)
      let (c, d) = (base + rows[index + 2] * stride, base + rows[index + 3] * stride)
      for column in 0..<stride { target[column] &+= (a[column] &+ b[column]) &+ (c[column] &+ d[column]) }
      index += 4
    }
    while index < rows.count {
      let a = base + rows[index] * stride
      for column in 0..<stride { target[column] &+= a[column] }
      index += 1
    }
  }

  private func convert(_ codes: UnsafeMutableBufferPointer<Int32>, event: UInt32, temperature: UInt8) {
    let warmth = CrossbarCoefficients.one + (coefficients.temperature * Int64(temperature)).roundedShiftRight(by: 8)
    func warm(_ current: Int32) -> Int64 {
      warmth == CrossbarCoefficients.one
        ? Int64(current) : (Int64(current) * warmth).roundedShiftRight(by: CrossbarCoefficients.factorBits)
    }
    let columns = geometry.columns
    let dummy = coefficients.lowest == 0 ? 0 : warm(codes[columns])
    let greatest = Int64(1) << geometry.converterBits - 1
    let isPlain = coefficients.converterGain == 0 && coefficients.converterOffset == 0
    for column in 0..<columns {
      var current = warm(codes[column]) - dummy
      if coefficients.readNoise > 0 {
        let z = GaussianTable.value(reads.word(event, UInt32(column)))
        current += (coefficients.readNoise * z).roundedShiftRight(by: 20)
      }
      let code: Int64
      if isPlain {
        code = current.roundedShiftRight(by: CrossbarCoefficients.levelBits - geometry.codeFractionBits)
      } else {
        let converter = column / columnsPerConverter
        code = ((current * gains[converter]) << 4 + offsets[converter]).roundedShiftRight(
          by: 28 - geometry.codeFractionBits)
      }
      codes[column] = Int32(min(max(code, 0), greatest))
    }
  }
}

/// The levels of a crossbar as words of bits, for exact sums: bit r of word k of a slice is that of row 64 · k + r.
public struct CrossbarBits: Sendable {
  /// Columns and bits of a cell.
  public let columns, cellBits: Int
  /// Words of a column of bits.
  public let words: Int
  private let slices: [UInt64]
  /// The sum of all levels of each column.
  public let totals: [Int32]

  /// The bits of the levels that are stored.
  public init(_ crossbar: Crossbar) {
    let g = crossbar.geometry
    (columns, cellBits, words) = (g.columns, g.cellBits, (g.rows + 63) / 64)
    var slices = [UInt64](repeating: 0, count: g.columns * g.cellBits * words)
    var totals = [Int32](repeating: 0, count: g.columns)
    for row in 0..<g.rows {
      for column in 0..<g.columns {
        let level = crossbar.levels[row * g.columns + column]
        totals[column] += Int32(level)
        for bit in 0..<g.cellBits where level >> UInt8(bit) & 1 == 1 {
          slices[(column * g.cellBits + bit) * words + row / 64] |= 1 << UInt64(row % 64)
        }
      }
    }
    (self.slices, self.totals) = (slices, totals)
  }

  /// The exact sum of a column when the rows of `plane` are driven, 64 to a word.
  public func sum(_ column: Int, _ plane: [UInt64]) -> Int32 {
    var sum: Int32 = 0
    for bit in 0..<cellBits {
      let start = (column * cellBits + bit) * words
      var count = 0
      for word in 0..<words { count += (slices[start + word] & plane[word]).nonzeroBitCount }
      sum += Int32(count) << Int32(bit)
    }
    return sum
  }
}
