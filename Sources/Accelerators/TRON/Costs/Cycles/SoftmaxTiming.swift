import XFormer

/// The softmax of a head, clock by clock: a row passes three times, and its codes go to the bus eight at a time.
struct SoftmaxTiming: EngineTiming {
  private enum Phase { case take, add, drain, logarithm, line, give, finish }

  private let orders: [TRONCommand.Softmax]
  private var number = -1
  private var (isBusy, asks) = (false, false)
  package var reader: ReaderTiming
  package var writer: WriterTiming
  private var phase = Phase.take
  private var (place, byte) = (0, 0)
  /// What is in the three stages of powers: 0 nothing, 1 a number, 2 the last one of a row.
  private var stages = [0, 0, 0]
  private var (rowsToWrite, rowsOpen, output) = (0, 0, 0)

  init(latency: Int, orders: [TRONCommand.Softmax]) {
    self.orders = orders
    reader = ReaderTiming(wordBytes: TRONSizes.busBytes, latency: latency)
    writer = WriterTiming(wordBytes: TRONSizes.busBytes, latency: latency)
  }

  var isIdle: Bool { !isBusy }

  mutating func step(_ clock: Int, _ command: XFormerCommand?) -> Bool {
    guard isBusy else {
      guard command != nil else { return false }
      number += 1
      let order = orders[number]
      (isBusy, asks, byte) = (true, true, 0)
      (rowsToWrite, rowsOpen, output) = (order.rows, order.rows, order.output)
      return false
    }
    let order = orders[number]
    let words = (2 * order.count + TRONSizes.busBytes - 1) / TRONSizes.busBytes
    let isOver = rowsOpen == 0
    let isLast = place == order.count - 1
    let moves = phase == .take && reader.hasWord(clock)
    let asked = asks && reader.takesOrder
    reader.step(
      clock,
      order: asked
        ? .init(address: order.input, stride: order.inputStride, rows: order.rows, words: words) : nil,
      takesWord: moves && (isLast || place % 4 == 3))
    if asked { asks = false }
    let isGiving = phase == .give || phase == .finish
    let emits = isGiving && stages[2] != 0
    let fills = byte == 7 || stages[2] == 2
    let sends = emits && fills && writer.takesWord
    let advances = !emits || !fills || writer.takesWord
    let endsRow = stages[2] == 2
    let reads = phase == .add || phase == .give
    switch phase {
    case .take:
      if moves { (place, phase) = isLast ? (0, .add) : (place + 1, .take) }
    case .add: (place, phase) = isLast ? (0, .drain) : (place + 1, .add)
    case .drain: if endsRow { phase = .logarithm }
    case .logarithm: phase = .line
    case .line: phase = .give
    case .give: if advances { (place, phase) = isLast ? (0, .finish) : (place + 1, .give) }
    case .finish: if endsRow, advances { phase = .take }
    }
    if emits, advances { byte = fills ? 0 : byte + 1 }
    if advances { stages = [reads ? (isLast ? 2 : 1) : 0, stages[0], stages[1]] }
    let asksRow = rowsToWrite > 0 && writer.takesRow
    let ended = writer.hasEnded
    writer.step(clock, row: asksRow ? (output, order.count) : nil, sends: sends)
    if asksRow {
      rowsToWrite -= 1
      output += order.outputStride
    }
    if ended { rowsOpen -= 1 }
    if isOver { isBusy = false }
    return isOver
  }
}
