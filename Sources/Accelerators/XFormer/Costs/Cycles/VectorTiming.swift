/// The vector unit, clock by clock: a row and the one that is added, root and reciprocal, then the codes of 16 and of 8 bits.
package struct VectorTiming: EngineTiming {
  private enum Phase { case idle, coefficients, first, second, statistics, wide, drain, narrow, finish }

  private let sizes: XFormerSizes
  private var phase = Phase.idle
  package var reader: ReaderTiming
  package var writer: WriterTiming
  private let queueDepth = 16
  private var order = XFormerCommand.end.normalization
  private var rowWords = 0
  private var (asks, asksSecond) = (false, false)
  private var (rowsToAsk, first, second) = (0, 0, 0)
  private var (word, token, wait) = (0, 0, 0)
  private var (reserved, flow) = (0, 0)
  package private(set) var queued = 0
  private var (rowsToWrite, rowsOpen, writesNarrow) = (0, 0, false)
  private var (wide, narrow) = (0, 0)
  private let statisticsClocks: Int

  /// - Parameter latency: of the memory; nil where its ways are modelled elsewhere.
  package init(_ sizes: XFormerSizes, latency: Int?) {
    self.sizes = sizes
    reader = ReaderTiming(wordBytes: sizes.busBytes, latency: latency)
    writer = WriterTiming(wordBytes: sizes.busBytes, latency: latency)
    // The last word is summed, the sums are squared and subtracted; a bit of the root in each clock, and one of the quotient.
    statisticsClocks = 4 + (RowNumbers.varianceBits / 2 + 2) + (RowNumbers.reciprocalBits + 3)
  }

  package var isIdle: Bool { phase == .idle }

  private mutating func start(_ command: XFormerCommand) {
    (asks, asksSecond, word, token) = (true, false, 0, 0)
    guard command.kind == .normalize else {
      (first, rowWords) = (command.dataAddress, command.coefficientPlace.words)
      phase = .coefficients
      return
    }
    order = command.normalization
    rowWords = order.words
    (first, second, rowsToAsk) = (order.first, order.second, order.tokens)
    (rowsToWrite, rowsOpen, writesNarrow) = (2 * order.tokens, 2 * order.tokens, false)
    (wide, narrow) = (order.wide, order.narrow)
    phase = .first
  }

  package mutating func step(_ clock: Int, _ command: XFormerCommand?) -> Bool {
    if phase == .idle {
      if let command { start(command) }
      return false
    }
    let takesWord = (phase == .coefficients || phase == .first || phase == .second) && reader.hasWord(clock)
    ask(clock, takesWord)
    if phase == .coefficients {
      if takesWord {
        word += 1
        if word == rowWords { phase = .idle }
      }
      return phase == .idle
    }
    // Results.
    let launchesWide = phase == .wide && reserved < queueDepth
    let launchesNarrow = phase == .narrow && reserved < queueDepth
    let sends = queued > 0 && writer.takesWord
    let (isFlowing, isOver) = (flow & 31 != 0, phase == .finish && rowsOpen == 0)
    reserved += (launchesWide || launchesNarrow ? 1 : 0) - (sends ? 1 : 0)
    queued += (flow >> 4 & 1) + (flow >> 8 & 1) - (sends ? 1 : 0)
    // Bits 0 to 4: stages of a wide word; bit 8: a narrow word that is read.
    flow = (flow << 1 & 31) | (launchesWide ? 1 : 0) | (launchesNarrow ? 256 : 0)
    let asksRow = rowsToWrite > 0 && writer.takesRow
    if writer.hasEnded { rowsOpen -= 1 }
    let bytes = rowWords * sizes.busBytes
    writer.step(
      clock, row: asksRow ? (writesNarrow ? (narrow, bytes / 2) : (wide, bytes)) : nil, sends: sends)
    if asksRow {
      rowsToWrite -= 1
      if writesNarrow { narrow += bytes / 2 } else { wide += bytes }
      writesNarrow.toggle()
    }
    if isOver {
      phase = .idle
      return true
    }
    advance(takesWord, launchesWide || launchesNarrow, isFlowing)
    return false
  }

  private mutating func ask(_ clock: Int, _ takesWord: Bool) {
    let asked = asks && reader.takesOrder
    reader.step(
      clock,
      order: asked
        ? .init(address: asksSecond ? second : first, stride: 0, rows: 1, words: rowWords) : nil, takesWord: takesWord)
    guard asked else { return }
    let bytes = rowWords * sizes.busBytes
    if phase == .coefficients {
      asks = false
    } else if asksSecond {
      second += bytes
      rowsToAsk -= 1
      if rowsToAsk == 0 { asks = false }
      asksSecond = false
    } else {
      first += bytes
      asksSecond = true
    }
  }

  private mutating func advance(_ takesWord: Bool, _ launches: Bool, _ isFlowing: Bool) {
    switch phase {
    case .first:
      if takesWord { word += 1 }
      if word == rowWords { (phase, word) = (.second, 0) }
    case .second:
      if takesWord { word += 1 }
      if word == rowWords { (phase, word, wait) = (.statistics, 0, statisticsClocks) }
    case .statistics:
      wait -= 1
      if wait == 0 { phase = .wide }
    case .wide:
      if launches { word += 1 }
      if word == rowWords { (phase, word) = (.drain, 0) }
    case .drain: if !isFlowing { phase = .narrow }
    case .narrow:
      if launches { word += 1 }
      if word == rowWords / 2 {
        word = 0
        token += 1
        phase = token == order.tokens ? .finish : .first
      }
    case .idle, .coefficients, .finish: break
    }
  }
}
