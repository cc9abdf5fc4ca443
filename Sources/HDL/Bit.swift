/// One bit: a condition, a flag, a handshake line.
public struct Bit: Signal, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  public static let isSigned = false
  public let handle: Handle

  public init(handle: Handle) { self.handle = handle }
  public init(integerLiteral value: Int) { handle = .literal(value) }
  public init(booleanLiteral value: Bool) { handle = .literal(value ? 1 : 0) }

  public static func & (a: Bit, b: Bit) -> Bit { a.bitwise(.and, b) }
  public static func | (a: Bit, b: Bit) -> Bit { a.bitwise(.or, b) }
  public static func ^ (a: Bit, b: Bit) -> Bit { a.bitwise(.xor, b) }
  public static prefix func ~ (a: Bit) -> Bit { a.complement() }
  public static prefix func ! (a: Bit) -> Bit { a.complement() }
  /// The same as `&`: hardware computes both sides.
  public static func && (a: Bit, b: Bit) -> Bit { a & b }
  /// The same as `|`: hardware computes both sides.
  public static func || (a: Bit, b: Bit) -> Bit { a | b }

  public static func .== (a: Bit, b: Bit) -> Bit { a.isEqual(to: b) }
  public static func .!= (a: Bit, b: Bit) -> Bit { !a.isEqual(to: b) }

  /// The bit as a number of one bit, 0 or 1.
  public var asUnsigned: UInt { UInt(handle: handle) }
  /// The bit as a vector of one bit.
  public var asBits: Bits { Bits(handle: handle) }
}
