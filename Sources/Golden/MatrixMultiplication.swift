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
  }

  /// Multiplies `left` (M × K) by `right` (K × N). M, K and N may be 0; with K = 0 all sums are 0.
  ///
  /// - Throws: ``MatrixMultiplicationError`` when the inner sizes differ, or an element is outside its format.
  public func callAsFunction<Left: FixedWidthInteger, Right: FixedWidthInteger>(
    _ left: Matrix<Left>, _ right: Matrix<Right>
  ) throws(MatrixMultiplicationError) -> Result {
    guard left.columns == right.rows else { throw .innerSize(left: left.columns, right: right.rows) }
    let exact = product(
      try operands(left, in: self.left, name: "left"), try operands(right, in: self.right, name: "right"),
      rows: left.rows, inner: left.columns, columns: right.columns)
    var sums = Matrix<Int64>(rows: left.rows, columns: right.columns, repeating: 0)
    var overflows = 0
    for (index, sum) in exact.enumerated() {
      sums.elements[index] = accumulator.wrap(sum)
      if !accumulator.contains(sum) { overflows += 1 }
    }
    return Result(sums: sums, overflows: overflows)
  }

  /// The elements as `Int32`, each checked against the format.
  private func operands<Element: FixedWidthInteger>(
    _ matrix: Matrix<Element>, in format: IntegerFormat, name: String
  ) throws(MatrixMultiplicationError) -> [Int32] {
    let minimum = Int32(format.minimum)
    let maximum = Int32(format.maximum)
    var converted = [Int32](repeating: 0, count: matrix.elements.count)
    for (index, element) in matrix.elements.enumerated() {
      guard let value = Int32(exactly: element), value >= minimum, value <= maximum else {
        let (row, column) = index.quotientAndRemainder(dividingBy: matrix.columns)
        throw .element(operand: name, row: row, column: column, value: "\(element)", format: format)
      }
      converted[index] = value
    }
    return converted
  }

  /// The exact sums. Operands have at most 17 bits with sign, so a sum of fewer than 2^31 products fits 64 bits.
  private func product(_ left: [Int32], _ right: [Int32], rows: Int, inner: Int, columns: Int) -> [Int64] {
    var sums = [Int64](repeating: 0, count: rows * columns)
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let a = left.baseAddress, let b = right.baseAddress, let c = sums.baseAddress else { return }
          // Row by row of B, so that the inner loop runs over neighbouring elements and becomes vector code.
          for row in 0..<rows {
            let sum = c + row * columns
            for step in 0..<inner {
              let factor = Int64(a[row &* inner &+ step])
              guard factor != 0 else { continue }
              let weights = b + step &* columns
              var column = 0
              while column < columns {
                sum[column] &+= factor &* Int64(weights[column])
                column &+= 1
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
  case element(operand: String, row: Int, column: Int, value: String, format: IntegerFormat)

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
