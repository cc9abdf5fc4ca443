import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Steps.
  public static let counter = Entry<Counter, CountWorkload>(
    "counter", "Counts steps up, down or both ways, wrapping or saturating.",
    configurations: [("saturating", Counter { ($0.limit, $0.direction, $0.overflow) = (12, .both, .saturates) })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Clocks"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    var golden = CounterModel(limit: unit.limit, wraps: unit.overflow == .wraps)
    var bench = try PinBench(
      request.interface, latency: 0, name: request.name, index: request.index, seed: request.seed)
    var random = bench.random("commands")
    for cycle in 0..<request.workload.count {
      let step = random.integer(below: 8) != 0
      // Long runs one way reach the ends; clearing is rare enough for that.
      let down =
        unit.direction == .down || (unit.direction == .both && (cycle / 64 % 2 == 1) != (random.next() % 8 == 0))
      let clear = random.integer(below: 128) == 0
      let commands = unit.direction == .both ? [step, down, clear] : [step, clear]
      try bench.append(
        commands.map { $0 ? 1 : 0 }, expecting: [golden.value, golden.isAtEnd(down: down) ? 1 : 0])
      golden.clock(step: step, down: down, clear: clear)
    }
    return bench
  }
  .checked(proving: Counter { ($0.limit, $0.direction) = (12, .both) }) { unit in
    let stays = unit.overflow == .saturates
    return [
      Checker("in-range", "The value is never above the limit.") { io, m in
        m.assert(io.value .<= UInt(unit.limit), "is_in_range", "the value is above the limit")
      },
      Checker(
        "steps", "A step goes to the next value, and at the end as stated; clear goes to 0; otherwise nothing moves."
      ) { io, m in
        let value = io.value
        let (low, high) = (value .== 0, value .== UInt(unit.limit))
        let limit = m.constant(unit.limit, width: value.width, as: UInt.self)
        let zero = m.constant(0, width: value.width, as: UInt.self)
        let below = mux(low, stays ? zero : limit, value &- 1)
        let above = mux(high, stays ? limit : zero, value &+ 1)
        let down: Bit = unit.direction == .down ? 1 : 0
        let stepped = mux(io.down ?? down, below, above)
        let due = m.register("due", mux(io.clear, zero, mux(io.step, stepped, value)))
        let isKnown = m.register("is_known", m.constant(1, width: 1, as: Bits.self)[0], reset: 0)
        m.assert(!isKnown | (value .== due), "is_next", "the value is not the one that follows")
      },
    ]
  }
  .covering(coverCounter)

  private static let coverCounter: Entry<Counter, CountWorkload>.AddCoverage = { unit, model throws(CoverageError) in
    let limit = unit.limit
    let value = try model.pin("value")
    try model.point(
      "value", over: value,
      [.value("zero", 0)] + (limit > 1 ? [.range("between", 1...limit - 1)] : []) + [.value("limit", limit)]
        + [.illegal("above the limit", limit + 1...Int.max)])
    try model.point("step", over: try model.pin("step"), .bit)
    try model.point("clear", over: try model.pin("clear"), .bit)
    try model.cross("value × step × clear", ["value", "step", "clear"])
    if unit.direction == .both {
      try model.point("down", over: try model.pin("down"), .bit)
      try model.cross("value × step × down", ["value", "step", "down"])
    }
    try model.point(
      "passing the end", over: value,
      unit.overflow == .wraps
        ? (unit.direction == .down ? [] : [.transition("wraps up", limit, 0)])
          + (unit.direction == .up ? [] : [.transition("wraps down", 0, limit)])
        : [.transition("stays at the limit", limit, limit), .transition("stays at zero", 0, 0)])
  }
}
