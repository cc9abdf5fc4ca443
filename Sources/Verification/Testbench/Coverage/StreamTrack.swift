/// The transactions of one stream as coverage sees them: rows, when they passed and how they came.
struct StreamTrack {
  let wordsPerRow: Int
  /// Rows that some group has not sampled yet; row `base` first.
  private(set) var words: [UInt64] = []
  private(set) var waits: [Int] = []
  private(set) var gaps: [Int] = []
  private(set) var arrivals: [Int] = []
  private(set) var stamps: [Int] = []
  private(set) var base = 0
  /// Transactions so far.
  private(set) var count = 0

  private var isOffering = false
  private var wait = 0
  private var gap = 0
  private var idle = 0
  private var sinceLast = 0

  // Windows of throughput.
  private(set) var throughput = CoverageHistogram()
  private var windowEnd = 0
  private var inWindow = 0

  init(wordsPerRow: Int) { self.wordsPerRow = wordsPerRow }

  /// Follows one clock of the stream; true when a transaction passes at its end.
  mutating func clock(_ byte: UInt8, at cycle: Int) -> Bool {
    guard byte & HandshakeLog.ticked != 0 else { return false }
    sinceLast += 1
    guard byte & HandshakeLog.valid != 0 else {
      idle += 1
      isOffering = false
      return false
    }
    if !isOffering {
      isOffering = true
      gap = idle
      wait = 0
      idle = 0
    }
    guard byte & HandshakeLog.ready != 0 else {
      wait += 1
      return false
    }
    waits.append(wait)
    gaps.append(gap)
    arrivals.append((wait > 0 ? 1 : 0) | (gap > 0 ? 2 : 0) | (sinceLast == 1 && count > 0 ? 4 : 0))
    stamps.append(cycle)
    isOffering = false
    sinceLast = 0
    countWindow(cycle)
    count += 1
    return true
  }

  /// Adds the words of a row that has passed.
  mutating func append(_ row: UnsafeBufferPointer<UInt64>) { words.append(contentsOf: row) }

  private mutating func countWindow(_ cycle: Int) {
    let size = RunCoverage.throughputWindow
    if count == 0 { windowEnd = cycle + size }
    if cycle >= windowEnd {
      throughput.add(inWindow)
      let silent = (cycle - windowEnd) / size
      if silent > 0 { throughput.add(0, times: silent) }
      windowEnd += (silent + 1) * size
      inWindow = 0
    }
    inWindow += 1
  }

  /// Forgets the rows before `row`.
  mutating func drop(before row: Int) {
    let dropped = min(row, count) - base
    guard dropped > 0 else { return }
    words.removeFirst(dropped * wordsPerRow)
    waits.removeFirst(dropped)
    gaps.removeFirst(dropped)
    arrivals.removeFirst(dropped)
    stamps.removeFirst(dropped)
    base += dropped
  }
}
