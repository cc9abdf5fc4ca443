import XFormer

/// Clocks of a bank with its lane.
struct LaneTiming {
  /// Clocks from a row of weights that is taken to the next one, and of a pass of light.
  private let rowClocks, passClocks: Int
  /// Words of the tile have come; the tile is complete; the rings are set.
  private(set) var (isTaken, isFull, isSet) = (false, false, false)
  private var (row, rows) = (0, 0)
  /// The first clock in which the bank is idle.
  private var free = 0
  /// The first clock in which products are there; nil where none are made.
  private(set) var products: Int?

  init(_ sizes: TRONSizes) {
    let effects = sizes.effects
    let isLorentzian = effects.tuning == .lorentzian
    let coderClocks = sizes.bank.wavelengths + 4 + (sizes.predistorts ? 1 : 0) + (isLorentzian ? 1 : 0)
    // Each arm is coded, then both are set and settle.
    rowClocks = sizes.settleCycles + 4 + (sizes.predistorts || isLorentzian ? 2 * coderClocks : 0)
    let codesLight = sizes.predistorts && effects.imprintsByRings
    passClocks = sizes.convertCycles + 1 + (codesLight ? sizes.bank.wavelengths + 6 : 0)
  }

  func isReady(_ clock: Int) -> Bool { products == nil && clock >= free }

  /// Ends the clock.
  mutating func step(
    _ clock: Int, takesTile: Bool, fills rowsOfTile: Int?, vector passes: Int?, releases: Bool, gives: Bool
  ) {
    let setsRow = isFull && !isSet && isReady(clock)
    if setsRow {
      free = clock + rowClocks
      row += 1
      if row == rows { (row, isFull, isTaken, isSet) = (0, false, false, true) }
    } else if releases {
      isSet = false
    }
    if takesTile { isTaken = true }
    if let rowsOfTile { (isFull, rows) = (true, rowsOfTile) }
    if let passes { products = clock + 2 + passes * passClocks }
    if gives { (products, free) = (nil, clock + 1) }
  }
}

/// The order of vectors and tiles; see the units of the hardware.
struct WaveTiming {
  private let (lanes, most): (Int, Int)
  private(set) var isRunning = false
  private var begins = false
  private var left = 0
  private(set) var (lane, tile, group, vector) = (0, 0, 0, 0)
  private var slot = 0
  private var (waveLane, waveTile, waveGroup, size) = (0, 0, 0, 0)
  private var (tiles, groups, vectors) = (0, 0, 0)

  init(_ sizes: TRONSizes) { (lanes, most) = (sizes.banks, sizes.wave) }

  var isMoving: Bool { isRunning && !begins }
  var isLastVector: Bool { vector == vectors - 1 }
  var isLastTile: Bool { tile == tiles - 1 }
  var isLastGroup: Bool { group == groups - 1 }

  mutating func start(tiles: Int, groups: Int, vectors: Int) {
    (self.tiles, self.groups, self.vectors, left) = (tiles, groups, vectors, tiles * groups)
    (lane, tile, group, vector, slot, isRunning, begins) = (0, 0, 0, 0, 0, true, true)
  }

  mutating func step(advances: Bool) {
    if begins {
      (waveLane, waveTile, waveGroup, size, begins) = (lane, tile, group, min(left, most), false)
      return
    }
    guard advances else { return }
    if slot == size - 1, !isLastVector {
      (lane, tile, group, slot, vector) = (waveLane, waveTile, waveGroup, 0, vector + 1)
      return
    }
    lane = lane == lanes - 1 ? 0 : lane + 1
    group += isLastTile ? 1 : 0
    tile = isLastTile ? 0 : tile + 1
    if slot < size - 1 {
      slot += 1
    } else {
      (slot, vector, left, begins) = (0, 0, left - size, true)
      if left == 0 { (isRunning, begins) = (false, false) }
    }
  }
}

/// The photonic unit of a head, clock by clock.
struct RingTiming: EngineTiming {
  private enum Phase { case idle, scales, table, operands, weights }
  private struct Rows { var kind, words, rows: Int }

