import Catalog
import Golden
import Testbench
import Units

extension Catalog {
  /// DynaTran's threshold calculator.
  static let thresholdInterpolator = Entry<ThresholdInterpolator, CountWorkload>(
    "threshold-interpolator", "Turns a wanted share of zeros into DynaTran's threshold, by a profiled table and lines.",
    configurations: [
      (
        "tables", ThresholdInterpolator { ($0.shareBits, $0.thresholdWidth, $0.entries, $0.tables) = (9, 20, 8, 4) }
      ),
      ("small", ThresholdInterpolator { ($0.shareBits, $0.thresholdWidth, $0.entries) = (5, 4, 4) }),
    ],
    workload: CountWorkload(count: 400), workloadParameters: CountWorkload.parameters("Questions"),
    expectedCycles: { unit, work in
      (2 * unit.entries + unit.shareBits + unit.thresholdWidth + 8) * work.count + unit.tables * unit.entries
    }
  ) { request in
    let unit = request.generator
    var bench = try request.streamBench()
    var random = bench.random("orders")
    var tables: [ThresholdTable] = []
    for step in 0..<request.workload.count {
      // All tables first, one anew now and then.
      let first = step == 0 ? 0 : random.integer(below: unit.tables)
      let last = step == 0 ? unit.tables - 1 : random.integer(below: 8) == 0 ? first : -1
      for number in stride(from: first, through: last, by: 1) {
        let table = random.thresholdTable(unit.entries, unit.shareBits, unit.thresholdWidth)
        if step == 0 { tables.append(table) } else { tables[number] = table }
        try bench.withStimuli { stimuli throws(BenchError) in
          for (index, entry) in table.entries.enumerated() {
            try stimuli.send(words: [1, 0, UInt64(number), UInt64(index), entry.share, entry.threshold], on: "push")
          }
        }
      }
      let number = random.integer(below: unit.tables)
      let isDirect = random.integer(below: 8) == 0
      let wanted = random.share(near: tables[number], bits: unit.shareBits)
      let own = random.operand(bits: unit.thresholdWidth)
      try bench.withStimuli { stimuli throws(BenchError) in
        try stimuli.send(words: [0, isDirect ? 1 : 0, UInt64(number), 0, wanted, own], on: "push")
        try stimuli.expect(words: [isDirect ? own : tables[number].threshold(for: wanted)], on: "pop")
      }
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    try model.point("entry or question", over: try model.field("push", "is_entry"), .bit)
    try model.point("threshold of its own", over: try model.field("push", "is_direct"), .bit)
    if unit.tables == 1 {
      try model.exclude("push.table bits", ["bit 0 at 1"], because: "there is one table")
    }
    try model.excludeBackToBack(["pop"], because: "questions are answered one after the other")
  }
  .scored(on: "small")
}

extension Xoshiro256 {
  /// A table of which neither shares nor thresholds fall; equal ones and the extremes are frequent.
  mutating func thresholdTable(_ entries: Int, _ shareBits: Int, _ thresholdWidth: Int) -> ThresholdTable {
    let (shares, thresholds) = (sorted(entries, bits: shareBits), sorted(entries, bits: thresholdWidth))
    do throws(ThresholdTableError) {
      return try ThresholdTable(zip(shares, thresholds).map { .init(share: $0, threshold: $1) })
    } catch { preconditionFailure("sorted entries fall: \(error)") }
  }

  private mutating func sorted(_ count: Int, bits: Int) -> [UInt64] {
    let most = UInt64.max >> UInt64(64 - bits)
    let kind = integer(below: 6)
    var values = (0..<count).map { _ in operand(bits: bits) }
    if kind == 0 { values = values.map { $0 % 3 } }
    if kind == 1 { values[0] = most }
    if kind == 2 { values[0] = 0 }
    // One step from nothing to all: the longest line, the steepest one, or both.
    if kind >= 4 { values = values.enumerated().map { $0.offset % 2 == 0 ? 0 : most } }
    return values.sorted()
  }

  /// A share: that of an entry, one beside it, or any.
  mutating func share(near table: ThresholdTable, bits: Int) -> UInt64 {
    asOneDraw { random in
      let most = UInt64.max >> UInt64(64 - bits)
      guard random.integer(below: 3) > 0 else { return random.next() & most }
      let share = table.entries[random.integer(below: table.entries.count)].share
      return (share &+ UInt64(bitPattern: Int64(random.integer(in: -1...1)))) & most
    }
  }
}
