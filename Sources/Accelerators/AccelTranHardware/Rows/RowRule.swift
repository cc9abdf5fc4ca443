import AccelTran
import HDL

/// Rows that softmax or normalisation is to work on.
public struct RowRule: SignalBundle {
  /// Rows less one, and words of a row less one.
  public let lastRow, lastWord: UInt
  /// Numbers of a row that count; behind them softmax gives zero.
  public let length: UInt
  /// Whether each row is followed by one that is added to it.
  public let isSum: Bit
  /// rne(N² · ε · 2^(2 FL)).
  public let small: UInt
  /// Results that are not above it are zero; 0 for none.
  public let limit: UInt

  /// Rows of a machine.
  public init(_ sizes: EngineSizes) {
    (lastRow, lastWord, length) = (.shape(16), .shape(12), .shape(13))
    (isSum, small, limit) = (.shape, .shape(60), .shape(sizes.width))
  }

  /// The fields, each of which may be a literal.
  public init(lastRow: UInt, lastWord: UInt, length: UInt, isSum: Bit, small: UInt, limit: UInt) {
    (self.lastRow, self.lastWord, self.length) = (lastRow, lastWord, length)
    (self.isSum, self.small, self.limit) = (isSum, small, limit)
  }
}

/// The interface of a unit that works on rows.
public struct RowPorts {
  public let start: Input<Bit>
  public let rule: Input<RowRule>
  public let push: StreamInput<RowWord>
  public let tableIndex: Output<UInt>
  public let scale, shift: Input<Vector<SInt>>
  public let pop: StreamOutput<RowWord>
  public let isIdle: Output<Bit>

  init(_ sizes: EngineSizes) {
    start = .init("1 to start, while idle")
    rule = .init(RowRule(sizes), "The rows; stands still")
    push = .init(RowWord(sizes), "Rows, word by word")
    tableIndex = .init(12, "A word of the tables to be read")
    scale = .init(sizes.wordElements, of: sizes.width, "γ, one clock later")
    shift = .init(sizes.wordElements, of: sizes.width, "β, one clock later")
    pop = .init(RowWord(sizes), "Results, word by word")
    isIdle = .init("1 when all rows are done")
  }
}
