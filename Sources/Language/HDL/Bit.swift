/// One bit: a condition, a flag, a handshake line.
public struct Bit: Signal, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  /// How the bits are read.
  public static let isSigned = false
  /// The node or literal behind the value.
  public let handle: Handle

  /// Wraps a node or literal.
  public init(handle: Handle) { self.handle = handle }
  /// 0 or 1.
  public init(integerLiteral value: StaticBigInt) {
    let literal = Literal(value)
    guard var mistake = literal.misfit(width: 1, signed: false) else {
      self.init(booleanLiteral: !literal.isZero)
      return
    }
    mistake.fix = "write 0 or 1, or use a UInt"
    self = .refused(mistake)
  }
  /// 0 or 1.
  public init(booleanLiteral value: Bool) { handle = .literal(Literal(bit: value)) }

  /// 1 when both bits are 1.
  public static func & (a: Bit, b: Bit) -> Bit { a.bitwise(.and, b) }
  /// 1 when one of the bits is 1.
  public static func | (a: Bit, b: Bit) -> Bit { a.bitwise(.or, b) }
  /// 1 when the bits differ.
  public static func ^ (a: Bit, b: Bit) -> Bit { a.bitwise(.xor, b) }
  /// The other value.
  public static prefix func ~ (a: Bit) -> Bit { a.complement() }
  /// The other value.
  public static prefix func ! (a: Bit) -> Bit { a.complement() }
  /// The same as `&`: hardware computes both sides.
  public static func && (a: Bit, b: Bit) -> Bit { a & b }
  /// The same as `|`: hardware computes both sides.
  public static func || (a: Bit, b: Bit) -> Bit { a | b }

  /// 1 when both values are equal.
  public static func .== (a: Bit, b: Bit) -> Bit { a.isEqual(to: b) }
  /// 1 when the values differ.
  public static func .!= (a: Bit, b: Bit) -> Bit { !a.isEqual(to: b) }

  /// The bit as a number of one bit, 0 or 1.
  public var asUnsigned: UInt { UInt(handle: handle) }
  /// The bit as a vector of one bit.
  public var asBits: Bits { Bits(handle: handle) }
}
