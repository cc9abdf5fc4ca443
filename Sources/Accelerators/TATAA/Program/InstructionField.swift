/// A field of an instruction word: where its bits are, and what they say.
public struct InstructionField: Hashable, Sendable {
  /// The names that fields have in assembly.
  public enum Name: String, Hashable, Sendable, CaseIterable {
    case address, bank, bytes, broadcast, columns, count, cursor, depth, destination, each, factor, first, second, third
    case high, index, kind, lanes, low, register, rows, start, stride, transposed, value, x, y, zero
  }

  /// How the bits of a field become a value.
  public enum Kind: Hashable, Sendable {
    /// A number from 0.
    case unsigned
    /// A number from 1: the bits hold one less.
    case count
    /// A number in two's complement.
    case signed
    /// The bits of a bfloat16 number.
    case bfloat16
    /// Set or not; written by its name alone.
    case flag
    /// One of some words; the bits hold its place.
    case choice([String])
    /// The number of a vector register, `v3`.
    case register
    /// The number of a constant register, `c3`.
    case constant
    /// A vector or constant register with or without a minus: 8 bits of number, a bit for a constant, a bit for the minus.
    case operand
  }

  /// Its name.
  public let name: Name
  /// The place of its lowest bit.
  public let offset: Int
  /// The number of its bits.
  public let width: Int
  /// How the bits become a value.
  public let kind: Kind
  /// Whether it is written without its name.
  public let isPositional: Bool
  /// The value where nothing is written; nil where something has to be.
  public let defaultValue: Int?
  /// What it says, in words.
  public let meaning: String

  /// The values that the bits can hold.
  public var values: ClosedRange<Int> {
    switch kind {
    case .count: 1...1 << width
    case .signed: -(1 << (width - 1))...(1 << (width - 1)) - 1
    case .choice(let words): 0...words.count - 1
    default: 0...(1 << width) - 1
    }
  }

  /// The bits for a value that is among ``values``.
  func bits(of value: Int) -> UInt64 {
    let stored = kind == .count ? value - 1 : value
    return (UInt64(bitPattern: Int64(stored)) & ((1 << UInt64(width)) - 1)) << UInt64(offset)
  }

  /// The value in a word; nil for a choice that does not exist.
  func value(in word: UInt64) -> Int? {
    let bits = Int(word >> UInt64(offset) & ((1 << UInt64(width)) - 1))
    switch kind {
    case .count: return bits + 1
    case .signed: return bits >> (width - 1) == 0 ? bits : bits - (1 << width)
    case .choice(let words): return bits < words.count ? bits : nil
    default: return bits
    }
  }
}

/// What an operation on vectors reads: a vector register or a constant register, with or without a minus.
public struct VectorOperand: Hashable, Sendable {
  /// The number of the register.
  public var index: Int
  /// Whether it is a constant register.
  public var isConstant: Bool
  /// Whether its sign is changed; NaN stays NaN.
  public var isNegated: Bool

  /// Names a register.
  public init(index: Int, isConstant: Bool = false, isNegated: Bool = false) {
    self.index = index
    self.isConstant = isConstant
    self.isNegated = isNegated
  }

  /// A vector register.
  public static func vector(_ index: Int) -> VectorOperand { VectorOperand(index: index) }
  /// A constant register.
  public static func constant(_ index: Int) -> VectorOperand { VectorOperand(index: index, isConstant: true) }

  /// The same register with the other sign.
  public static prefix func - (operand: VectorOperand) -> VectorOperand {
    VectorOperand(index: operand.index, isConstant: operand.isConstant, isNegated: !operand.isNegated)
  }

  init(code: Int) {
    self.init(index: code & 0xFF, isConstant: code >> 8 & 1 == 1, isNegated: code >> 9 & 1 == 1)
  }

  var code: Int { index | (isConstant ? 1 << 8 : 0) | (isNegated ? 1 << 9 : 0) }
}

extension VectorOperand: CustomStringConvertible {
  /// `v3`, `-c2`.
  public var description: String { "\(isNegated ? "-" : "")\(isConstant ? "c" : "v")\(index)" }
}
