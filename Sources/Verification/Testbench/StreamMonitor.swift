/// The bench's side of an output stream: takes rows as its profile says, compares each with the expected one and
/// watches the protocol.
@usableFromInline
struct StreamMonitor {
  @usableFromInline
  enum Event: UInt8 {
    /// Nothing passes.
    case idle
    /// The expected row passes.
    case taken
    /// Another row than the expected one.
    case mismatch
    /// A row where none is expected any more.
    case surplus
    /// Valid fell before its row was taken.
    case withdrawn
    /// The payload changed before it was taken.
    case changed
  }

  @usableFromInline var queue: RowQueue
  @usableFromInline let valid: UnsafeMutablePointer<UInt8>
  @usableFromInline let ready: UnsafeMutablePointer<UInt8>
  @usableFromInline let payload: PinRow
  /// The bit of the clock to which the stream belongs.
  @usableFromInline let clock: UInt64
  /// The row that valid showed first, while it waits for ready.
  @usableFromInline let held: UnsafeMutablePointer<UInt64>
  @usableFromInline var stalls: StallGenerator
  /// Keeps what passes, where that is asked for.
  @usableFromInline var recorder: RowRecorder?
  @usableFromInline var isReady = false
  @usableFromInline var isHeld = false
  @usableFromInline var sawValid = false
  /// The module has no input stream and the block of stimuli in hand has rows for this one, so that running dry asks
  /// for the next block.
  @usableFromInline var isFed = false
  /// Transactions that may come for now.
  @usableFromInline var limit = Int.max
  @usableFromInline var stalledByDesign: UInt64 = 0
  @usableFromInline var stalledByBench: UInt64 = 0
  @usableFromInline var firstCycle: UInt64 = 0
  /// Edges of the stream's clock at its first and at its last transaction.
  @usableFromInline var firstTick: UInt64 = 0
  @usableFromInline var lastTick: UInt64 = 0
  /// What is expected where the order is that of each key alone; nil where it is that of the whole stream.
  @usableFromInline var keyed: KeyedRows?
  @usableFromInline let isKeyed: Bool
  /// The input stream whose transactions are matched one to one with this stream's.
  @usableFromInline var source: UnsafeMutablePointer<StreamDriver>?
  @usableFromInline var latency = LatencyCounter()

  init(_ port: StreamPort, _ profile: StallProfile, clock: UInt64, seed: Seed, key: RowField? = nil) {
    self.clock = clock
    keyed = key.map { KeyedRows($0, wordsPerRow: port.shape.payload.wordCount) }
    isKeyed = key != nil
    queue = RowQueue(wordsPerRow: port.shape.payload.wordCount)
    valid = port.valid.storage.assumingMemoryBound(to: UInt8.self)
    ready = port.ready.storage.assumingMemoryBound(to: UInt8.self)
    payload = PinRow(copying: port.runs)
    held = .allocate(capacity: max(1, port.shape.payload.wordCount))
    held.initialize(repeating: 0, count: max(1, port.shape.payload.wordCount))
    stalls = StallGenerator(profile, reluctance: .max, seed.generator("stalls of " + port.shape.name))
  }

  func deallocate() {
    queue.deallocate()
    payload.deallocate()
    held.deallocate()
  }

  /// Sets ready for the coming cycle.
  @inlinable @inline(__always)
  mutating func drive() {
    isReady = stalls.proceeds(peer: sawValid, waiting: isHeld)
    ready.pointee = isReady ? 1 : 0
  }

  /// Looks at valid and payload after the logic has settled.
  ///
  /// - Parameter tick: The edges of the stream's clock up to the coming one.
  @inlinable @inline(__always)
  mutating func sample(_ cycle: UInt64, tick: UInt64) -> Event {
    sawValid = valid.pointee != 0
    guard sawValid else {
      if isHeld { return .withdrawn }
      if isReady, !queue.isEmpty, queue.head < limit { stalledByDesign &+= 1 }
      return .idle
    }
    if isHeld, payload.difference(from: UnsafePointer(held)) != 0 { return .changed }
    guard isReady else {
      stalledByBench &+= 1
      if !isHeld {
        payload.load(into: held)
        isHeld = true
      }
      return .idle
    }
    isHeld = false
    if let recorder { recorder.take(payload) }
    if queue.isEmpty || queue.head >= limit { return .surplus }
    if isKeyed, !findRow() { return .surplus }
    if payload.difference(from: queue.next) != 0 { return .mismatch }
    if let source { latency.count(row: queue.head, of: source, at: tick) }
    if queue.head == 0 { (firstCycle, firstTick) = (cycle, tick) }
    lastTick = tick
    queue.pass(at: cycle, tick: tick)
    return .taken
  }

  /// Makes the oldest row with the key that is shown the next one; false when there is none.
  @usableFromInline
  func findRow() -> Bool {
    let count = queue.wordsPerRow
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: max(1, count)) { shown in
      guard let row = shown.baseAddress, let keyed else { return false }
      payload.load(into: row)
      return keyed.take(matching: row, into: queue.next)
    }
  }
}

/// Expected rows of a stream whose order is that of each key alone, such as the source of an arbiter's items.
@usableFromInline
final class KeyedRows {
  let key: RowField
  private let wordsPerRow: Int
  private var rows: [[UInt64]: (words: [UInt64], head: Int)] = [:]

  init(_ key: RowField, wordsPerRow: Int) {
    self.key = key
    self.wordsPerRow = wordsPerRow
  }

  private func keyOf(_ row: UnsafePointer<UInt64>) -> [UInt64] {
    (0..<key.wordCount).map { row[key.firstWord + $0] }
  }

  /// Adds rows at the end of the lists of their keys.
  func append(_ added: [UInt64]) {
    added.withUnsafeBufferPointer { added in
      guard let base = added.baseAddress else { return }
      for start in stride(from: 0, to: added.count, by: wordsPerRow) {
        rows[keyOf(base + start), default: ([], 0)].words += added[start..<start + wordsPerRow]
      }
    }
  }

  /// Takes the oldest row with the key of `shown` and stores it at `place`.
  func take(matching shown: UnsafePointer<UInt64>, into place: UnsafeMutablePointer<UInt64>) -> Bool {
    guard let index = rows.index(forKey: keyOf(shown)) else { return false }
    let (words, head) = rows.values[index]
    guard head < words.count else { return false }
    for word in 0..<wordsPerRow { place[word] = words[head + word] }
    rows.values[index].head += wordsPerRow
    return true
  }
}

/// Latency of matched transactions, in cycles of the output's clock.
@usableFromInline
struct LatencyCounter {
  @usableFromInline var minimum = UInt64.max
  @usableFromInline var maximum: UInt64 = 0
  @usableFromInline var sum: UInt64 = 0
  /// An output came before its input: the streams do not match one to one.
  @usableFromInline var isBroken = false

  @inlinable
  init() {}

  @inlinable @inline(__always)
  mutating func count(row: Int, of source: UnsafeMutablePointer<StreamDriver>, at cycle: UInt64) {
    // The rows of a broken one are not kept.
    guard !isBroken, row < source.pointee.queue.head else {
      isBroken = true
      return
    }
    let latency = cycle &- source.pointee.queue.tick(row)
    minimum = min(minimum, latency)
    maximum = max(maximum, latency)
    sum &+= latency
  }
}
