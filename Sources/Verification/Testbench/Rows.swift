/// Transactions or vectors of one shape, one after the other in a flat array: no memory of its own for any of them.
public struct Rows: Hashable, Sendable {
  /// The stream or bench that the rows are for; named in errors.
  public let target: String
  /// Layout of a row.
  public let shape: RowShape
  @usableFromInline var storage: [UInt64] = []
  @usableFromInline var rowCount = 0

  /// Words that are held at most: 2 GiB, so that a bench that is asked for too much says so before memory runs out.
  public static let mostWords = 1 << 28

  /// No rows yet.
  public init(_ shape: RowShape, for target: String) {
    self.target = target
    self.shape = shape
  }

  /// All rows, ``RowShape/wordCount`` words each.
  public var words: [UInt64] { storage }

  /// Bytes of the memory that is held.
  var bytes: Int { 8 * storage.capacity }

  /// Number of rows.
  public var count: Int { rowCount }

  /// Adds one or more rows: values in the order of the fields, row after row.
  ///
  /// A stream without payload takes an empty collection as one row. Throws, and adds nothing, when the values do not
  /// make whole rows or one does not fit its field.
  @inlinable
  public mutating func append<Values: Collection>(_ values: Values) throws(BenchError)
  where Values.Element: BinaryInteger {
    let fieldCount = shape.fields.count
    let added = values.count
    if fieldCount == 0 ? added != 0 : added == 0 || !added.isMultiple(of: fieldCount) {
      throw .raggedRows(target: target, values: added, fields: shape.fields.map(\.name))
    }
    try reserve(fieldCount == 0 ? 0 : added / fieldCount * shape.wordCount)
    try encode(values)
    rowCount += fieldCount == 0 ? 1 : added / fieldCount
  }

  /// Adds rows as raw words in the layout of ``shape``. Throws, and adds nothing, when the words do not make whole rows
  /// or have bits above the width of their field.
  public mutating func append(words added: [UInt64]) throws(BenchError) {
    let wordCount = shape.wordCount
    guard wordCount > 0, added.count.isMultiple(of: wordCount) else {
      throw .raggedRows(target: target, values: added.count, fields: shape.fields.map(\.name))
    }
    try reserve(added.count)
    let masks = shape.masks
    for start in stride(from: 0, to: added.count, by: wordCount) {
      for index in 0..<wordCount where added[start + index] & ~masks[index] != 0 {
        let field = shape.fields.last { $0.firstWord <= index }!
        throw .outOfRange(
          target: target, field: field.name, value: "0x" + hexadecimal(added[start + index], digits: 1),
          width: field.width, isSigned: false, row: count + start / wordCount)
      }
    }
    storage += added
    rowCount += added.count / wordCount
  }

  /// Refuses more words than are held.
  @usableFromInline
  func reserve(_ added: Int) throws(BenchError) {
    if storage.count + added > Self.mostWords { throw .tooMuch(target: target, words: storage.count + added) }
  }

  /// Removes the rows and keeps the memory.
  public mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
    rowCount = 0
  }

  /// Removes the last rows.
  @usableFromInline
  mutating func removeLast(_ rows: Int) {
    storage.removeLast(rows * shape.wordCount)
    rowCount -= rows
  }

  @inlinable
  mutating func encode<Values: Collection>(_ values: Values) throws(BenchError) where Values.Element: BinaryInteger {
    let fields = shape.fields
    let start = storage.count
    var position = 0
    var row = rowCount
    for value in values {
      let field = fields[position]
      let width = field.width
      let fits =
        if field.isSigned {
          value >> (width - 1) == 0 || (Values.Element.isSigned && value >> (width - 1) == (0 as Values.Element) - 1)
        } else {
          value >= 0 && value >> width == 0
        }
      guard fits else {
        storage.removeSubrange(start...)
        throw .outOfRange(
          target: target, field: field.name, value: String(value), width: width, isSigned: field.isSigned, row: row)
      }
      if width <= 64 {
        storage.append(UInt64(truncatingIfNeeded: value) & .max >> UInt64(64 - width))
      } else {
        for low in stride(from: 0, to: width, by: 64) {
          storage.append(UInt64(truncatingIfNeeded: value >> low) & .max >> UInt64(max(0, 64 - (width - low))))
        }
      }
      position += 1
      if position == fields.count {
        position = 0
        row += 1
      }
    }
  }
}
