import Catalog
import Golden
import Testbench
import Units

extension Catalog {
  /// DynaTran's closed loops.
  static let sparsityController = Entry<SparsityController, CountWorkload>(
    "sparsity-controller", "Tracks a wanted share of zeros in a closed loop: moves thresholds by what masks show.",
    configurations: [
      (
        "narrow",
        SparsityController {
          ($0.shareBits, $0.thresholdWidth, $0.countWidth, $0.entries, $0.loops) = (8, 20, 9, 8, 1)
        }
      ),
      (
        "small",
        SparsityController {
          ($0.shareBits, $0.thresholdWidth, $0.countWidth, $0.entries, $0.loops) = (4, 4, 4, 2, 2)
        }
      ),
    ],
    workload: CountWorkload(count: 400), workloadParameters: CountWorkload.parameters("Orders with an answer"),
    expectedCycles: { unit, work in
      (2 * unit.entries + 2 * unit.shareBits + unit.thresholdWidth + unit.countWidth + 16) * work.count
        + unit.loops * (unit.entries + 40)
    }
  ) { request in
    let unit = request.generator
    var bench = try request.streamBench()
    var random = bench.random("orders")
    var loops: [SparsityLoop] = []
    for step in 0..<request.workload.count + unit.loops {
      // Every loop is told its share before anything else.
      let number = step < unit.loops ? step : random.integer(below: unit.loops)
      let kind = step < unit.loops ? 1 : [1, 2, 3, 3, 3, 3, 3, 3][random.integer(below: 8)]
      if step < unit.loops || random.integer(below: 12) == 0 {
        let table = random.thresholdTable(unit.entries, unit.shareBits, unit.thresholdWidth)
        try bench.withStimuli { stimuli throws(BenchError) in
          for (index, entry) in table.entries.enumerated() {
            try stimuli.send(
              words: [0, UInt64(number), UInt64(index), entry.share, entry.threshold, 0, 0, 0, 0], on: "push")
          }
        }
        if step < unit.loops {
          loops.append(
            SparsityLoop(
              table, shareBits: unit.shareBits, thresholdWidth: unit.thresholdWidth, target: 0, gainShift: 0))
        } else {
          loops[number].table = table
        }
      }
      let share = random.operand(bits: unit.shareBits)
      let threshold = random.operand(bits: unit.thresholdWidth)
      let gain = random.integer(below: 8)
      let keeps = step >= unit.loops && random.integer(below: 2) == 0
      let (numbers, zeros) = random.block(of: unit.countWidth)
      switch kind {
      case 1: loops[number].aim(at: share, gainShift: gain, keeps: keeps)
      case 2: loops[number].fix(threshold)
      default: loops[number].observe(zeros: zeros, of: numbers)
      }
      try bench.withStimuli { stimuli throws(BenchError) in
        try stimuli.send(
          words: [
            UInt64(kind), UInt64(number), 0, share, threshold, UInt64(gain), keeps ? 1 : 0, numbers, zeros,
          ], on: "push")
        try stimuli.expect(words: [UInt64(number), loops[number].threshold], on: "pop")
      }
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    try model.point(
      "kind", over: try model.field("push", "kind"),
      [.value("entry", 0), .value("share", 1), .value("threshold", 2), .value("measured", 3)])
    if unit.loops == 1 {
      for name in ["push.loop bits", "pop.loop bits"] {
        try model.exclude(name, ["bit 0 at 1"], because: "there is one loop")
      }
    }
    try model.excludeBackToBack(["pop"], because: "orders are answered one after the other")
  }
  .scored(on: "small")
}

extension Xoshiro256 {
  /// A block: how many numbers it has, and zeros among them: none, all, or any share.
  fileprivate mutating func block(of bits: Int) -> (UInt64, UInt64) {
    let numbers = operand(bits: bits)
    let zeros = [0, numbers, numbers == 0 ? 0 : next() % (numbers + 1)][integer(below: 3)]
    return (numbers, zeros)
  }
}
