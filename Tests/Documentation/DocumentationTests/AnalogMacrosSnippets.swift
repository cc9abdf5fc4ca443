import AnalogMacros
import AnalogMacrosHardware
import HDL
import Testing
import Verilog

/// The code of the pages of analog macros.
@Suite struct AnalogMacrosSnippets {
  @Test func `Products of crossbars, as the page says`() {
    var effects = Nonidealities()
    effects.relativeProgramming = 0.05
    let ideal = CrossbarProduct.Configuration(CrossbarGeometry(converterBits: 9), .differential)
    var noisy = ideal
    noisy.effects = effects
    let weights: [[Int32]] = [[10, -3], [-128, 127], [0, 5]]
    let exact = CrossbarProduct(weights, ideal).times([1, -2, 3])
    let products = CrossbarProduct(weights, noisy).times([1, -2, 3])
    #expect(exact == [266, -242])
    #expect(products.count == 2)
  }

  @Test func `Losses of wires, as the page says`() {
    let wires = CrossbarWires(
      resistivity: 2.63e-8, cell: 384e-9, width: 56e-9, height: 101e-9, conductance: 1e-5)
    let losses = wires.losses(rows: 32, columns: 32, conductance: 0.5)
    var lossy = Nonidealities()
    (lossy.lossPerRow, lossy.lossPerColumn) = (losses.perRow, losses.perColumn)
    #expect(!lossy.isIdeal && lossy.fault == nil && losses.mean < 0.01)
  }

  @Test func `The shell, as the page says`() throws {
    let unit = CrossbarProductUnit(
      .init(CrossbarGeometry(rows: 64, columns: 32, converterBits: 8), .differential, columnsPerConverter: 4))
    let verilog = try unit.elaborate().simplified().verilog()
    #expect(verilog.last?.text.contains("analog_crossbar #(") == true)
  }
}
