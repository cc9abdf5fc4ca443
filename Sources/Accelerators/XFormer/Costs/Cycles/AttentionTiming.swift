/// An attention tile, clock by clock: queries, keys and values stream in; then references, weights, contexts, and behind the last
/// block of keys a division for each query.
package struct AttentionTiming: EngineTiming {
  private enum Phase { case idle, score, update, weigh, values, mix, settle, divide, give, end }

  private let sizes: XFormerSizes
  private var phase = Phase.idle
  package var reader: ReaderTiming
  package var writer: WriterTiming
  private var order = XFormerCommand.end.attention
  /// 0: queries, 1: keys, 2: values, 3: none.
  private var (asking, coming) = (3, 3)
  private var (row, word) = (0, 0)
  /// The clock in which the last score is there.
  private var scored: Int?
  private var (left, query) = (0, 0)
  private var wait = 0
  private var (reads, flow) = (0, 0)
  package private(set) var queued = 0
  private var wantsRow = false
  private var output = 0
  /// Clocks from the operands of a division to its quotient.
  private let divisionClocks = SoftmaxNumbers.reciprocalBits + 2

  /// - Parameter latency: of the memory; nil where its ways are modelled elsewhere.
  package init(_ sizes: XFormerSizes, latency: Int?) {
    self.sizes = sizes
    reader = ReaderTiming(wordBytes: sizes.busBytes, latency: latency)
    writer = WriterTiming(wordBytes: sizes.busBytes, latency: latency)
  }

  package var isIdle: Bool { phase == .idle }

  private func rows(_ kind: Int) -> Int { kind == 0 ? order.queries : order.keys }

  package mutating func step(_ clock: Int, _ command: XFormerCommand?) -> Bool {
    if phase == .idle {
      guard let command else { return false }
      order = command.attention
      (asking, row, word, scored) = (order.loadsQueries ? 0 : 1, 0, 0, nil)
      coming = asking
      output = order.output
      phase = .score
      return false
    }
    let takesWord = coming != 3 && reader.hasWord(clock)
    let isDone = coming == 3
    let asks = asking != 3 && reader.takesOrder
    let address = asking == 0 ? order.query : asking == 1 ? order.key : order.value
    reader.step(
      clock,
      order: asks
        ? .init(address: address, stride: order.stride, rows: rows(asking), words: order.words)
        : nil, takesWord: takesWord)
    if asks { asking += 1 }
    if takesWord { arrive(clock) }
    let (sends, asksRow, ended) = (queued > 0 && writer.takesWord, wantsRow && writer.takesRow, writer.hasEnded)
    if phase == .divide || phase == .give {
      writer.step(clock, row: asksRow ? (output, order.words * sizes.busBytes) : nil, sends: sends)
      if asksRow { wantsRow = false }
    }
    let launches = phase == .give && reads > 0
    queued += (flow >> 4 & 1) - (sends ? 1 : 0)
    flow = (flow << 1 | (launches ? 1 : 0)) & 31
    if launches { reads -= 1 }
    return advance(clock, isDone: isDone, ended: ended)
  }

  private mutating func arrive(_ clock: Int) {
    word += 1
    guard word == order.words else { return }
    word = 0
    row += 1
    guard row == rows(coming) else { return }
    // Dot product, sum, and the two stages of the exponent.
    if coming == 1 { scored = clock + 6 }
    row = 0
    coming += 1
  }

  private mutating func advance(_ clock: Int, isDone: Bool, ended: Bool) -> Bool {
    switch phase {
    case .idle: break
    case .score: if let scored, clock >= scored { phase = .update }
    case .update: (phase, left) = (.weigh, order.keys)
    case .weigh:
      left -= 1
      if left == 0 { (phase, wait) = (.values, 1) }
    case .values:
      // The last weight is kept in the first clock.
      if isDone, wait == 0 { (phase, left) = (.mix, order.queries * order.words) }
      wait = 0
    case .mix:
      left -= 1
      if left == 0 { (phase, wait) = (.settle, 3) }
    case .settle:
      wait -= 1
      if wait == 0 {
        query = 0
        (phase, wait) = order.isLast ? (.divide, divisionClocks) : (.end, 0)
      }
    case .divide:
      if wait == 0 {
        wantsRow = true
        (phase, reads) = (.give, order.words)
      }
      wait -= 1
    case .give:
      if ended {
        output += order.outputStride
        query += 1
        (phase, wait) = query == order.queries ? (.end, 0) : (.divide, divisionClocks)
      }
    case .end:
      phase = .idle
      return true
    }
    return false
  }
}
