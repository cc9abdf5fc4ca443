/// Rows in the order in which they are to pass, and for each that has passed when it did: the cycle of the run, and the
/// number of an edge of a clock.
///
/// Passed rows stay until the next ``append(_:words:keepingFrom:)`` drops them. The memory belongs to whoever calls
/// ``deallocate()``; copies share it.
@usableFromInline
struct RowQueue {
  @usableFromInline let wordsPerRow: Int
  @usableFromInline var words: UnsafeMutablePointer<UInt64>
  @usableFromInline var stamps: UnsafeMutablePointer<UInt64>
  @usableFromInline var ticks: UnsafeMutablePointer<UInt64>
  private var capacity: Int
  /// Index of the oldest row that is kept.
  @usableFromInline var base = 0
  /// Index of the row that passes next.
  @usableFromInline var head = 0
  /// One past the index of the last row.
  @usableFromInline var end = 0
  /// The words of row `head`.
  @usableFromInline var next: UnsafeMutablePointer<UInt64>

  init(wordsPerRow: Int) {
    self.wordsPerRow = wordsPerRow
    capacity = 16
    words = .allocate(capacity: max(1, capacity * wordsPerRow))
    stamps = .allocate(capacity: capacity)
    ticks = .allocate(capacity: capacity)
    next = words
  }

  func deallocate() {
    words.deallocate()
    stamps.deallocate()
    ticks.deallocate()
  }

  /// Bytes of its memory.
  var bytes: Int { 8 * capacity * (wordsPerRow + 2) }

  @inlinable var isEmpty: Bool { head == end }

  /// The row at the head passes at `cycle`.
  @inlinable @inline(__always)
  mutating func pass(at cycle: UInt64, tick: UInt64 = 0) {
    stamps[head &- base] = cycle
    ticks[head &- base] = tick
    head &+= 1
    next += wordsPerRow
  }

  /// The words of a row that is kept.
  func row(_ index: Int) -> UnsafePointer<UInt64> { UnsafePointer(words + (index - base) * wordsPerRow) }

  /// The cycle at which a row that is kept passed.
  @inlinable
  func stamp(_ index: Int) -> UInt64 { stamps[index &- base] }

  /// The number of the edge at which a row that is kept passed.
  @inlinable
  func tick(_ index: Int) -> UInt64 { ticks[index &- base] }

  /// Adds a number of rows at the end and forgets those before `oldest`.
  mutating func append(_ rows: Int, words added: [UInt64], keepingFrom oldest: Int) {
    let kept = end - max(base, oldest)
    let dropped = (end - base) - kept
    let needed = kept + rows
    if needed > capacity {
      capacity = max(needed, 2 * capacity)
      let newWords = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, capacity * wordsPerRow))
      let newStamps = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
      let newTicks = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
      newWords.update(from: words + dropped * wordsPerRow, count: kept * wordsPerRow)
      newStamps.update(from: stamps + dropped, count: kept)
      newTicks.update(from: ticks + dropped, count: kept)
      deallocate()
      (words, stamps, ticks) = (newWords, newStamps, newTicks)
    } else if dropped > 0 {
      words.update(from: words + dropped * wordsPerRow, count: kept * wordsPerRow)
      stamps.update(from: stamps + dropped, count: kept)
      ticks.update(from: ticks + dropped, count: kept)
    }
    base += dropped
    (words + kept * wordsPerRow).update(from: added, count: added.count)
    end += rows
    next = words + (head - base) * wordsPerRow
  }
}
