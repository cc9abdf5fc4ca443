/// A vector of bits without a number: it has no arithmetic.
public struct Bits: VectorSignal, ExpressibleByIntegerLiteral {
  public static let isSigned = false
  public let handle: Handle

  public init(handle: Handle) { self.handle = handle }
  public init(integerLiteral value: Int) { handle = .literal(value) }
  /// A pattern without a width; it takes the width of what it meets.
  public init(_ value: Int) { handle = .literal(value) }

  /// Bitwise and of equal widths.
  public static func & (a: Bits, b: Bits) -> Bits { a.bitwise(.and, b) }
  /// Bitwise or of equal widths.
  public static func | (a: Bits, b: Bits) -> Bits { a.bitwise(.or, b) }
  /// Bitwise exclusive or of equal widths.
  public static func ^ (a: Bits, b: Bits) -> Bits { a.bitwise(.xor, b) }
  /// Bitwise complement.
  public static prefix func ~ (a: Bits) -> Bits { a.complement() }

  public static func .== (a: Bits, b: Bits) -> Bit { a.isEqual(to: b) }
  public static func .!= (a: Bits, b: Bits) -> Bit { !a.isEqual(to: b) }
}
