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
    var text = text
    text.withUTF8 { bytes in
      reserve(bytes.count)
      guard let source = bytes.baseAddress else { return }
      (start + count).update(from: source, count: bytes.count)
      count += bytes.count
    }
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

  var text: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }

  private func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    capacity = max(capacity * 2, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: start, count: count)
    start.deallocate()
    start = larger
  }
}
