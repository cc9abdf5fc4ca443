/// The cycles of a program of the generated machine, from its definitions: the masks of the operands decide how long products
/// take, the bus how long loads do.
///
/// Loads, products and rows overlap as the commands let them. Of a product every clock of the lanes is walked: which chunk is
/// taken, how many steps wait in each lane, when sums leave. The memory answers without stalls.
struct EngineCycles {
  private let program: EngineProgram
  private let latency: Int
  private let memory: [Int32]
  private var banks: [[LoadedMasks?]] = [[nil, nil], [nil, nil]]
  private var estimate = EngineEstimate()

  init(_ program: EngineProgram, latency: Int) {
    self.program = program
    self.latency = latency
    memory = program.finalMemory
  }

  /// When each unit is free again.
  private struct Times {
    var fetched = 0, issued = 0
    var loader = 0, product = 0, rows = 0, stores = 0
    /// When the load for each bank of each side is over, and when a table is.
    var table = 0
    /// When the loops of thresholds have answered.
    var loops = 0
    var loads = [[0, 0], [0, 0]]
    var used = [[0, 0], [0, 0]]
  }

  /// Clocks in which a command waits, by what for; a clock may count for several, as in the hardware.
  private mutating func wait(_ stall: EngineEstimate.Stall, _ ready: Int, until time: Int) -> Int {
    estimate.stalls[stall, default: 0] += max(0, time - ready)
    return max(ready, time)
  }

  mutating func total() -> EngineEstimate {
    var times = Times()
    // The registers of the host's start, and the first burst of commands.
    times.fetched = latency + 4
    // Whether a block waits to be told to its loop.
    var hasBlock = false
    var pendingRows: (kind: MachineCommand.Kind, fields: [UInt32], start: Int)?
    for command in program.commands {
      let words = command.words
      times.fetched = max(times.fetched, times.issued) + 8
      let ready = wait(.fetch, times.issued + 1, until: times.fetched)
      var start = ready
      if words[0] & 16 != 0 {
        let all = max(times.loader, times.product, times.rows, times.stores)
        start = max(start, wait(.producer, ready, until: all))
      }
      let isLooped = command.kind == .threshold || words[0] >> 16 & 1 == 1
      if isLooped { start = max(start, wait(.threshold, ready, until: times.loops)) }
      switch command.kind {
      case .threshold:
        let kind = words[0] >> 8 & 3
        if kind > 0 { times.loops = start + loopCycles(divides: false, isDirect: kind == 2) }
      case .end:
        estimate.cycles = start + 1
        return estimate
      case .load:
        start = max(start, wait(.loader, ready, until: times.loader))
        let target = Int(words[0] >> 8 & 7)
        let bank = Int(words[0] >> 11 & 1)
        if target < 2 { start = max(start, wait(.bank, ready, until: times.used[target][bank])) }
        if target == 2 || target == 3 {
          start = max(start, wait(.product, ready, until: times.product))
          start = max(start, wait(.rows, ready, until: times.rows))
        }
        let end = start + loadCycles(words)
        times.loader = end + (target < 2 ? 3 : 1)
        if target < 2 {
          banks[target][bank] = LoadedMasks(command, program.sizes, memory: memory)
          times.loads[target][bank] = times.loader
        } else if target < 4 {
          times.table = times.loader
        } else if let rows = pendingRows {
          let done = rowCycles(rows.kind, rows.fields, words, start: start)
          times.rows = done
          times.loader = max(times.loader, min(done, times.loader))
          times.stores = max(times.stores, done + latency + 6)
          if rows.kind == .softmax || rows.kind == .normalize { times.loader = loaderEnd(rows.kind, rows.fields, done) }
          estimate.busyRows += done - rows.start
          pendingRows = nil
        }
        estimate.busyLoader += times.loader - start
      case .product:
        let (left, right) = (Int(words[0] >> 8 & 1), Int(words[0] >> 9 & 1))
        let loaded = max(times.loads[0][left], times.loads[1][right], times.table)
        start = max(start, wait(.loader, ready, until: loaded))
        start = max(start, wait(.product, ready, until: times.product))
        start = max(start, wait(.rows, ready, until: times.rows))
        let (end, busy) = productCycles(words, left: left, right: right)
        times.product = start + busy
        times.used[0][left] = times.product
        times.used[1][right] = times.product
        if words[0] >> 13 & 1 == 1 { times.stores = start + end + latency + 6 }
        estimate.busyProduct += busy
      case .softmax, .normalize:
        start = max(start, wait(.product, ready, until: times.product))
        start = max(start, wait(.rows, ready, until: times.rows))
        start = max(start, wait(.loader, ready, until: times.table))
        pendingRows = (command.kind, words, start)
        times.rows = start + 1
      }
      if isLooped, command.kind != .threshold {
        if hasBlock { times.loops = start + loopCycles(divides: true, isDirect: false) }
        hasBlock = true
      }
      times.issued = start
    }
    estimate.cycles = times.issued
    return estimate
  }

