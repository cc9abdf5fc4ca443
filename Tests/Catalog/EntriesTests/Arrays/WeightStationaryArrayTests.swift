import Engine
import Entries
import NumberFormats
import TestSupport
import Testbench
import Testing
import Units
import Verilator

@Suite struct WeightStationaryArrayTests {
  static let arrays = [
    WeightStationaryArray(rows: 1, columns: 1),
    WeightStationaryArray(rows: 1, columns: 3),
    WeightStationaryArray(rows: 2, columns: 2),
    WeightStationaryArray(rows: 4, columns: 3) { $0.arithmetic.isPipelined = true },
    WeightStationaryArray(rows: 3, columns: 5) { $0.arithmetic.activation = .uint8 },
    WeightStationaryArray(rows: 5, columns: 2) { $0.arithmetic.weight = .uint8 },
    WeightStationaryArray(rows: 3, columns: 3) {
      ($0.arithmetic.activation, $0.arithmetic.weight) = (.uint8, .uint8)
      ($0.arithmetic.accumulatorWidth, $0.arithmetic.isPipelined) = (18, true)
    },
    WeightStationaryArray(rows: 8, columns: 8) {
      ($0.arithmetic.activation, $0.arithmetic.weight) = (.int16, .int16)
      $0.arithmetic.accumulatorWidth = 32
    },
  ]

  /// Random tiles back to back, the shortest spacing and longer ones, gaps between weights; all sums checked.
  @Test(arguments: arrays)
  func `Sums of all tiles are exact`(array: WeightStationaryArray) throws {
    let model = try array.verilated()
    let (rows, columns) = (array.rows, array.columns)
    let latency = array.latency
    let arithmetic = array.arithmetic
    let accumulator = try IntegerFormat(width: arithmetic.accumulatorWidth, isSigned: true)
    let activations = try (0..<rows).map { try #require(model.pin("activations_\($0)")) }
    let weights = try (0..<columns).map { try #require(model.pin("weights_\($0)")) }
    let sums = try (0..<columns).map { try #require(model.pin("sums_\($0)")) }
    let (load, loadFirst) = (try #require(model.pin("load")), try #require(model.pin("load_first")))
    let swap = try #require(model.pin("swap"))
    var random = Seed(7).generator("tiles")

    var expected: [Int: [Int64]] = [:]
    var current = [Int64](repeating: 0, count: rows * columns)
    var next = current
    var loaded = 0
    var tiles = 0
    var isValid = false
    var compared = 0
    var cycle = 0
    while compared < 600 * columns {
      // The swap of a complete tile, at once or later; the loading of the next one from the same clock on.
      let swaps = loaded == rows && (tiles % 3 != 2 || random.integer(below: 4) == 0)
      swap.unsigned = swaps ? 1 : 0
      let upcoming = next
      if swaps { loaded = 0 }
      let loads = loaded < rows && (tiles % 2 == 0 || random.integer(below: 3) > 0)
      load.unsigned = loads ? 1 : 0
      loadFirst.unsigned = loads && loaded == 0 ? 1 : 0
      for column in 0..<columns {
        let value = random.value(arithmetic.weight)
        weights[column].signed = value
        if loads { next[loaded * columns + column] = value }
      }
      if loads { loaded += 1 }
      let values = (0..<rows).map { _ in random.value(arithmetic.activation) }
      for (pin, value) in zip(activations, values) { pin.signed = value }
      if isValid {
        expected[cycle + latency] = (0..<columns).map { column in
          let exact = (0..<rows).reduce(Int64(0)) { $0 + values[$1] * current[$1 * columns + column] }
          return accumulator.wrap(exact)
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
      if swaps {
        current = upcoming
        isValid = true
        tiles += 1
      }
      cycle += 1
    }
    #expect(tiles > 20)
  }

  @Test(arguments: arrays) func `Tools take the Verilog without a word`(array: WeightStationaryArray) throws {
    #expect(try array.toolComplaints() == "")
  }

  @Test func `An array has one module for its cell and one for itself`() throws {
    let files = try WeightStationaryArray(rows: 7, columns: 3).elaborate().simplified().verilog()
    #expect(files.map(\.module) == ["WeightStationaryCell", "WeightStationaryArray_rows7_columns3"])
  }
}
