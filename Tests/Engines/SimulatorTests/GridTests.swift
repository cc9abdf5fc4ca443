import HDL
import Netlist
import TestSupport
import Testing
import Verilator

@testable import Simulator

/// Values that go through delay lines of every kind.
private struct Lines: Generator {
  var depth: Int
  var width: Int

  struct Ports {
    let value: Input<SInt>
    let flag: Input<Bit>
    let valueOut, plainOut: Output<SInt>
    let flagOut: Output<Bit>
  }
  var ports: Ports {
    Ports(value: .init(width), flag: .init(), valueOut: .init(width), plainOut: .init(width), flagOut: .init())
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    io.valueOut <== m.delayed("value", io.value, by: depth, reset: m.constant(-1, width: width, as: SInt.self))
    io.plainOut <== m.delayed("plain", m.register("early", io.value), by: depth)
    io.flagOut <== m.delayed("flag", io.flag, by: depth, reset: 1)
  }
}

@Suite struct GridTests {
  @Test(arguments: Weave.all) func `The native model of a grid does what its cells do one by one`(weave: Weave) throws {
    let circuit = try weave.elaborate()
    try Comparison.run(NativeModel(circuit), circuit, seed: 3, cycles: 150)
    try Comparison.run(NativeModel(circuit, options: .init(simplifies: false)), circuit, seed: 4, cycles: 50)
  }

  @Test(arguments: Weave.all) func `The text of a grid does what its cells do one by one`(weave: Weave) throws {
    let circuit = try weave.elaborate()
    let builder = try ModelBuilder(cache: ModelCache(folder: ".systole/test-cache"))
    let model = try builder.model(of: ModelDesign(circuit.simplified()), profile: .debug, initialState: .zero)
    try Comparison.run(model, circuit, seed: 5, cycles: 150)
  }

  @Test(arguments: [(1, 8), (2, 3), (5, 13), (9, 40), (3, 64), (3, 65), (17, 1)])
  func `Delay lines shift`(depth: Int, width: Int) throws {
    let circuit = try Lines(depth: depth, width: width).elaborate()
    try Comparison.run(NativeModel(circuit), circuit, seed: 9, cycles: 120)
    try Comparison.run(NativeModel(circuit, options: .init(simplifies: false)), circuit, seed: 9, cycles: 60)
    let builder = try ModelBuilder(cache: ModelCache(folder: ".systole/test-cache"))
    let model = try builder.model(of: ModelDesign(circuit.simplified()), profile: .debug, initialState: .zero)
    try Comparison.run(model, circuit, seed: 11, cycles: 120)
  }

  @Test func `A wave shows a delay line whole, and each cell under row and column`() throws {
    let model = try NativeModel(Lines(depth: 5, width: 13).elaborate())
    let items = WavePlan(try observed(model)).items.map { "\($0)" }.joined()
    #expect(items.contains("\"plain_delay\", width: 65"))
    let cells = try NativeModel(Weave(rows: 2, columns: 2).elaborate())
    let scopes = WavePlan(try observed(cells)).items.map { "\($0)" }.joined()
    for name in ["tile_0_0", "tile_1_1"] { #expect(scopes.contains("scope(\"\(name)\")")) }
  }

  private func observed(_ model: NativeModel) throws -> Lowering {
    let lowering = Lowering(model.tree, options: model.options, models: try ForeignModels(model.tree))
    lowering.run(observingNets: true)
    return lowering
  }
}