  /// Clocks until a loop has answered; of a table half of the entries are looked at.
  private func loopCycles(divides: Bool, isDirect: Bool) -> Int {
    let share = PruningLoops.shareBits
    if divides { return share + EngineSizes.blockBits + 9 }
    return isDirect ? 6 : PruningLoops.entries / 2 + share + program.sizes.width + 12
  }

  private func loadCycles(_ words: [UInt32]) -> Int {
    let pair = words[0] >> 12 & 1 == 1 ? 2 : 1
    let runs = (Int(words[3] & 0xFFFF) + 1) * pair
    let count = Int(words[4] + 1) / (program.sizes.busWidth / 8)
    return runs * (count + latency + 3) + 1
  }

  /// A lane of the walk: pairs in the open step, and complete steps that wait, each with whether it ends its group.
  private struct Lane {
    var open = 0
    /// Chunks on their way through the two registers of the front end.
    var first: (pairs: Int, last: Bool)?
    var second: (pairs: Int, last: Bool)?
    var waiting: [Bool] = []
    /// Steps in the registers of products and sums.
    var products: Bool?
    var sums: Bool?
    var results = 0
    /// A chunk that it has seen but not taken does not exist: all lanes take one together.
  }

  /// Walks a product; gives when its last word is on its way, and when the unit is free.
  private mutating func productCycles(_ words: [UInt32], left: Int, right: Int) -> (Int, Int) {
    guard let a = banks[0][left], let b = banks[1][right] else { return (0, 0) }
    let sizes = program.sizes
    let tiles = TileCounts(
      batch: Int(words[5] & 0xFFF), rows: Int(words[5] >> 16 & 0xFFF), columns: Int(words[6] & 0xFFF),
      inner: Int(words[6] >> 16 & 0xFFF))
    let (rows, columns) = (Int(words[4] & 0xFFFF), Int(words[4] >> 16))
    let stores = words[0] >> 13 & 1 == 1
    guard let order = LoopOrder.all.first(where: { $0.code == Int(words[7] & 0xFF) }) else { return (0, 0) }
    var places: [TileIndex] = []
    order.visit(tiles) { places.append($0) }
    let none = [UInt64](repeating: 0, count: (sizes.chunk + 63) / 64)
    var lanes = [Lane](repeating: Lane(), count: sizes.columns)
    let (m, depth) = (sizes.multipliers, sizes.queue)
    // A request needs five registers on its way to the lanes.
    var pipe: [(place: Int, row: Int)?] = Array(repeating: nil, count: 5)
    var (next, row, clock) = (0, 0, 0)
    var groups: [(isStored: Bool, row: Int, column: Int)] = []
    // Collector: 0 waits, 1 adds, above it sends.
    var (phase, toSend) = (0, 0)
    let sendWords = sizes.columns / sizes.wordElements
    func leaves(_ index: Int) -> Bool {
      guard index + 1 < places.count else { return true }
      let (one, other) = (places[index], places[index + 1])
      return one.b != other.b || one.i != other.i || one.j != other.j
    }
    var isBusy = true
    while isBusy {
      clock += 1
      if clock > 50_000_000 { break }
      // What the state of this clock lets move.
      let fits = lanes.map { lane -> Bool in
        guard let second = lane.second else { return true }
        let end = lane.open + (second.pairs == 0 && lane.open == 0 && second.last ? 1 : second.pairs)
        return lane.waiting.count + (end + m - 1) / m <= depth
      }
      let allReady = fits.allSatisfy { $0 }
      let advance = pipe[4] == nil || allReady
      let arriving = allReady ? pipe[4] : nil
      // Collector.
      let hasSums = !groups.isEmpty && lanes.allSatisfy { $0.results > 0 }
      var takesSums = false
      switch phase {
      case 0: if hasSums { phase = 1 }
      case 1:
        takesSums = true
        let group = groups.removeFirst()
        toSend = group.isStored ? sizes.sharedRows * sendWords : 0
        phase = toSend > 0 ? 2 : 0
      default:
        toSend -= 1
        if toSend == 0 { phase = 0 }
      }
      for index in lanes.indices {
        var lane = lanes[index]
        // Multipliers, from the end on.
        let isBlocked = lane.sums == true && lane.results >= 2
        if takesSums { lane.results -= 1 }
        if !isBlocked {
          if lane.sums == true { lane.results += 1 }
          lane.sums = lane.products
          lane.products = lane.waiting.isEmpty ? nil : lane.waiting.removeFirst()
          if lane.products != nil { estimate.steps += 1 }
        }
        if fits[index] {
          if let second = lane.second {
            let end = lane.open + (second.pairs == 0 && lane.open == 0 && second.last ? 1 : second.pairs)
            let complete = second.last ? (end + m - 1) / m : end / m
            for step in 0..<complete { lane.waiting.append(second.last && step == complete - 1) }
            lane.open = second.last ? 0 : end % m
          }
          lane.second = lane.first
          lane.first = nil
          if let arriving {
            let place = places[arriving.place]
            let rowNumber = place.i * sizes.sharedRows + arriving.row
            let column = place.j * sizes.columns + index
            var pairs = 0
            if rowNumber < rows, column < columns {
              let x = a.masks[(place.b * rows + rowNumber) * a.rowChunks + place.k]
              let full = (place.b * tiles.columns + place.j) * sizes.columns + index
              let at = full * b.rowChunks + place.k
              let y = at < b.masks.count ? b.masks[at] : none
              for part in x.indices { pairs += (x[part] & y[part]).nonzeroBitCount }
            }
            lane.first = (pairs, arriving.row == sizes.sharedRows - 1 && leaves(arriving.place))
          }
        }
        lanes[index] = lane
      }
      if advance {
        for stage in (1..<5).reversed() { pipe[stage] = pipe[stage - 1] }
        pipe[0] = nil
        if next < places.count {
          let isGroupEnd = row == sizes.sharedRows - 1 && leaves(next)
          if !isGroupEnd || groups.count < 16 {
            pipe[0] = (next, row)
            if isGroupEnd {
              let place = places[next]
              groups.append((stores && place.k == tiles.inner - 1, place.i, place.j))
            }
            row += 1
            if row == sizes.sharedRows { (row, next) = (0, next + 1) }
          }
        }
      }
      isBusy = next < places.count || pipe.contains { $0 != nil } || !groups.isEmpty || phase != 0
    }
    // Two clocks to start, and seven of the finisher behind the last word.
    return (clock + 2 + (stores ? 8 : 0), clock + 3 + (stores ? 7 : 0))
  }

