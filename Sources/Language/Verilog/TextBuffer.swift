/// Where a piece of text stands in a ``TextBuffer``.
struct TextPiece {
  fileprivate let start: Int32
  fileprivate let count: Int32
}

/// Bytes of a text that grows at its end.
///
/// The text of a large array is written in millions of short pieces; an array of bytes would check and count each.
final class TextBuffer {
  private var start: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// Length in bytes.
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = max(64, capacity)
    start = .allocate(capacity: self.capacity)
  }

  deinit { start.deallocate() }

  func append(_ text: String) {
    let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
      if let source = bytes.baseAddress { append(source, bytes.count) }
    }
    if isDone == nil { for byte in text.utf8 { append(byte) } }
  }

  /// A piece of `other`.
  func append(_ piece: TextPiece, of other: TextBuffer) { append(other.start + Int(piece.start), Int(piece.count)) }

  private func append(_ source: UnsafePointer<UInt8>, _ length: Int) {
    reserve(length)
    (start + count).update(from: source, count: length)
    count += length
  }

  /// What `body` appends, to be repeated in other texts.
  func piece(_ body: (TextBuffer) -> Void) -> TextPiece {
    let first = count
    body(self)
    return TextPiece(start: Int32(first), count: Int32(count - first))
  }

  /// The beginning of a declaration, up to the name.
  func append(_ keyword: String, _ type: VerilogType) {
    append("  ")
    append(keyword)
    append(" ")
    guard type.width > 1 || type.isSigned else { return }
    append(type.isSigned ? "signed [" : "[")
    append(type.width - 1)
    append(":0] ")
  }

  func append(_ byte: UInt8) {
    reserve(1)
    start[count] = byte
    count += 1
  }

  func append(_ number: Int) {
    guard number >= 10 || number < 0 else { return append(48 + UInt8(number)) }
    append(String(number))
  }

  func append(repeating byte: UInt8, count repetitions: Int) {
    guard repetitions > 0 else { return }
    reserve(repetitions)
    (start + count).update(repeating: byte, count: repetitions)
    count += repetitions
  }

  /// Drops everything from `length` on.
  func truncate(to length: Int) { count = min(count, length) }

  /// Bytes since the last line break.
  var lineLength: Int {
    var length = 0
    while length < count, start[count - 1 - length] != 10 { length += 1 }
    return length
  }

  /// Moves everything to the end of `text`.
  func move(to text: inout String) {
    text += String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    count = 0
  }

  private func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    capacity = max(capacity * 2, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: start, count: count)
    start.deallocate()
    start = larger
  }
}
