import Netlist

/// An unsigned number. `+` and `-` grow by one bit and `*` sums widths, so nothing is lost; `&+`, `&-` and `&*` wrap.
public struct UInt: VectorSignal, ExpressibleByIntegerLiteral {
  /// How the bits are read.
  public static let isSigned = false
  /// The node or literal behind the value.
  public let handle: Handle

  /// Wraps a node or literal.
  public init(handle: Handle) { self.handle = handle }
  /// A number without a width; it takes the width of what it meets.
  public init(integerLiteral value: StaticBigInt) { handle = .literal(Literal(value)) }
  /// A number without a width; it takes the width of what it meets.
  public init(_ value: Int) { handle = .literal(Literal(value)) }

  /// Sum, one bit wider than the wider operand.
  public static func + (a: UInt, b: UInt) -> UInt { a.growing(.add, b) }
  /// Difference, one bit wider than the wider operand; negative results wrap into the top bit.
  public static func - (a: UInt, b: UInt) -> UInt { a.growing(.subtract, b) }
  /// Product; the width is the sum of the widths.
  public static func * (a: UInt, b: UInt) -> UInt { a.product(b) }
  /// Sum that wraps at the wider operand's width.
  public static func &+ (a: UInt, b: UInt) -> UInt { a.wrapping(.add, b) }
  /// Difference that wraps at the wider operand's width.
  public static func &- (a: UInt, b: UInt) -> UInt { a.wrapping(.subtract, b) }
  /// Product that wraps at the wider operand's width.
  public static func &* (a: UInt, b: UInt) -> UInt { a.wrappingProduct(b) }
  /// Bitwise and of equal widths.
  public static func & (a: UInt, b: UInt) -> UInt { a.bitwise(.and, b) }
  /// Bitwise or of equal widths.
  public static func | (a: UInt, b: UInt) -> UInt { a.bitwise(.or, b) }
  /// Bitwise exclusive or of equal widths.
  public static func ^ (a: UInt, b: UInt) -> UInt { a.bitwise(.xor, b) }
  /// Bitwise complement.
  public static prefix func ~ (a: UInt) -> UInt { a.complement() }
  /// Shift by a fixed count; grows by `count` bits.
  public static func << (a: UInt, count: Int) -> UInt { a.shiftedLeft(by: count) }
  /// Shift by a fixed count at the same width.
  public static func >> (a: UInt, count: Int) -> UInt { a.shiftedRight(by: count) }
  /// Shift at the same width; bits above it are lost.
  public static func &<< (a: UInt, count: UInt) -> UInt { a.shifted(.shiftLeft, by: count) }
  /// Shift at the same width.
  public static func >> (a: UInt, count: UInt) -> UInt { a.shifted(.shiftRight, by: count) }

  /// 1 when both values are equal.
  public static func .== (a: UInt, b: UInt) -> Bit { a.isEqual(to: b) }
  /// 1 when the values differ.
  public static func .!= (a: UInt, b: UInt) -> Bit { !a.isEqual(to: b) }
  /// 1 when the first value is smaller.
  public static func .< (a: UInt, b: UInt) -> Bit { a.isLess(than: b) }
  /// 1 when the first value is greater.
  public static func .> (a: UInt, b: UInt) -> Bit { b.isLess(than: a) }
  /// 1 when the first value is not greater.
  public static func .<= (a: UInt, b: UInt) -> Bit { !b.isLess(than: a) }
  /// 1 when the first value is not smaller.
  public static func .>= (a: UInt, b: UInt) -> Bit { !a.isLess(than: b) }

  /// The nearest number of `width` bits: larger ones become the largest. At a greater width the value stays.
  public func saturated(to width: Int) -> UInt {
    if let refused = refusedSaturation(to: width) { return refused }
    if let wide = widened(to: width, limits: (.zeros(width), .ones(width))) { return wide }
    let overflows = self[width..<self.width].any
    let largest =
      module.map { $0.constant(.ones(width), as: UInt.self) } ?? UInt(handle: .literal(Literal(sized: .ones(width))))
    return mux(overflows, largest, truncated(to: width))
  }
}
