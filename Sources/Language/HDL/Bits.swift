/// A vector of bits without a number: it has no arithmetic.
public struct Bits: VectorSignal, ExpressibleByIntegerLiteral {
  /// How the bits are read.
  public static let isSigned = false
  /// The node or literal behind the value.
  public let handle: Handle

  /// Wraps a node or literal.
  public init(handle: Handle) { self.handle = handle }
  /// A number without a width; it takes the width of what it meets.
  public init(integerLiteral value: StaticBigInt) { handle = .literal(Literal(value)) }
  /// A pattern without a width; it takes the width of what it meets.
  public init(_ value: Int) { handle = .literal(Literal(value)) }

  /// Bitwise and of equal widths.
  public static func & (a: Bits, b: Bits) -> Bits { a.bitwise(.and, b) }
  /// Bitwise or of equal widths.
  public static func | (a: Bits, b: Bits) -> Bits { a.bitwise(.or, b) }
  /// Bitwise exclusive or of equal widths.
  public static func ^ (a: Bits, b: Bits) -> Bits { a.bitwise(.xor, b) }
  /// Bitwise complement.
  public static prefix func ~ (a: Bits) -> Bits { a.complement() }

  /// 1 when both values are equal.
  public static func .== (a: Bits, b: Bits) -> Bit { a.isEqual(to: b) }
  /// 1 when the values differ.
  public static func .!= (a: Bits, b: Bits) -> Bit { !a.isEqual(to: b) }
}