  private let sizes: TRONSizes
  /// For each product of the unit, how many passes each part of each vector takes.
  private let passes: [[UInt8]]
  private let orders: [TRONCommand.Product]
  private var number = -1

  private var (isBusy, begins) = (false, false)
  package var reader: ReaderTiming
  package var writer: WriterTiming
  private var phase = Phase.idle
  private var (tile, group) = (0, 0)
  private var queue: [Rows] = []
  private var (word, row, fetchLane) = (0, 0, 0)
  private var lanes: [LaneTiming]
  /// What is written to a lane in the next clock: its number, and the rows of the tile where it is complete.
  private var arriving: (lane: Int, rows: Int)?
  private var feeder, collector: WaveTiming
  /// Clocks in which the last group of a row is stored.
  private var stored: [Int] = []
  private var (complete, packed, fill, groupsLeft, isPacking) = (0, 0, 0, 0, false)
  private var (rowsToWrite, rowsOpen, output) = (0, 0, 0)

  init(_ sizes: TRONSizes, latency: Int, orders: [TRONCommand.Product], passes: [[UInt8]]) {
    (self.sizes, self.orders, self.passes) = (sizes, orders, passes)
    reader = ReaderTiming(wordBytes: TRONSizes.busBytes, latency: latency, outstanding: 15)
    writer = WriterTiming(wordBytes: TRONSizes.busBytes, latency: latency)
    lanes = (0..<sizes.banks).map { _ in LaneTiming(sizes) }
    (feeder, collector) = (WaveTiming(sizes), WaveTiming(sizes))
  }

  var isIdle: Bool { !isBusy }

  private var order: TRONCommand.Product { orders[number] }
  private var extents: (inner: Int, groups: Int) { sizes.tiles(inputs: order.inputs, outputs: order.outputs) }
  private var isColumn: Bool { order.inputStep != 1 }

  mutating func step(_ clock: Int, _ command: XFormerCommand?) -> Bool {
    guard isBusy else {
      if command != nil {
        number += 1
        (isBusy, begins) = (true, true)
      }
      return false
    }
    guard !begins else {
      let (inner, groups) = extents
      (begins, phase, tile, group, word, row, fetchLane) = (false, .scales, 0, 0, 0, 0, 0)
      feeder.start(tiles: inner, groups: groups, vectors: order.vectors)
      collector.start(tiles: inner, groups: groups, vectors: order.vectors)
      (complete, packed, isPacking) = (0, 0, false)
      (rowsToWrite, rowsOpen, output) = (order.vectors, order.vectors, order.output)
      reader.step(clock, order: nil, takesWord: false)
      writer.step(clock, row: nil, sends: false)
      return false
    }
    let isOver = rowsOpen == 0
    let (takenLane, arrived) = fetch(clock)
    // Vectors and products.
    let fed = feeder.lane
    let feeds = feeder.isMoving && lanes[fed].isSet && lanes[fed].isReady(clock)
    let made = feeds ? Int(passes[number][feeder.vector * extents.inner + feeder.tile]) : nil
    let releases = feeds && feeder.isLastVector
    let given = collector.lane
    let gives = collector.isMoving && lanes[given].products.map { $0 <= clock } ?? false
    if gives, collector.isLastTile, collector.isLastGroup { stored.append(clock + 5) }
    for lane in lanes.indices {
      lanes[lane].step(
        clock, takesTile: takenLane == lane, fills: arrived?.lane == lane ? arrived?.rows : nil,
        vector: feeds && fed == lane ? made : nil, releases: releases && fed == lane, gives: gives && given == lane)
    }
    feeder.step(advances: feeds)
    collector.step(advances: gives)
    write(clock)
    if isOver { isBusy = false }
    return isOver
  }

