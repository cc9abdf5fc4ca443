import Netlist

/// A two's complement number. `+` and `-` grow by one bit and `*` sums widths, so nothing is lost; `&+`, `&-` and `&*` wrap.
public struct SInt: VectorSignal, ExpressibleByIntegerLiteral {
  /// How the bits are read.
  public static let isSigned = true
  /// The node or literal behind the value.
  public let handle: Handle

  /// Wraps a node or literal.
  public init(handle: Handle) { self.handle = handle }
  /// A number without a width; it takes the width of what it meets.
  public init(integerLiteral value: StaticBigInt) { handle = .literal(Literal(value)) }
  /// A number without a width; it takes the width of what it meets.
  public init(_ value: Int) { handle = .literal(Literal(value)) }

  /// Sum, one bit wider than the wider operand.
  public static func + (a: SInt, b: SInt) -> SInt { a.growing(.add, b) }
  /// Difference, one bit wider than the wider operand.
  public static func - (a: SInt, b: SInt) -> SInt { a.growing(.subtract, b) }
  /// Product; the width is the sum of the widths.
  public static func * (a: SInt, b: SInt) -> SInt { a.product(b) }
  /// Sum that wraps at the wider operand's width.
  public static func &+ (a: SInt, b: SInt) -> SInt { a.wrapping(.add, b) }
  /// Difference that wraps at the wider operand's width.
  public static func &- (a: SInt, b: SInt) -> SInt { a.wrapping(.subtract, b) }
  /// Product that wraps at the wider operand's width.
  public static func &* (a: SInt, b: SInt) -> SInt { a.wrappingProduct(b) }
  /// Bitwise and of equal widths.
  public static func & (a: SInt, b: SInt) -> SInt { a.bitwise(.and, b) }
  /// Bitwise or of equal widths.
  public static func | (a: SInt, b: SInt) -> SInt { a.bitwise(.or, b) }
  /// Bitwise exclusive or of equal widths.
  public static func ^ (a: SInt, b: SInt) -> SInt { a.bitwise(.xor, b) }
  /// Bitwise complement.
  public static prefix func ~ (a: SInt) -> SInt { a.complement() }
  /// Shift by a fixed count; grows by `count` bits.
  public static func << (a: SInt, count: Int) -> SInt { a.shiftedLeft(by: count) }
  /// Shift by a fixed count at the same width; the sign enters.
  public static func >> (a: SInt, count: Int) -> SInt { a.shiftedRight(by: count) }
  /// Shift at the same width; bits above it are lost.
  public static func &<< (a: SInt, count: UInt) -> SInt { a.shifted(.shiftLeft, by: count) }
  /// Shift at the same width; the sign enters.
  public static func >> (a: SInt, count: UInt) -> SInt { a.shifted(.shiftRight, by: count) }

  /// 1 when both values are equal.
  public static func .== (a: SInt, b: SInt) -> Bit { a.isEqual(to: b) }
  /// 1 when the values differ.
  public static func .!= (a: SInt, b: SInt) -> Bit { !a.isEqual(to: b) }
  /// 1 when the first value is smaller.
  public static func .< (a: SInt, b: SInt) -> Bit { a.isLess(than: b) }
  /// 1 when the first value is greater.
  public static func .> (a: SInt, b: SInt) -> Bit { b.isLess(than: a) }
  /// 1 when the first value is not greater.
  public static func .<= (a: SInt, b: SInt) -> Bit { !b.isLess(than: a) }
  /// 1 when the first value is not smaller.
  public static func .>= (a: SInt, b: SInt) -> Bit { !a.isLess(than: b) }

  /// The number with the other sign, one bit wider.
  public static prefix func - (a: SInt) -> SInt {
    guard let width = a.ownWidth else { return SInt(0).growing(.subtract, a) }
    return SInt(handle: .literal(Literal(sized: .zeros(width)))).growing(.subtract, a)
  }

  /// True when the number is below zero.
  public var isNegative: Bit { self .< 0 }

  /// The nearest number of `width` bits: what does not fit becomes the largest or the smallest. At a greater width the
  /// value stays.
  public func saturated(to width: Int) -> SInt {
    if let refused = refusedSaturation(to: width) { return refused }
    var limit = BitVector.ones(width)
    limit[width - 1] = false
    var least = BitVector.zeros(width)
    least[width - 1] = true
    if let wide = widened(to: width, limits: (least, limit)) { return wide }
    let above = self[(width - 1)..<self.width]
    let fits = above.all | !above.any
    let largest = module.map { $0.constant(limit, as: SInt.self) } ?? SInt(handle: .literal(Literal(sized: limit)))
    return mux(fits, truncated(to: width), mux(isNegative, ~largest, largest))
  }
}
