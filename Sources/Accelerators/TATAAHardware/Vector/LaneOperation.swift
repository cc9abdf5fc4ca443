import HDL
import TATAA

/// What a lane does: the codes of the instruction set less that of the first operation on lanes, and one more.
enum LaneOperation {
  /// Bits of a code.
  static let width = 4

  /// The code of an operation on lanes.
  static func code(_ opcode: Opcode) -> Int { opcode.code - Opcode.add.code }

  /// a · b as a code of 8 bits, by the quantiser; stands behind the operations of the instruction set.
  static let quantize = 15

  /// 1 when `operation` is one of `opcodes`.
  static func isOne(of opcodes: Opcode..., in operation: UInt) -> Bit {
    anyOf(opcodes.map { operation .== UInt(code($0)) })
  }
}

/// The range and the zero of codes.
public struct CodeRange: SignalBundle {
  /// The least code.
  public let low: SInt
  /// The greatest code.
  public let high: SInt
  /// The code of zero.
  public let zero: SInt

  /// Fields of 8 bits.
  public init() { (low, high, zero) = (.shape(8), .shape(8), .shape(8)) }

  /// The fields, each of which may be a literal.
  public init(low: SInt, high: SInt, zero: SInt) { (self.low, self.high, self.zero) = (low, high, zero) }

  /// `value` + zero, but within the range.
  func clamped(_ value: SInt) -> Bits {
    let sum = value + zero
    return mux(sum .> high, high, mux(sum .< low, low, sum.truncated(to: 8))).asBits
  }
}
