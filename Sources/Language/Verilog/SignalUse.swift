/// Which bits of a signal the emitted text reads.
struct SignalUse {
  private var isWhole = false
  private var ranges: [Range<Int>] = []

  mutating func readAll() { isWhole = true }

  mutating func read(_ range: Range<Int>) {
    if !isWhole { ranges.append(range) }
  }

  var isUnread: Bool { !isWhole && ranges.isEmpty }

  /// The bits below `width` that nothing reads, lowest first.
  func unread(width: Int) -> [Range<Int>] {
    guard !isWhole else { return [] }
    var result: [Range<Int>] = []
    var next = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { result.append(next..<range.lowerBound) }
      next = max(next, range.upperBound)
    }
    if next < width { result.append(next..<width) }
    return result
  }
}
