/// The transactions of an output stream as the design put them out: see ``StreamBench/capture(_:)``.
public struct CapturedRows: Hashable, Sendable, Codable {
  /// Name of the stream.
  public var stream: String
  /// Layout of a transaction.
  public var shape: RowShape
  /// All transactions, ``RowShape/wordCount`` words each.
  public var words: [UInt64]

  /// Number of transactions; 0 for a stream without payload.
  public var count: Int { shape.wordCount == 0 ? 0 : words.count / shape.wordCount }

  /// The values of one field, a transaction after the other, as numbers of a type that holds each of them.
  ///
  /// - Throws: ``BenchError/unknownPort(_:module:ports:)`` when the stream has no such field, ``BenchError/fieldType(_:of:width:isSigned:type:)``
  ///   when the type does not hold all values of the field.
  public func values<Value: FixedWidthInteger>(
    _ field: String, as type: Value.Type = Value.self
  ) throws(BenchError) -> [Value] {
    guard let found = shape.fields.first(where: { $0.name == field }) else {
      throw .unknownPort(field, module: stream, ports: shape.fields.map(\.name))
    }
    try found.requireFit(in: type, of: stream)
    return (0..<count).map { found.value(words, row: $0 * shape.wordCount) }
  }

  /// All values of the transactions `rows`, field after field and row after row, as numbers of a type that holds each.
  ///
  /// - Throws: ``BenchError/fieldType(_:of:width:isSigned:type:)`` when the type does not hold all values of a field.
  public func values<Value: FixedWidthInteger>(
    rows: Range<Int>, fields: Range<Int>, as type: Value.Type = Value.self
  ) throws(BenchError) -> [Value] {
    for field in shape.fields[fields] { try field.requireFit(in: type, of: stream) }
    return rows.flatMap { row in shape.fields[fields].map { $0.value(words, row: row * shape.wordCount) } }
  }
}

extension RowField {
  /// Throws when `type` does not hold every value of the field.
  fileprivate func requireFit<Value: FixedWidthInteger>(
    in type: Value.Type, of stream: String
  ) throws(BenchError) {
    let needed = width + (Value.isSigned && !isSigned ? 1 : 0)
    guard width <= 64, needed <= Value.bitWidth, Value.isSigned || !isSigned else {
      throw .fieldType(name, of: stream, width: width, isSigned: isSigned, type: "\(type)")
    }
  }

  /// The field's value in the row that begins at word `row`; the field has 64 bits at most.
  fileprivate func value<Value: FixedWidthInteger>(_ words: [UInt64], row: Int) -> Value {
    let word = words[row + firstWord]
    let unused = UInt64(64 - width)
    return isSigned
      ? Value(truncatingIfNeeded: Int64(bitPattern: word << unused) >> Int64(unused)) : Value(truncatingIfNeeded: word)
  }
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

  /// What was kept after the first `start` words.
  func rows(from start: Int) -> CapturedRows {
    CapturedRows(stream: stream, shape: shape, words: Array(words[start...]))
  }

  /// Words that were kept.
  var wordCount: Int { words.count }
}