  /// Asks for rows and takes words; the lane of which all words of a tile have come, and what arrives at one in this clock.
  private mutating func fetch(_ clock: Int) -> (taken: Int?, arrived: (lane: Int, rows: Int)?) {
    let arrived = arriving
    arriving = nil
    let head = queue.first
    let isFree = head.map { $0.kind != 3 || !lanes[fetchLane].isTaken } ?? false
    let takesWord = isFree && reader.hasWord(clock)
    let asks = phase != .idle && queue.count < 4 && reader.takesOrder
    var next: (ReaderTiming.Order, Rows)?
    if asks { next = request() }
    reader.step(clock, order: next?.0, takesWord: takesWord)
    var taken: Int?
    if takesWord, let head {
      word += 1
      if word == head.words {
        (word, row) = (0, row + 1)
        if row == head.rows {
          row = 0
          queue.removeFirst()
          if head.kind == 3 {
            taken = fetchLane
            arriving = (fetchLane, isColumn ? sizes.bank.rows : head.rows)
            fetchLane = fetchLane == sizes.banks - 1 ? 0 : fetchLane + 1
          }
        }
      }
    }
    if let next { queue.append(next.1) }
    return (taken, arrived)
  }

  /// The next rows.
  private mutating func request() -> (ReaderTiming.Order, Rows) {
    let (inner, groups) = extents
    let (rings, height) = (sizes.bank.wavelengths, sizes.bank.rows)
    func plain(_ address: Int, _ words: Int, _ kind: Int) -> (ReaderTiming.Order, Rows) {
      (.init(address: address, stride: 0, rows: 1, words: words), .init(kind: kind, words: words, rows: 1))
    }
    func data(_ base: Int, _ first: Int, _ codes: Int, _ rows: Int, _ stride: Int, _ kind: Int) -> (
      ReaderTiming.Order, Rows
    ) {
      let words = (first % 8 + codes + 7) / 8
      return (
        .init(address: base + first / 8 * 8, stride: stride, rows: rows, words: words),
        .init(kind: kind, words: words, rows: rows)
      )
    }
    let length = min(rings, order.inputs - tile * rings)
    let count = min(height, order.outputs - group * height)
    let afterData = order.keepsVectors ? Phase.weights : .operands
    switch phase {
    case .idle, .scales:
      phase = order.form == .function ? .table : afterData
      return plain(order.scales, order.sharesScale ? 1 : order.outputs, 0)
    case .table:
      phase = afterData
      return plain(order.table, 32, 1)
    case .operands:
      defer {
        tile += 1
        if tile == inner { (tile, phase) = (0, .weights) }
      }
      return data(order.input, tile * rings, length, order.vectors, order.inputStride, 2)
    case .weights:
      defer {
        tile += 1
        if tile == inner {
          (tile, group) = (0, group + 1)
          if group == groups { (group, phase) = (0, .idle) }
        }
      }
      return isColumn
        ? data(order.matrix + tile * rings * order.inputStep, group * height, count, length, order.inputStep, 3)
        : data(order.matrix + group * height * order.outputStep, tile * rings, length, count, order.outputStep, 3)
    }
  }

  private mutating func write(_ clock: Int) {
    let (isFull, isEnd) = (fill >= 8, groupsLeft == 0)
    let offers = isPacking && (isFull || isEnd && fill > 0)
    let sends = offers && writer.takesWord
    let isWide = order.form == .wide || order.form == .exponent
    let begins = !isPacking && complete != packed
    if isPacking, !isFull, !isEnd {
      let count = groupsLeft == 1 ? order.outputs - (extents.groups - 1) * sizes.bank.rows : sizes.bank.rows
      fill += isWide ? 2 * count : count
      groupsLeft -= 1
    } else if sends {
      fill = isFull ? fill - 8 : 0
    } else if isPacking, isEnd, fill == 0 {
      isPacking = false
      packed += 1
    } else if begins {
      (isPacking, groupsLeft, fill) = (true, extents.groups, 0)
    }
    if stored.first == clock {
      stored.removeFirst()
      complete += 1
    }
    let asksRow = rowsToWrite > 0 && writer.takesRow
    let ended = writer.hasEnded
    let bytes = order.outputs * (isWide ? 2 : 1)
    writer.step(clock, row: asksRow ? (output, bytes) : nil, sends: sends)
    if asksRow {
      rowsToWrite -= 1
      output += order.outputStride
    }
    if ended { rowsOpen -= 1 }
  }
}
