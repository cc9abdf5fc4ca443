import Engine
import Entries
import NumberFormats
import TestSupport
import Testbench
import Testing
import Units
import Verilator

@Suite struct OutputStationaryArrayTests {
  static let arrays = [
    OutputStationaryArray(rows: 1, columns: 1),
    OutputStationaryArray(rows: 1, columns: 4),
    OutputStationaryArray(rows: 2, columns: 2) { $0.arithmetic.isPipelined = true },
    OutputStationaryArray(rows: 4, columns: 3) { $0.arithmetic.activation = .uint8 },
    OutputStationaryArray(rows: 3, columns: 5) { ($0.arithmetic.weight, $0.arithmetic.isPipelined) = (.uint8, true) },
    OutputStationaryArray(rows: 5, columns: 2) {
      ($0.arithmetic.activation, $0.arithmetic.weight) = (.uint8, .uint8)
      $0.arithmetic.accumulatorWidth = 18
    },
    OutputStationaryArray(rows: 8, columns: 8) {
      ($0.arithmetic.activation, $0.arithmetic.weight) = (.int16, .int16)
      $0.arithmetic.accumulatorWidth = 32
    },
  ]

  /// Tiles of random depth back to back and with gaps, as near to each other as they may be; all sums checked.
  @Test(arguments: arrays)
  func `Sums of all tiles are exact`(array: OutputStationaryArray) throws {
    let model = try array.verilated()
    let (rows, columns) = (array.rows, array.columns)
    let latency = array.latency
    let arithmetic = array.arithmetic
    let accumulator = try IntegerFormat(width: arithmetic.accumulatorWidth, isSigned: true)
    let activations = try (0..<rows).map { try #require(model.pin("activations_\($0)")) }
    let weights = try (0..<columns).map { try #require(model.pin("weights_\($0)")) }
    let sums = try (0..<columns).map { try #require(model.pin("sums_\($0)")) }
    let (first, last) = (try #require(model.pin("first")), try #require(model.pin("last")))
    var random = Seed(9).generator("tiles")
    try model.reset()

    var expected: [Int: [Int64]] = [:]
    var exact = [Int64](repeating: 0, count: rows * columns)
    var (step, depth) = (0, 1)
    var lastEnd = -rows
    var compared = 0
    var cycle = 0
    while compared < 100 * rows * columns {
      var takes = random.integer(below: 4) > 0
      if step == depth - 1, cycle - lastEnd < rows { takes = false }
      let left = (0..<rows).map { _ in takes ? random.value(arithmetic.activation) : 0 }
      let right = (0..<columns).map { _ in random.value(arithmetic.weight) }
      for (pin, value) in zip(activations, left) { pin.signed = value }
      for (pin, value) in zip(weights, right) { pin.signed = value }
      first.unsigned = takes && step == 0 ? 1 : 0
      last.unsigned = takes && step == depth - 1 ? 1 : 0
      if takes {
        for row in 0..<rows {
          for column in 0..<columns {
            exact[row * columns + column] = (step == 0 ? 0 : exact[row * columns + column]) + left[row] * right[column]
          }
        }
        step += 1
        if step == depth {
          for row in 0..<rows {
            expected[cycle + latency + row] = exact[(row * columns)..<((row + 1) * columns)].map(accumulator.wrap)
          }
          lastEnd = cycle
          (step, depth) = (0, 1 + random.integer(below: 2 * rows + 2))
        }
      }
      try model.settle()
      for column in 0..<columns {
        guard let row = expected[cycle - column] else { continue }
        #expect(sums[column].signed == row[column], "cycle \(cycle), column \(column)")
        compared += 1
      }
      expected[cycle - columns] = nil
      try model.step()
      cycle += 1
    }
  }

  @Test(arguments: arrays) func `Tools take the Verilog without a word`(array: OutputStationaryArray) throws {
    #expect(try array.toolComplaints() == "")
  }
}
