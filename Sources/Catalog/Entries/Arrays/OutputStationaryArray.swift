import Catalog
import Netlist
import NumberFormats
import Testbench
import Units

extension Catalog {
  static let outputStationaryArray = Entry<OutputStationaryArray, CountWorkload>(
    "output-stationary-array", "Systolic array that keeps sums in its cells and shifts them out.",
    configurations: [
      (
        "pipelined",
        OutputStationaryArray(rows: 3, columns: 8) {
          ($0.arithmetic.accumulatorWidth, $0.arithmetic.isPipelined) = (18, true)
        }
      )
    ],
    workload: CountWorkload(count: 50), workloadParameters: CountWorkload.parameters("Tiles"),
    expectedCycles: { array, work in 3 * work.count * array.rows }
  ) { request in
    let array = request.generator
    var bench = try request.pipelineBench(latency: array.latency)
    var random = bench.random("tiles")
    let (rows, columns, arithmetic) = (array.rows, array.columns, array.arithmetic)
    let accumulator = try IntegerFormat(width: arithmetic.accumulatorWidth, isSigned: true)
    let idle = [Int64](repeating: 0, count: rows + columns + 2)
    var timeline = SystolicArrayTimeline()
    var lastEnd = -rows
    for tile in 0..<request.workload.count {
      // A sum that is there at once meets whatever still moves after the reset.
      let depth = tile == 0 && request.index % 2 == 0 ? 1 : 1 + random.integer(below: 2 * rows)
      var sums = [Int64](repeating: 0, count: rows * columns)
      for step in 0..<depth {
        let isLast = step == depth - 1
        while isLast ? timeline.cycle - lastEnd < rows : random.integer(below: 8) == 0 { timeline.drive(idle) }
        let left = (0..<rows).map { _ in random.value(arithmetic.activation) }
        let right = (0..<columns).map { _ in random.value(arithmetic.weight) }
        for row in 0..<rows {
          for column in 0..<columns { sums[row * columns + column] &+= left[row] &* right[column] }
        }
        timeline.drive(left + right + [step == 0 ? 1 : 0, isLast ? 1 : 0])
      }
      lastEnd = timeline.cycle - 1
      for row in 0..<rows {
        for column in 0..<columns {
          timeline.expect(
            accumulator.wrap(sums[row * columns + column]), column: column, cycle: lastEnd + row + column)
        }
      }
    }
    try timeline.fill(&bench, columns: columns, idle: idle)
    return bench
  }
  .scored(on: "pipelined")
  .covering(coverOutputStationaryArray)

  private static let coverOutputStationaryArray: Entry<OutputStationaryArray, CountWorkload>.AddCoverage = {
    _, model throws(CoverageError) in
    for port in ["first", "last"] { try model.point(port, over: try model.pin(port), .bit) }
    try model.cross("first × last", ["first", "last"])
    try model.point(
      "sum", over: try model.pin("sums_0"), [.range("negative", Int.min ... -1), .range("positive", 1...Int.max)])
    try addSigns(&model)
  }
}
