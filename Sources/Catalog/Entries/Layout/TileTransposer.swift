import Catalog
import Golden
import Testbench
import Units

extension Catalog {
  /// Rows to columns.
  static let tileTransposer = Entry<TileTransposer, CountWorkload>(
    "tile-transposer", "Transposes square tiles, a row and a column in each clock.",
    configurations: [
      ("wide", TileTransposer { ($0.size, $0.elementWidth) = (5, 16) }),
      ("small", TileTransposer { ($0.size, $0.elementWidth) = (3, 2) }),
    ],
    workload: CountWorkload(count: 120), workloadParameters: CountWorkload.parameters("Tiles"),
    expectedCycles: { unit, work in work.count * unit.size }
  ) { request in
    let (size, width) = (request.generator.size, request.generator.elementWidth)
    var bench = try request.streamBench()
    var random = bench.random("tiles")
    // Whole tiles without a pause pass a row and a column in each clock; the first column comes behind its tile.
    let isFast = request.checksTiming
    if isFast {
      try bench.setStalls(.never)
      bench.options.limit(
        to: UInt64((request.workload.count + 1) * size + bench.options.drainCycles + 16),
        because: "a row and a column pass in each clock")
    }
    for tile in 0..<request.workload.count {
      let rows = isFast || random.integer(below: 2) == 0 ? size : 1 + random.integer(below: size)
      // The last row of a whole tile ends it whether it is marked or not.
      let isMarked = rows < size || random.integer(below: 2) == 0
      let elements = (0..<rows).map { row in
        let corner = tile % 8 == 0 ? random.integer(below: 4) : nil
        return (0..<size).map { lane in
          corner.map { cornerLane(lane, of: size, width: width, number: $0) } ?? random.operand(bits: width)
        }
      }
      try bench.withStimuli { stimuli throws(BenchError) in
        for (index, row) in elements.enumerated() {
          try stimuli.send(words: packed(row, width: width) + [isMarked && index == rows - 1 ? 1 : 0], on: "push")
        }
        for column in 0..<size {
          let values = (0..<size).map { $0 < rows ? elements[$0][column] : 0 }
          try stimuli.expect(words: packed(values, width: width) + [column == size - 1 ? 1 : 0], on: "pop")
        }
      }
    }
    return bench
  }
  .covering { _, model throws(CoverageError) in
    try model.point("end of tile", over: try model.field("push", "is_last"), .bit)
  }
  .scored(on: "small")
}
