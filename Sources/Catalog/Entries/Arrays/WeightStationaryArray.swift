import Catalog
import Netlist
import NumberFormats
import Testbench
import Units

extension Catalog {
  static let weightStationaryArray = Entry<WeightStationaryArray, CountWorkload>(
    "weight-stationary-array", "Systolic array that keeps weights in its cells, double-buffered.",
    configurations: [
      ("pipelined", WeightStationaryArray(rows: 4, columns: 4) { $0.arithmetic.isPipelined = true })
    ],
    workload: CountWorkload(count: 1000), workloadParameters: CountWorkload.parameters("Beats of activations"),
    expectedCycles: { array, work in 2 * work.count + 4 * array.rows }
  ) { request in
    let array = request.generator
    var bench = try request.pipelineBench(latency: array.latency)
    var random = bench.random("tiles")
    let (rows, columns, arithmetic) = (array.rows, array.columns, array.arithmetic)
    let accumulator = try IntegerFormat(width: arithmetic.accumulatorWidth, isSigned: true)
    var timeline = SystolicArrayTimeline()
    var current = [Int64](repeating: 0, count: rows * columns)
    var next = current
    var loaded = 0
    var hasTile = false
    var beats = 0
    while beats < request.workload.count {
      let swaps = loaded == rows && random.integer(below: 4) == 0
      let loads = !swaps && loaded < rows && random.integer(below: 4) > 0
      let values = (0..<rows).map { _ in random.value(arithmetic.activation) }
      let weights = (0..<columns).map { _ in random.value(arithmetic.weight) }
      timeline.drive(values + weights + [loads ? 1 : 0, loads && loaded == 0 ? 1 : 0, swaps ? 1 : 0])
      if hasTile {
        for column in 0..<columns {
          let exact = (0..<rows).reduce(Int64(0)) { $0 &+ values[$1] &* current[$1 * columns + column] }
          timeline.expect(accumulator.wrap(exact), column: column, cycle: timeline.cycle - 1 + column)
        }
        beats += 1
      }
      if loads {
        for column in 0..<columns { next[loaded * columns + column] = weights[column] }
        loaded += 1
      }
      if swaps {
        (current, loaded, hasTile) = (next, 0, true)
      }
    }
    try timeline.fill(&bench, columns: columns, idle: [Int64](repeating: 0, count: rows + columns + 3))
    return bench
  }
  .covering(coverWeightStationaryArray)

  private static let coverWeightStationaryArray: Entry<WeightStationaryArray, CountWorkload>.AddCoverage = {
    array, model throws(CoverageError) in
    for port in ["load", "swap"] { try model.point(port, over: try model.pin(port), .bit) }
    try model.cross(
      "load × swap", ["load", "swap"], [.excluded("1", "1", because: "a tile is exchanged when all of it is loaded")])
    try model.point(
      "sum", over: try model.pin("sums_0"), [.range("negative", Int.min ... -1), .range("positive", 1...Int.max)])
    try addSigns(&model)
  }
}