  /// When rows are done.
  private func rowCycles(
    _ kind: MachineCommand.Kind, _ fields: [UInt32], _ load: [UInt32], start: Int
  ) -> Int {
    let (rows, words) = (Int(fields[2] & 0xFFFF) + 1, Int(fields[3] & 0xFFF) + 1)
    let fraction = program.sizes.fractionBits
    let first = start + latency + 4
    if kind == .softmax {
      // Read, weigh, settle, and for each word fetch, load, divide and send.
      return first + rows * (2 * words + 5 + words * (fraction + 4)) + 8
    }
    let isSum = fields[0] >> 8 & 1 == 1
    let lengthBits = program.sizes.rowLength.trailingZeroBitCount
    let root = 16 + (lengthBits + 1) / 2
    let reads = words + (isSum ? 2 * words + latency + 3 : 0)
    // The next row's words are asked for when those of this one have been taken.
    return first + rows * (reads + 4 + words * (root + 4)) + 8
  }

  private func loaderEnd(_ kind: MachineCommand.Kind, _ fields: [UInt32], _ done: Int) -> Int {
    let words = Int(fields[3] & 0xFFF) + 1
    let fraction = program.sizes.fractionBits
    return kind == .softmax ? done - words * (fraction + 4) : done - words * 26
  }
}

/// What a program takes on the generated machine, from the definitions of the hardware.
public struct EngineEstimate: Hashable, Sendable {
  /// What a command waits for: the classes of the hardware's counters.
  public enum Stall: String, Hashable, Sendable, CaseIterable {
    /// Its own arrival.
    case fetch
    /// The loader or its data.
    case loader
    /// A bank that a product still reads.
    case bank
    /// Stores of a producer.
    case producer
    /// The product unit.
    case product
    /// Softmax or normalisation.
    case rows
    /// The loops of thresholds.
    case threshold
  }

  /// Clocks from the start to the last acknowledgement.
  public var cycles = 0
  /// Steps of all lanes.
  public var steps = 0
  /// Clocks in which the loader, the product unit, and softmax or normalisation are busy.
  public var busyLoader = 0, busyProduct = 0, busyRows = 0
  /// Clocks in which a command waits; one may count for several classes.
  public var stalls: [Stall: Int] = [:]

  /// Nothing.
  public init() {}
}

extension EngineProgram {
  /// What the program takes, with a memory that does not stall.
  ///
  /// - Parameter latency: Cycles from the address of a burst to its first word.
  public func estimate(latency: Int = 8) -> EngineEstimate {
    var model = EngineCycles(self, latency: latency)
    return model.total()
  }

  /// The cycles of the program, with a memory that does not stall.
  ///
  /// - Parameter latency: Cycles from the address of a burst to its first word.
  public func estimatedCycles(latency: Int = 8) -> Int { estimate(latency: latency).cycles }
}
