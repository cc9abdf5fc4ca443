/// When rows are loaded over a bus: an address a cycle, a word a cycle, so many bursts under way.
///
/// When a row is written to its place depends on what is issued behind its load: a vector waits for a cycle in which no
/// operation writes a register. So rows are followed only as far as everything is known that can be in their way.
struct ReadTiming {
  /// A load that is under way.
  struct Load {
    let instruction: Instruction
    let transfer: Transfer
    let issued: Int
    /// The product that still reads the bank when the load is issued.
    let behind: StepTimes?
    /// Cycles from the last row to the end.
    let rest: Int
    /// The cycle in which each row so far was written to its place.
    fileprivate(set) var rows: [Int] = []
    /// The cycle in which it ends, when it is known.
    fileprivate(set) var end: Int?
  }

  private let latency, wordBytes: Int
  /// The loads that have not been dropped, in their order.
  private(set) var loads: [Load] = []
  /// The cycle in which the first word of an operand came.
  private(set) var firstOperand: Int?
  /// The cycle of the last address, of the last word, and that in which the last row left.
  private var lastAddress = 0
  private var lastWord = 0
  private var lastRow = 0
  /// The cycle from which on a vector waits for one without a result; nil when none does.
  private var waitingSince: Int?
  /// The cycles in which the last bursts ended, in a ring.
  private var ends = [Int](repeating: -2, count: PipelineCycles.outstandingReads + 1)
  private var bursts = 0

  init(_ latency: Int, wordBytes: Int) { (self.latency, self.wordBytes) = (latency, wordBytes) }

  /// Takes a load.
  mutating func issue(_ instruction: Instruction, _ transfer: Transfer, at cycle: Int, behind: StepTimes?, rest: Int) {
    loads.append(Load(instruction: instruction, transfer: transfer, issued: cycle, behind: behind, rest: rest))
  }

  /// Forgets the loads that ended before a cycle.
  mutating func drop(before cycle: Int) {
    let count = loads.prefix { $0.end.map { $0 < cycle } ?? false }.count
    if count > 0 { loads.removeFirst(count) }
  }

  /// Whether a vector waits in a cycle, and would in all those that are known.
  func waits(at cycle: Int) -> Bool { waitingSince.map { $0 <= cycle } ?? false }

  /// Follows the rows of all loads as far as no operation that is issued behind this cycle can be in their way.
  mutating func advance(to cycle: Int, _ writes: RegisterWrites) {
    waitingSince = nil
    for index in loads.indices where loads[index].end == nil {
      guard follow(index, to: cycle + PipelineCycles.vector - 2, writes) else { return }
    }
  }

  /// The cycle in which a load ends, when nothing is issued until then.
  mutating func end(of index: Int, _ writes: RegisterWrites) -> Int {
    for before in 0...index where loads[before].end == nil { _ = follow(before, to: .max, writes) }
    return loads[index].end ?? 0
  }

  /// Follows the rows of a load; false when one of them may still have to wait.
  private mutating func follow(_ index: Int, to limit: Int, _ writes: RegisterWrites) -> Bool {
    let transfer = loads[index].transfer
    let opcode = loads[index].instruction.opcode
    // A command waits a cycle in front of the port.
    lastAddress = max(lastAddress, loads[index].issued + 1)
    for row in loads[index].rows.count..<transfer.rows {
      let before = opcode == .loadVector ? (lastAddress, lastWord, lastRow, bursts, ends) : nil
      let first = transfer.rowAddress(row)
      let last = first + transfer.rowBytes - 1
      let crossing = first / 4096 == last / 4096 ? last : last / 4096 * 4096 - 1
      burst(first, crossing)
      if firstOperand == nil, opcode == .loadX || opcode == .loadY {
        firstOperand = lastWord - (crossing / wordBytes - first / wordBytes)
      }
      if crossing != last { burst(crossing + 1, last) }
      lastRow = max(lastWord, lastRow) + 1
      if let behind = loads[index].behind { lastRow = max(lastRow, behind.cycle(of: row) + 1) }
      if opcode == .loadVector {
        let start = lastRow
        while writes.contains(lastRow) { lastRow += 1 }
        if lastRow > limit, let before {
          (lastAddress, lastWord, lastRow, bursts, ends) = before
          waitingSince = start
          return false
        }
      }
      loads[index].rows.append(lastRow)
    }
    lastRow += loads[index].rest
    loads[index].end = lastRow
    return true
  }

  private mutating func burst(_ first: Int, _ last: Int) {
    let slot = bursts % ends.count
    // One address goes out while the queue of those under way is full; the next one when a burst has left it.
    lastAddress = max(lastAddress + 1, ends[slot] + 2)
    // The next word is taken when the row that is complete leaves.
    lastWord = max(lastWord + 1, lastAddress + latency, lastRow) + last / wordBytes - first / wordBytes
    ends[slot] = lastWord
    bursts += 1
  }
}

/// The cycles in which a product reads its steps.
struct StepTimes {
  /// The cycle of each step.
  private(set) var cycles: [Int]

  /// The steps of a product that is issued in a cycle, each behind the rows of the loads that it follows.
  init(issued: Int, depth: Int, following loads: [ReadTiming.Load]) {
    cycles = Array(issued + 1..<issued + 1 + depth)
    var last = issued
    for load in loads where (load.end ?? .max) > issued {
      last = issued
      for step in 0..<depth {
        last = max(last + 1, cycles[step], load.rows[step] + 1)
        cycles[step] = last
      }
    }
  }

  /// The cycle of a step; behind the last one that of the last one.
  func cycle(of step: Int) -> Int { cycles[min(step, cycles.count - 1)] }
  /// The cycle of the last step.
  var last: Int { cycles[cycles.count - 1] }
}

/// The cycles in which operations write vector registers: those of the last operations.
struct RegisterWrites {
  private var cycles = [Int](repeating: -1, count: 1024)

  /// Remembers a write.
  mutating func add(_ cycle: Int) { cycles[cycle % cycles.count] = cycle }
  /// Whether there is a write in a cycle.
  func contains(_ cycle: Int) -> Bool { cycles[cycle % cycles.count] == cycle }
}
