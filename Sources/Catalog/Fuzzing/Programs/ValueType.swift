public import Netlist

/// The signal types of the language.
public enum SignalKind: String, Hashable, Sendable, CaseIterable {
  case bit, unsigned, signed, bits

  /// The type as it is written in Swift.
  public var swiftName: String {
    switch self {
    case .bit: "Bit"
    case .unsigned: "UInt"
    case .signed: "SInt"
    case .bits: "Bits"
    }
  }
}

/// Kind and width of a value in a random program.
public struct ValueType: Hashable, Sendable {
  /// The signal type.
  public var kind: SignalKind
  /// Width in bits; 1 for a bit.
  public var width: Int

  /// A value of `width` bits.
  public init(_ kind: SignalKind, _ width: Int) {
    self.kind = kind
    self.width = width
  }

  /// One bit.
  public static let bit = ValueType(.bit, 1)
}

/// What a statement reads: an earlier value, or a constant.
public struct Operand: Hashable, Sendable {
  /// Where the value comes from.
  public enum Source: Hashable, Sendable {
    /// The value of this number.
    case value(Int)
    /// Fixed bits.
    case constant(BitVector)
  }

  /// Kind and width.
  public var type: ValueType
  /// Where it comes from.
  public var source: Source

  /// An operand of this type.
  public init(_ type: ValueType, _ source: Source) {
    self.type = type
    self.source = source
  }

  /// Zeros.
  public static func zero(_ type: ValueType) -> Operand { Operand(type, .constant(.zeros(type.width))) }

  /// The number of the value that is read; nil for a constant.
  public var value: Int? { if case .value(let number) = source { number } else { nil } }
}

/// A value that a statement makes.
public struct MadeValue: Hashable, Sendable {
  /// Its number, unique in the program.
  public var id: Int
  /// Kind and width.
  public var type: ValueType

  /// The value `id`.
  public init(_ id: Int, _ type: ValueType) {
    self.id = id
    self.type = type
  }
}

/// The two clock domains that a random program may have.
public enum ProgramDomain: Int, Hashable, Sendable, CaseIterable {
  case main
  case side
}
