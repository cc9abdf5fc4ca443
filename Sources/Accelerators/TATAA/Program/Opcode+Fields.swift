extension Opcode {
  private static let tables: [Opcode: [InstructionField]] = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, $0.table) })

  /// The fields, in the order in which they are written.
  public var fields: [InstructionField] { Self.tables[self] ?? [] }

  /// What the accumulators can be stored as.
  public enum StoredAccumulator: Int, Hashable, Sendable, CaseIterable {
    /// Codes in a byte each, requantised by the table and clamped to the quantiser's range.
    case int8
    /// bfloat16, by the table of scales.
    case bfloat16
    /// As they are, in 32 bits.
    case int32
  }

  /// The tables with an entry for each column.
  public enum Table: Int, Hashable, Sendable, CaseIterable {
    /// What accumulators start from; int32.
    case bias
    /// A 16-bit multiplier in bits 15 to 0 and a shift in bits 21 to 16.
    case requantizer
    /// A binary32 number: what a step of the accumulator stands for.
    case scale
  }

  /// What the accumulators of a product start from.
  public enum Start: Int, Hashable, Sendable, CaseIterable {
    /// 0.
    case zero
    /// What they hold.
    case keep
    /// The table of biases.
    case bias
  }

  /// What vector registers can be stored as.
  public enum StoredVector: Int, Hashable, Sendable, CaseIterable {
    /// Two bytes a lane.
    case bfloat16
    /// A byte a lane, by the quantiser.
    case int8
  }

  private var table: [InstructionField] {
    var offset = 0
    func field(
      _ name: InstructionField.Name, _ width: Int, _ kind: InstructionField.Kind = .unsigned, positional: Bool = false,
      default value: Int? = nil,
      _ meaning: String
    ) -> InstructionField {
      defer { offset += width }
      return InstructionField(
        name: name, offset: offset, width: width, kind: kind, isPositional: positional, defaultValue: value,
        meaning: meaning)
    }
    func address() -> InstructionField { field(.address, 32, .unsigned, "the place of the first byte") }
    func stride() -> InstructionField {
      field(.stride, 2, default: 0, "the stride register of the rows in memory; 0: dense")
    }
    func cursor() -> InstructionField {
      field(.cursor, 2, default: 0, "the cursor behind which is stored, and that is moved; 0: none")
    }
    func operand(_ name: InstructionField.Name) -> InstructionField {
      field(name, 10, .operand, positional: true, "an operand")
    }
    func destination() -> InstructionField {
      field(.destination, 8, .register, positional: true, "the register that is written")
    }
    if let arity {
      return [destination()] + [.first, .second, .third].prefix(arity).map { operand($0) }
    }
    switch self {
    case .nop, .fence, .end: return []
    case .constant:
      return [
        field(.index, 8, .constant, positional: true, "the constant register"),
        field(.value, 16, .bfloat16, positional: true, "its value"),
      ]
    case .stride:
      return [
        field(.index, 2, positional: true, "the stride register, 1 to 3"),
        field(.bytes, 32, .signed, positional: true, "bytes from a row in memory to the next one"),
      ]
    case .cursor:
      return [
        field(.index, 2, positional: true, "the cursor, 1 to 3"),
        field(.value, 32, positional: true, "the rows that are in front of it"),
      ]
    case .quantizer:
      return [
        field(.factor, 10, .operand, positional: true, "what numbers are multiplied with, lane by lane"),
        field(.low, 8, .signed, default: -127, "the least code"),
        field(.high, 8, .signed, default: 127, "the greatest code"),
        field(.zero, 8, .signed, default: 0, "the code of zero"),
        field(
          .each, 1, .flag, default: 0,
          "a factor in a vector register is that of the first row; each row has the next one"),
      ]
    case .loadX, .loadY:
      return [
        field(.bank, 1, positional: true, "the bank"), address(),
        field(.depth, 10, .count, "the steps, each a row in memory"),
        self == .loadX
          ? field(.rows, 8, .count, "rows of the tile that are loaded; the others are 0")
          : field(.columns, 8, .count, "columns of the tile that are loaded; the others are 0"),
        stride(),
      ]
    case .loadAccumulators:
      return [
        address(), field(.rows, 8, .count, "rows of the tile"), field(.columns, 8, .count, "columns of the tile"),
        field(.transposed, 1, .flag, default: 0, "a row in memory is a column of the tile"), stride(),
      ]
    case .loadTable:
      return [
        field(.kind, 2, .choice(Table.allCases.map { "\($0)" }), positional: true, "the table"), address(),
        field(.count, 8, .count, "the columns"),
        field(.broadcast, 1, .flag, default: 0, "one entry in memory serves all of them"),
      ]
    case .loadVector:
      return [
        field(.register, 8, .register, positional: true, "the first register"), address(),
        field(.lanes, 8, .count, "the lanes that are loaded; the others are +0"),
        field(.count, 6, .count, default: 1, "the registers, each a row in memory"),
        field(.broadcast, 1, .flag, default: 0, "a row in memory is one number, for all the lanes"), stride(),
      ]
    case .storeAccumulators:
      return [
        field(.kind, 2, .choice(StoredAccumulator.allCases.map { "\($0)" }), positional: true, "the format"), address(),
        field(.rows, 8, .count, "rows of the tile"), field(.columns, 8, .count, "columns of the tile"),
        field(.transposed, 1, .flag, default: 0, "a row in memory is a column of the tile"), stride(), cursor(),
      ]
    case .storeVector:
      return [
        field(.kind, 1, .choice(StoredVector.allCases.map { "\($0)" }), positional: true, "the format"),
        field(.register, 8, .register, positional: true, "the first register"), address(),
        field(.lanes, 8, .count, "the lanes that are stored"),
        field(.count, 4, .count, default: 1, "the registers, each a row in memory"), stride(), cursor(),
      ]
    case .matmul:
      return [
        field(.x, 1, .unsigned, "the bank of X"), field(.y, 1, .unsigned, "the bank of Y"),
        field(.depth, 10, .count, "the steps"),
        field(.start, 2, .choice(Start.allCases.map { "\($0)" }), "what the accumulators start from"),
      ]
    case .reduceSum, .reduceMaximum:
      return [destination(), operand(.first), field(.lanes, 8, .count, "the lanes that count, from the first")]
    default: return []
    }
  }
}
