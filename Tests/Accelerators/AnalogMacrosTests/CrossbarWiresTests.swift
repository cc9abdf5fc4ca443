import AnalogMacros
import TestFiles
import Testing

/// Currents through resistive wires beside those of badcrossbar: `Tests/Reference/crossbar_wires.py`.
@Suite struct CrossbarWiresTests {
  private struct Case: Decodable {
    var rows, columns: Int
    var wire: Double
    var levels, driven: [Int]
    var currents: [Double]
  }

  @Test func `Currents are those of another solver of the same nodes`() throws {
    let cases = try Checkout.vectors("crossbar-wires.json", as: [Case].self)
    #expect(
      cases.contains { $0.rows == 32 && $0.columns == 32 } && cases.contains { $0.rows == 64 && $0.columns == 64 })
    for example in cases {
      let conductances = example.levels.map { 1.0 / 17 + Double($0) * (16.0 / 17) / 3 }
      var driven = [Bool](repeating: false, count: example.rows)
      for row in example.driven { driven[row] = true }
      let solution = CrossbarWires(segment: example.wire).solve(conductances, driven: driven)
      #expect(solution.currents.count == example.columns)
      for (own, other) in zip(solution.currents, example.currents) {
        // The goal is a hundredth; both solve the same equations.
        #expect(abs(own / other - 1) < 1e-6, "\(example.rows) × \(example.columns): \(own), badcrossbar \(other)")
      }
    }
  }

  @Test func `A single cell is a divider, and wires without resistance lose nothing`() {
    let one = CrossbarWires(segment: 0.25).solve([0.5], driven: [true])
    // 1 / (1/4 + 2 + 1/4).
    #expect(abs(one.currents[0] - 0.4) < 1e-9 && abs(one.cells[0] - 0.8) < 1e-9)
    let free = CrossbarWires(segment: 1e-12).solve([0.5, 1, 0.25, 0.75], driven: [true, true])
    #expect(abs(free.currents[0] - 0.75) < 1e-9 && abs(free.currents[1] - 1.75) < 1e-9)
    #expect(CrossbarWires(segment: 0.1).solve([1, 1], driven: [false]).currents == [0, 0])
  }

  @Test func `The knobs of the macro come from the wires`() {
    // Copper of 56 nm, a cell of 384 nm, 100 kΩ.
    let wires = CrossbarWires(
      resistivity: 2.63e-8, cell: 384e-9, width: 56e-9, height: 1.8 * 56e-9, conductance: 1e-5)
    #expect(abs(wires.segment - 1.789e-5) < 1e-8)
    let small = wires.losses(rows: 24, columns: 24, conductance: 0.5)
    #expect(small.perColumn > 0 && small.perRow > 0 && small.mean > small.error && small.greatest < small.mean * 2)
    let twice = CrossbarWires(segment: 2 * wires.segment).losses(rows: 24, columns: 24, conductance: 0.5)
    #expect(abs(twice.perColumn / small.perColumn - 2) < 0.02)
    // The row next to the ground loses least.
    let solution = CrossbarWires(segment: 0.01).solve([Double](repeating: 1, count: 12), driven: [true, true, true])
    #expect(solution.cells[8] > solution.cells[0] && solution.cells[0] > solution.cells[3])
  }
}
