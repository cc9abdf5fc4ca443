import NumberFormats

/// The integer matrix product: the truth for systolic arrays and matrix engines.
///
/// C = A × B with A of M × K and B of K × N. Every C(m, n) is the exact sum of A(m, k) · B(k, n) over k, of which the
/// `accumulator` keeps the low bits (two's complement, wrapping). Wrapping once at the end and wrapping after every
/// addition are the same, so that any order of accumulation in hardware agrees.
public struct MatrixMultiplication: Hashable, Sendable {
  /// The format of A's elements, at most 16 bits.
  public let left: IntegerFormat
  /// The format of B's elements, at most 16 bits.
  public let right: IntegerFormat
  /// The format of the sums.
  public let accumulator: IntegerFormat

  /// The widest operand: the sum of 2^31 products of this width still fits 64 bits.
  public static let maximumOperandWidth = 16

  /// Makes the product for operand and accumulator formats.
  ///
  /// - Throws: ``MatrixMultiplicationError/operandWidth(_:)`` when an operand has more than 16 bits.
  public init(
    left: IntegerFormat = .int8, right: IntegerFormat = .int8, accumulator: IntegerFormat = .int32
  ) throws(MatrixMultiplicationError) {
    for format in [left, right] where format.width > Self.maximumOperandWidth { throw .operandWidth(format.width) }
    self.left = left
    self.right = right
    self.accumulator = accumulator
  }

  /// What a product gives.
  public struct Result: Hashable, Sendable {
    /// The sums as the accumulator holds them, M × N; an unsigned 64-bit sum is given by its bit pattern.
    public let sums: Matrix<Int64>
    /// The number of sums that the accumulator could not hold, and which therefore wrapped.
    public let overflows: Int
    /// The bits, sign included, of an accumulator that would have held every sum.
    public let sumWidth: Int
  }

  /// Multiplies `left` (M × K) by `right` (K × N). M, K and N may be 0; with K = 0 all sums are 0.
  ///
  /// - Throws: ``MatrixMultiplicationError`` when the inner sizes differ, or an element is outside its format.
  @inlinable
  public func callAsFunction<Left: FixedWidthInteger, Right: FixedWidthInteger>(
    _ left: Matrix<Left>, _ right: Matrix<Right>
  ) throws(MatrixMultiplicationError) -> Result {
    // A number beyond 32 bits is outside every operand format, and so is the one that it is clamped to.
    try multiply(left.map { Int32(clamping: $0) }, right.map { Int32(clamping: $0) })
  }

  @usableFromInline
  func multiply(_ left: Matrix<Int32>, _ right: Matrix<Int32>) throws(MatrixMultiplicationError) -> Result {
    guard left.columns == right.rows else { throw .innerSize(left: left.columns, right: right.rows) }
    try check(left, against: self.left, name: "left")
    try check(right, against: self.right, name: "right")
    var sums = exactProduct(left, right)
    var overflows = 0
    var magnitudes: Int64 = 0
    sums.elements.withUnsafeMutableBufferPointer { sums in
      for index in sums.indices {
        magnitudes |= sums[index] ^ (sums[index] >> 63)
        guard !accumulator.contains(sums[index]) else { continue }
        sums[index] = accumulator.wrap(sums[index])
        overflows += 1
      }
    }
    return Result(sums: sums, overflows: overflows, sumWidth: 65 - magnitudes.leadingZeroBitCount)
  }

  private func check(
    _ matrix: Matrix<Int32>, against format: IntegerFormat, name: String
  ) throws(MatrixMultiplicationError) {
    let minimum = Int32(format.minimum)
    let maximum = Int32(format.maximum)
    let outside = matrix.elements.withUnsafeBufferPointer { elements in
      elements.firstIndex { $0 < minimum || $0 > maximum }
    }
    guard let outside else { return }
    let (row, column) = outside.quotientAndRemainder(dividingBy: matrix.columns)
    throw .element(operand: name, row: row, column: column, value: Int(matrix.elements[outside]), format: format)
  }

  /// The exact sums. Operands have at most 17 bits with sign, so that fewer than 2^31 products fit 64 bits.
  private func exactProduct(_ left: Matrix<Int32>, _ right: Matrix<Int32>) -> Matrix<Int64> {
    let (rows, inner, columns) = (left.rows, left.columns, right.columns)
    // So many products of these formats surely fit 32 bits together. Their sum is then moved to 64 bits.
    let run = Int(Int64(Int32.max) >> Int64(self.left.width + self.right.width))
    var sums = Matrix<Int64>(rows: rows, columns: columns, repeating: 0)
    var partialSums = [Int32](repeating: 0, count: columns)
    left.elements.withUnsafeBufferPointer { left in
      right.elements.withUnsafeBufferPointer { right in
        sums.elements.withUnsafeMutableBufferPointer { sums in
          partialSums.withUnsafeMutableBufferPointer { partialSums in
            guard let a = left.baseAddress, let b = right.baseAddress, let c = sums.baseAddress,
              let p = partialSums.baseAddress
            else { return }
            for row in 0..<rows {
              let sum = c + row * columns
              for step in 0..<inner {
                let factor = a[row &* inner &+ step]
                let weights = b + step &* columns
                // Along the row of B, so that the loop runs over neighbouring elements and becomes vector code.
                var column = 0
                guard run > 0 else {
                  while column < columns {
                    sum[column] &+= Int64(factor) &* Int64(weights[column])
                    column &+= 1
                  }
                  continue
                }
                while column < columns {
                  p[column] &+= factor &* weights[column]
                  column &+= 1
                }
                guard (step &+ 1).isMultiple(of: run) || step &+ 1 == inner else { continue }
                for column in 0..<columns {
                  sum[column] &+= Int64(p[column])
                  p[column] = 0
                }
              }
            }
          }
        }
      }
    }
    return sums
  }
}

/// Why matrices cannot be multiplied.
public enum MatrixMultiplicationError: Error, Hashable, CustomStringConvertible {
  /// An operand format has more than 16 bits.
  case operandWidth(Int)
  /// The left matrix has not as many columns as the right one has rows.
  case innerSize(left: Int, right: Int)
  /// An element is outside the operand's format.
  case element(operand: String, row: Int, column: Int, value: Int, format: IntegerFormat)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .operandWidth(let width):
      "an operand has at most \(MatrixMultiplication.maximumOperandWidth) bits, not \(width)"
    case .innerSize(let left, let right):
      "the left matrix has \(left) columns but the right one has \(right) rows: they must be equal"
    case .element(let operand, let row, let column, let value, let format):
      "element (\(row), \(column)) of the \(operand) matrix is \(value), outside \(format)"
    }
  }
}
