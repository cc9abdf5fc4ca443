/// A projection engine, clock by clock.
///
/// A group of inputs is taken word by word, waits until every unit that holds its weights is free, and is driven plane by plane;
/// products are collected in the order of the units, added over the stack, and requantised a word a clock.
package struct ProjectionTiming: EngineTiming {
  private enum Phase { case idle, flips, levels, store, data, project }

  private let sizes: XFormerSizes
  private var phase = Phase.idle
  package var reader: ReaderTiming
  package var writer: WriterTiming
  /// Clocks from a vector that is taken to its products.
  private let productClocks: Int
  /// Clocks from a row that is written to the report that it is.
  private let writeClocks: Int
  /// Results that wait for the bus.
  private let queueDepth = 16

  private var asks: ReaderTiming.Order?
  private var order = XFormerCommand.end.projection
  private var wordsLeft = 0
  private var (rowsLeft, part, storeClock) = (0, 0, 0)
  private var programmed = (unit: 0, group: 0)

  /// The part of a row of inputs that each unit takes, and from which clock on its products are there; nil when it is free.
  private var groups: [Int]
  private var products: [Int?]
  private var wanting: [Int] = []
  private var (isFull, endsRow) = (false, false)
  private var (place, inRow, group) = (0, 0, 0)
  private var (unit, level) = (0, 0)
  private var sumsWait = false
  private var (piece, reserved, flow) = (0, 0, 0)
  package private(set) var queued = 0
  private var isHigh = false
  private var (rowsToWrite, rowsOpen, output) = (0, 0, 0)

  /// - Parameter latency: of the memory; nil where its ways are modelled elsewhere.
  package init(_ sizes: XFormerSizes, latency: Int?) {
    self.sizes = sizes
    reader = ReaderTiming(wordBytes: sizes.busBytes, latency: latency)
    writer = WriterTiming(wordBytes: sizes.busBytes, latency: latency)
    let c = sizes.crossbar
    productClocks =
      sizes.multiplierRows.map { c.geometry.rows / $0 + 3 }
      ?? c.inputBits * (1 + c.columnsPerConverter * (sizes.convertCycles + 1)) + 2
    writeClocks = sizes.multiplierRows == nil ? 2 : 1
    groups = [Int](repeating: 0, count: sizes.unitsPerEngine)
    products = [Int?](repeating: nil, count: sizes.unitsPerEngine)
  }

  package var isIdle: Bool { phase == .idle }

  private mutating func start(_ command: XFormerCommand) {
    func row(_ words: Int) -> ReaderTiming.Order {
      .init(address: command.dataAddress, stride: 0, rows: 1, words: words)
    }
    (part, place, inRow, group) = (0, 0, 0, 0)
    switch command.kind {
    case .program:
      asks = row(sizes.unitWords)
      let g = command.programOrder
      programmed = (g.unit, g.group)
      rowsLeft = sizes.crossbar.encoding.crossbars * sizes.crossbar.geometry.rows
      wordsLeft = sizes.flipWords
      phase = sizes.flipWords > 0 ? .flips : .levels
    case .scales:
      wordsLeft = command.scaleEntries.count * sizes.scaleWords
      asks = row(wordsLeft)
      phase = .data
    case .table:
      wordsLeft = 256 / sizes.busBytes
      asks = row(wordsLeft)
      phase = .data
    default:
      order = command.projection
      asks = .init(address: order.input, stride: order.inputStride, rows: order.tokens, words: order.words)
      (unit, level) = (order.firstUnit, 0)
      (rowsToWrite, rowsOpen, output) = (order.tokens, order.tokens, order.output)
      phase = .project
    }
  }

  package mutating func step(_ clock: Int, _ command: XFormerCommand?) -> Bool {
    if phase == .idle {
      if let command { start(command) }
      return false
    }
    let isProjecting = phase == .project
    let accepts = isProjecting ? !isFull : phase != .store
    let takesWord = accepts && reader.hasWord(clock)
    let asked = reader.takesOrder ? asks : nil
    defer {
      reader.step(clock, order: asked, takesWord: takesWord)
      if asked != nil { asks = nil }
    }
    switch phase {
    case .idle: return false
    case .flips:
      if takesWord {
        wordsLeft -= 1
        if wordsLeft == 0 { phase = .levels }
      }
      return false
    case .levels:
      if takesWord {
        part += 1
        if part == sizes.rowWords { (phase, part, storeClock) = (.store, 0, clock + 1) }
      }
      return false
    case .store:
      guard clock == storeClock + writeClocks else { return false }
      groups[programmed.unit] = programmed.group
      rowsLeft -= 1
      phase = rowsLeft == 0 ? .idle : .levels
      return rowsLeft == 0
    case .data:
      if takesWord {
        wordsLeft -= 1
        if wordsLeft == 0 { phase = .idle }
      }
      return phase == .idle
    case .project: return project(clock, takesInput: takesWord)
    }
  }

  private mutating func project(_ clock: Int, takesInput: Bool) -> Bool {
    // Products: what is decided in this clock.
    let pieces = sizes.unitOutputWords
    let launches = sumsWait && reserved < queueDepth
    let hands = launches && piece == pieces - 1
    let isTop = level == order.stack - 1
    let isThere = products[unit].map { $0 <= clock } ?? false
    let takesSums = isThere && (!isTop || !sumsWait || hands)
    let sends = queued > 0 && writer.takesWord
    let leaves = sends && (order.form != .wide || isHigh)
    let isOver = rowsOpen == 0
    let pushes = isFull && wanting.isEmpty
    // Units take the group when they are free.
    if !wanting.isEmpty {
      wanting.removeAll { unit in
        guard products[unit] == nil else { return false }
        products[unit] = clock + productClocks
        return true
      }
    }
    // Inputs.
    if takesInput {
      let isRowEnd = inRow == order.words - 1
      let fills = isRowEnd || place == sizes.groupWords - 1
      place += 1
      inRow = isRowEnd ? 0 : inRow + 1
      endsRow = isRowEnd
      if fills {
        isFull = true
        wanting = (order.firstUnit..<order.firstUnit + order.units).filter { groups[$0] == group }
      }
    } else if pushes {
      isFull = false
      place = 0
      group = endsRow ? 0 : group + 1
    }
    // Sums and results.
    if takesSums {
      products[unit] = nil
      unit = unit == order.firstUnit + order.units - 1 ? order.firstUnit : unit + 1
      level = isTop ? 0 : level + 1
    }
    if takesSums, isTop { sumsWait = true } else if hands { sumsWait = false }
    if launches { piece = piece == pieces - 1 ? 0 : piece + 1 }
    reserved += (launches ? 1 : 0) - (leaves ? 1 : 0)
    queued += (flow >> 3 & 1) - (leaves ? 1 : 0)
    flow = (flow << 1 | (launches ? 1 : 0)) & 15
    if sends, order.form == .wide { isHigh.toggle() }
    // Rows of results.
    let asksRow = rowsToWrite > 0 && writer.takesRow
    let ended = writer.hasEnded
    writer.step(clock, row: asksRow ? (output, order.outputBytes) : nil, sends: sends)
    if asksRow {
      rowsToWrite -= 1
      output += order.outputStride
    }
    if ended { rowsOpen -= 1 }
    if isOver { phase = .idle }
    return isOver
  }
}
