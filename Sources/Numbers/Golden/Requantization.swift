import NumberFormats

/// Integer accumulators to narrow codes: the truth for the requantiser, bit for bit.
///
/// For accumulator `acc` of column n, its `bias` b, and its scale m / 2^sh:
///
///     sum     = acc + b                        exact: 33 bits signed, never wrapped
///     product = sum · m                        exact: 49 bits signed (m is unsigned, 16 bits)
///     scaled  = rne(product / 2^sh)            nearest, ties to even; 0 ≤ sh ≤ 47
///     q       = clamp(scaled + zeroPoint, low…high)
///
/// `acc` and b are int32. `scaled` has at most 49 bits and the zero point at most 17, so `scaled + zeroPoint` is exact in
/// 50 bits. The scale is one for all columns (per tensor) or one for each (per channel); the bias is one for each column.
/// Source: integer-only inference, B. Jacob et al., CVPR 2018, section 2.2, with a multiplier of 16 bits.
public struct Requantization: Hashable, Sendable {
  /// One scale for all columns, or one for each column.
  public let scales: [RequantizationScale]
  /// One bias for each column; empty when there is none.
  public let bias: [Int32]
  /// The least and the greatest code, within 16 bits signed or unsigned. Symmetric int8, −127 to 127, by default.
  public let range: ClosedRange<Int32>
  /// The code of real zero, within `range`.
  public let zeroPoint: Int32

  /// The codes of symmetric int8.
  public static let symmetricInt8: ClosedRange<Int32> = -127...127
  /// The bounds that a range may have: codes of at most 16 bits, signed or unsigned.
  public static let ranges: ClosedRange<Int32> = -0x8000...0xFFFF

  /// Requantises with a scale for each column.
  ///
  /// - Throws: ``RequantizationError`` when there is no scale, scales and bias do not fit together, the range needs more
  ///   than 16 bits, or the zero point is outside it.
  public init(
    scales: [RequantizationScale], bias: [Int32] = [], range: ClosedRange<Int32> = symmetricInt8, zeroPoint: Int32 = 0
  ) throws(RequantizationError) {
    guard !scales.isEmpty else { throw .noScale }
    guard bias.isEmpty || scales.count == 1 || bias.count == scales.count else {
      throw .columns(scales: scales.count, bias: bias.count, matrix: nil)
    }
    let isWide = range.lowerBound < 0 && range.upperBound > 0x7FFF
    guard Self.ranges.contains(range.lowerBound), Self.ranges.contains(range.upperBound), !isWide else {
      throw .range(range)
    }
    guard range.contains(zeroPoint) else { throw .zeroPoint(zeroPoint, range) }
    self.scales = scales
    self.bias = bias
    self.range = range
    self.zeroPoint = zeroPoint
  }

  /// The code for one accumulator in a column.
  public func code(_ accumulator: Int32, column: Int) -> Int32 {
    code(accumulator, bias: bias.isEmpty ? 0 : bias[column], scale: scales.count == 1 ? scales[0] : scales[column])
  }

  private func code(_ accumulator: Int32, bias: Int32, scale: RequantizationScale) -> Int32 {
    clamp(unclamped(accumulator, bias: bias, scale: scale))
  }

  private func unclamped(_ accumulator: Int32, bias: Int32, scale: RequantizationScale) -> Int64 {
    let product = (Int64(accumulator) + Int64(bias)) * Int64(scale.multiplier)
    return product.roundedShiftRight(by: scale.shift) + Int64(zeroPoint)
  }

  private func clamp(_ value: Int64) -> Int32 {
    Int32(min(max(value, Int64(range.lowerBound)), Int64(range.upperBound)))
  }

  /// How many of a matrix of accumulators are beyond the range of codes, and therefore clamped.
  ///
  /// - Throws: ``RequantizationError`` as the requantisation does.
  public func saturations<Element: FixedWidthInteger>(
    of accumulators: Matrix<Element>
  ) throws(RequantizationError) -> Int {
    let codes = try self(accumulators)
    var count = 0
    for (index, accumulator) in accumulators.elements.enumerated() {
      let column = index % accumulators.columns
      let value = unclamped(
        Int32(accumulator), bias: bias.isEmpty ? 0 : bias[column], scale: scales.count == 1 ? scales[0] : scales[column]
      )
      if value != Int64(codes.elements[index]) { count += 1 }
    }
    return count
  }

  /// The codes for a matrix of accumulators, one output channel a column.
  ///
  /// - Throws: ``RequantizationError`` when the matrix has other columns than scales and bias, or an element is not int32.
  @inlinable
  public func callAsFunction<Element: FixedWidthInteger>(
    _ accumulators: Matrix<Element>
  ) throws(RequantizationError) -> Matrix<Int32> {
    try requantize(
      accumulators.map { (element) throws(RequantizationError) in
        guard let accumulator = Int32(exactly: element) else { throw .accumulator(Int64(clamping: element)) }
        return accumulator
      })
  }

  @usableFromInline
  func requantize(_ accumulators: Matrix<Int32>) throws(RequantizationError) -> Matrix<Int32> {
    let columns = accumulators.columns
    guard scales.count == 1 || scales.count == columns, bias.isEmpty || bias.count == columns else {
      throw .columns(scales: scales.count, bias: bias.count, matrix: columns)
    }
    var codes = accumulators
    for column in 0..<columns {
      let scale = scales.count == 1 ? scales[0] : scales[column]
      let bias = bias.isEmpty ? 0 : bias[column]
      codes.elements.withUnsafeMutableBufferPointer { codes in
        for index in stride(from: column, to: codes.count, by: columns) {
          codes[index] = code(codes[index], bias: bias, scale: scale)
        }
      }
    }
    return codes
  }
}

/// Why accumulators cannot be requantised.
public enum RequantizationError: Error, Hashable, CustomStringConvertible {
  /// There is no scale at all.
  case noScale
  /// Scales, bias and matrix disagree about the number of columns.
  case columns(scales: Int, bias: Int, matrix: Int?)
  /// The range of codes does not fit 16 bits, signed or unsigned.
  case range(ClosedRange<Int32>)
  /// The zero point is outside the range.
  case zeroPoint(Int32, ClosedRange<Int32>)
  /// An accumulator is outside int32.
  case accumulator(Int64)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .noScale: "requantisation needs one scale, or one for each column: none was given"
    case .columns(let scales, let bias, let matrix?):
      "\(scales) scales and \(bias) biases do not fit a matrix of \(matrix) columns: give one scale or \(matrix), and no "
        + "bias or \(matrix)"
    case .columns(let scales, let bias, nil): "\(scales) scales and \(bias) biases: give as many biases as scales"
    case .range(let range):
      "codes from \(range.lowerBound) to \(range.upperBound) need more than 16 bits: narrow the range"
    case .zeroPoint(let zero, let range):
      "the zero point \(zero) is outside the codes from \(range.lowerBound) to \(range.upperBound)"
    case .accumulator(let value): "accumulator \(value) is outside int32: use an accumulator of 32 bits"
    }
  }
}
