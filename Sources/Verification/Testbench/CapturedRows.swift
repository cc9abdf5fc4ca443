/// The transactions of an output stream as the design put them out: see ``StreamBench/capture(_:)``.
public struct CapturedRows: Hashable, Sendable, Codable {
  /// Name of the stream.
  public var stream: String
  /// Layout of a transaction.
  public var shape: RowShape
  /// All transactions, ``RowShape/wordCount`` words each.
  public var words: [UInt64]
}

/// Keeps the transactions of an output stream while a bench runs.
@usableFromInline
final class RowRecorder {
  private let stream: String
  private let shape: RowShape
  private var words: [UInt64] = []

  init(_ stream: StreamShape) {
    self.stream = stream.name
    shape = stream.payload
  }

  /// Keeps what the pins show.
  @usableFromInline
  func take(_ payload: PinRow) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: max(1, shape.wordCount)) { row in
      guard let base = row.baseAddress else { return }
      row.initialize(repeating: 0)
      payload.load(into: base)
      words += row.prefix(shape.wordCount)
    }
  }

  /// What was kept.
  var rows: CapturedRows { CapturedRows(stream: stream, shape: shape, words: words) }
}
