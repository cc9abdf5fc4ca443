/// When instructions come: bursts of words, a few of them under way.
struct FetchTiming {
  private let latency: Int
  private var word = 0
  private var firstWord: Int
  /// When the last word of each of the last bursts was taken.
  private var ends: [Int] = []
  private var lastRequest: Int

  init(_ latency: Int) {
    self.latency = latency
    lastRequest = PipelineCycles.start
    firstWord = PipelineCycles.start + latency
  }

  /// The first cycle in which the next instruction is there.
  var arrival: Int { firstWord + word % PipelineCycles.fetchBurst }

  /// Takes the next instruction.
  mutating func take(at cycle: Int) {
    word += 1
    guard word % PipelineCycles.fetchBurst == 0 else { return }
    ends.append(cycle)
    // The next burst but one is asked for when there is room again.
    let place = ends.count - PipelineCycles.fetchBursts
    lastRequest = max(lastRequest + 1, place >= 0 ? ends[place] + 2 : 0)
    firstWord = max(lastRequest + latency, cycle + 1)
  }
}

/// When rows are stored: captured, converted, and written a word a cycle.
struct WriteTiming {
  private let latency, wordBytes, room: Int
  private var lastWord = 0
  /// The cycle of the last word of each row.
  private(set) var rowEnds: [Int] = []
  /// The cycle behind the read of the last row of what is stored.
  private(set) var readEnd = 0
  /// The same of vectors.
  private(set) var vectorReadEnd = 0
  /// The first cycle in which a product may follow the sums that are stored.
  private(set) var capturing = 0
  /// The first cycle in which sums can be captured again, and in which the memory port takes another command.
  private(set) var captureIsFree = 0
  private(set) var commandIsFree = 0
  /// When each set of a table is read no more.
  private var tableEnds = [0, 0]
  /// The cycle in which the bursts of the last commands were all on their way.
  private var burstEnds: [Int] = []

  init(_ latency: Int, wordBytes: Int, room: Int) {
    (self.latency, self.wordBytes, self.room) = (latency, wordBytes, room)
  }

  /// The first cycle in which everything is acknowledged.
  var idle: Int { rowEnds.isEmpty ? 0 : lastWord + latency + 1 }
  /// The first cycle in which no code is made any more.
  var converted: Int { max(captureIsFree, readEnd == 0 ? 0 : readEnd + PipelineCycles.convert - 1) }

  /// The first cycle in which a set of a table can be loaded.
  func tableIsFree(_ isSecond: Bool) -> Int { tableEnds[isSecond ? 1 : 0] }

  mutating func storeSums(_ transfer: Transfer, issued: Int, lastStep: Int, drain: Int, table: Bool) {
    let captured = max(issued + 1, lastStep)
    capturing = captured
    let passed = max(captured + drain + 1, readEnd)
    captureIsFree = passed + 1
    rows(transfer, issued: issued, from: passed + 1) { _ in 0 }
    tableEnds[table ? 1 : 0] = readEnd
  }

  mutating func storeVectors(_ transfer: Transfer, issued: Int, ready: [Int]) {
    rows(transfer, issued: issued, from: issued + 1) { ready[$0] }
    vectorReadEnd = readEnd
  }

  private mutating func rows(_ transfer: Transfer, issued: Int, from start: Int, _ ready: (Int) -> Int) {
    var read = start - 1
    for row in 0..<transfer.rows {
      read = max(read + 1, ready(row))
      let place = rowEnds.count - room
      if place >= 0 { read = max(read, rowEnds[place] + 2) }
      let first = transfer.rowAddress(row)
      let words = (first + transfer.rowBytes - 1) / wordBytes - first / wordBytes + 1
      lastWord = max(lastWord, read + PipelineCycles.convert - 1) + words
      rowEnds.append(lastWord)
    }
    readEnd = read + 1
    // A burst is on its way when the row 16 in front of it has gone.
    let last = rowEnds.count - 1 - PipelineCycles.outstandingReads
    burstEnds.append(max(issued + 1 + transfer.rows, last >= 0 ? rowEnds[last] + 1 : 0))
    // Two commands wait in a queue in front of it.
    let before = burstEnds.count - 3
    commandIsFree = before >= 0 ? burstEnds[before] + 1 : 0
  }
}
