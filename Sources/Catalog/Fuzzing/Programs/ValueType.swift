import Netlist

/// The signal types of the language.
package enum SignalKind: String, Hashable, Sendable, CaseIterable {
  case bit, unsigned, signed, bits

  /// The type as it is written in Swift.
  package var swiftName: String {
    switch self {
    case .bit: "Bit"
    case .unsigned: "UInt"
    case .signed: "SInt"
    case .bits: "Bits"
    }
  }
}

/// Kind and width of a value in a random program.
package struct ValueType: Hashable, Sendable {
  /// The signal type.
  package var kind: SignalKind
  /// Width in bits; 1 for a bit.
  package var width: Int

  /// A value of `width` bits.
  package init(_ kind: SignalKind, _ width: Int) {
    self.kind = kind
    self.width = width
  }

  /// One bit.
  package static let bit = ValueType(.bit, 1)
}

/// What a statement reads: an earlier value, or a constant.
package struct Operand: Hashable, Sendable {
  /// Where the value comes from.
  package enum Source: Hashable, Sendable {
    /// The value of this number.
    case value(Int)
    /// Fixed bits.
    case constant(BitVector)
  }

  /// Kind and width.
  package var type: ValueType
  /// Where it comes from.
  package var source: Source

  /// An operand of this type.
  package init(_ type: ValueType, _ source: Source) {
    self.type = type
    self.source = source
  }

  /// Zeros.
  package static func zero(_ type: ValueType) -> Operand { Operand(type, .constant(.zeros(type.width))) }

  /// The number of the value that is read; nil for a constant.
  package var value: Int? { if case .value(let number) = source { number } else { nil } }
}

/// A value that a statement makes.
package struct MadeValue: Hashable, Sendable {
  /// Its number, unique in the program.
  package var id: Int
  /// Kind and width.
  package var type: ValueType

  /// The value `id`.
  package init(_ id: Int, _ type: ValueType) {
    self.id = id
    self.type = type
  }
}

/// The two clock domains that a random program may have.
package enum ProgramDomain: Int, Hashable, Sendable, CaseIterable {
  case main
  case side
}
