import Golden
import NumberFormats

/// The fixed-point numbers of a machine: IL bits before the binary point, the sign included, and FL behind it.
///
/// A code c stands for c · 2^−FL. What is beyond the codes saturates; what is between them rounds to nearest, ties to even.
public struct LaneFormat: Hashable, Sendable, CustomStringConvertible {
  /// IL.
  public let integerBits: Int
  /// FL.
  public let fractionBits: Int

  /// The published 4 + 16 bits.
  public static let published = LaneFormat(unchecked: 4, 16)

  /// Makes a format of at most 28 bits, so that products and their sums are exact in 64 bits.
  ///
  /// - Throws: ``AccelTranError/range(_:_:_:)``.
  public init(integerBits: Int, fractionBits: Int) throws(AccelTranError) {
    guard (1...16).contains(integerBits) else { throw .range("integerBits", integerBits, 1...16) }
    guard (0...24).contains(fractionBits) else { throw .range("fractionBits", fractionBits, 0...24) }
    guard integerBits + fractionBits <= 28 else {
      throw .range("integerBits + fractionBits", integerBits + fractionBits, 2...28)
    }
    self.init(unchecked: integerBits, fractionBits)
  }

  private init(unchecked integerBits: Int, _ fractionBits: Int) {
    self.integerBits = integerBits
    self.fractionBits = fractionBits
  }

  /// IL + FL.
  public var width: Int { integerBits + fractionBits }
  /// The least code.
  public var minimum: Int64 { -(1 << Int64(width - 1)) }
  /// The greatest code.
  public var maximum: Int64 { (1 << Int64(width - 1)) - 1 }
  /// The code of 1, where the format holds it.
  public var one: Int64 { 1 << Int64(fractionBits) }
  /// `Q(4, 16)`.
  public var description: String { "Q(\(integerBits), \(fractionBits))" }

  /// A code, or the nearest one there is.
  public func saturated(_ code: Int64) -> Int32 { Int32(min(max(code, minimum), maximum)) }

  /// The code of a real number; what is no number becomes 0.
  public func code(_ value: Double) -> Int32 {
    if value.isNaN { return 0 }
    let scaled = (value * Double(one)).rounded(.toNearestOrEven)
    return saturated(Int64(min(max(scaled, -0x1p40), 0x1p40)))
  }

  /// What a code stands for.
  public func value(_ code: Int32) -> Double { Double(code) / Double(one) }

  /// The code of a sum of products, which counts in steps of 2^(−2 FL), rounded once.
  public func rounded(_ sum: Int64) -> Int32 { saturated(sum.roundedShiftRight(by: fractionBits)) }

  /// The greatest code that a threshold prunes: |x| ≤ τ for a code c is |c| ≤ floor(τ · 2^FL).
  public func threshold(_ value: Double) -> UInt32 {
    guard value > 0 else { return 0 }
    return UInt32(min((value * Double(one)).rounded(.down), Double(UInt32.max)))
  }
}

/// A tensor of codes in row-major order.
public struct CodeTensor: Hashable, Sendable {
  /// The extents, outermost first.
  public var shape: [Int]
  /// The codes.
  public var codes: [Int32]

  /// The extent of the last axis.
  public var columns: Int { shape.last ?? 1 }
  /// The number of rows of the last axis.
  public var rows: Int { columns > 0 ? codes.count / columns : 0 }
}
