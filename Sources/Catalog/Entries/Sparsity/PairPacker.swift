import Catalog
import Golden
import Testbench
import Units

extension Catalog {
  /// Pre-compute sparsity.
  static let pairPacker = Entry<PairPacker, CountWorkload>(
    "pair-packer",
    "Packs the pairs that the masks of a row and a column both keep into full steps: pre-compute sparsity.",
    configurations: [
      ("wide", PairPacker { ($0.width, $0.multipliers, $0.chunk, $0.rows, $0.queue) = (6, 8, 8, 2, 2) }),
      ("small", PairPacker { ($0.width, $0.multipliers, $0.chunk, $0.rows, $0.queue) = (2, 2, 4, 2, 4) }),
    ],
    workload: CountWorkload(count: 200), workloadParameters: CountWorkload.parameters("Groups of chunks"),
    expectedCycles: { unit, work in work.count * (3 + unit.chunk / unit.multipliers) }
  ) { request in
    let unit = request.generator
    let golden = PairPacking(multipliers: unit.multipliers)
    var bench = try request.streamBench()
    var random = bench.random("groups")
    for index in 0..<request.workload.count {
      let group = (0..<1 + random.integer(below: 5)).map { _ in
        PairPacking.Chunk(unit, corner: index % 16 == 0 ? index / 16 : nil, &random)
      }
      let steps = golden.steps(group)
      try bench.withStimuli { stimuli throws(BenchError) in
        for (number, chunk) in group.enumerated() {
          try stimuli.send(words: chunk.words(width: unit.width, isLast: number == group.count - 1), on: "push")
        }
        for (number, step) in steps.enumerated() {
          let words =
            packed(step.map { $0.left.code(unit.width) }, width: unit.width)
            + packed(step.map { $0.right.code(unit.width) }, width: unit.width)
            + packed(step.map { UInt64($0.row) }, width: unit.rowWidth)
          try stimuli.expect(words: words + [number == steps.count - 1 ? 1 : 0], on: "pop")
        }
      }
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    let masks = [try model.field("push", "left_mask"), try model.field("push", "right_mask")]
    let all = unit.chunk >= 62 ? -1 : 1 << unit.chunk - 1
    try model.point(
      "pairs of a chunk", over: masks, [.value("none", 0), .value("some", 1), .value("all", 2)]
    ) { $0[0] & $0[1] == 0 ? 0 : $0[0] & $0[1] & all == all ? 2 : 1 }
    try model.point("end of group", over: try model.field("push", "last"), .bit)
    try model.point("last step", over: try model.field("pop", "last"), .bit)
  }
  .scored(on: "small")
}

extension PairPacker {
  /// Bits of the number of a row.
  fileprivate var rowWidth: Int { max(1, Int.bitWidth - (rows - 1).leadingZeroBitCount) }
}

extension Int {
  /// The number in two's complement of a width.
  fileprivate func code(_ width: Int) -> UInt64 { UInt64(bitPattern: Int64(self)) & (.max >> UInt64(64 - width)) }
}

extension PairPacking.Chunk {
  /// A chunk of a random row, of any density on either side; numbers that are not kept hold anything.
  ///
  /// - Parameter corner: Where given, masks and numbers are corners as a whole.
  fileprivate init(_ unit: PairPacker, corner: Int?, _ random: inout Xoshiro256) {
    let densities = [0, 1, 4, 7, 8, 8]
    let (left, right) = (densities[random.integer(below: 6)], densities[random.integer(below: 6)])
    let positions = (0..<unit.chunk).map { place -> PairPacking.Position in
      let keeps = (random.integer(below: 8) < left, random.integer(below: 8) < right)
      guard let corner else {
        return PairPacking.Position(
          left: random.signed(bits: unit.width), right: random.signed(bits: unit.width), keepsLeft: keeps.0,
          keepsRight: keeps.1)
      }
      func number(_ corner: Int) -> Int {
        let code = cornerLane(place, of: unit.chunk, width: unit.width, number: corner)
        return Int(Int64(bitPattern: code << UInt64(64 - unit.width)) >> Int64(64 - unit.width))
      }
      let mask = cornerLane(place, of: unit.chunk, width: 1, number: corner) == 1
      return PairPacking.Position(
        left: number(corner), right: number(corner / 4), keepsLeft: mask,
        keepsRight: cornerLane(place, of: unit.chunk, width: 1, number: corner / 4) == 1)
    }
    self.init(positions, row: random.integer(below: unit.rows))
  }

  /// The chunk as it goes to the unit.
  fileprivate func words(width: Int, isLast: Bool) -> [UInt64] {
    packed(positions.map { $0.keepsLeft ? 1 : 0 }, width: 1) + packed(positions.map { $0.keepsRight ? 1 : 0 }, width: 1)
      + packed(positions.map { $0.left.code(width) }, width: width)
      + packed(positions.map { $0.right.code(width) }, width: width) + [UInt64(row), isLast ? 1 : 0]
  }
}
