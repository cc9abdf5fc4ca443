import Foundation
import HeTraX
import TestFiles
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The resistive grid against what can be computed by hand.
@Suite struct ThermalGridTests {
  /// A die as large as spreader and sink: heat flows in one dimension.
  static func column(tiers: Int, bond: Double = 0.25) -> ThermalStack {
    var package = ThermalPackage()
    (package.spreaderSide, package.sinkSide) = (1e-2, 1e-2)
    return ThermalStack(
      width: 1e-2, height: 1e-2, tiers: (0..<tiers).map { ThermalStack.Tier("tier \($0)") }, package: package
    ).bonded(conductivity: bond)
  }

  static let small = ThermalStack(
    width: 1e-2, height: 1e-2, tiers: ["a", "b", "c"].map { ThermalStack.Tier($0) })

  @Test func `Resistances of a square centimetre are those of the specification`() {
    let area = 1e-4
    #expect(abs(ThermalLayer(thickness: 150e-6, material: .silicon).resistance(area: area) - 0.015) < 1e-12)
    #expect(abs(ThermalLayer(thickness: 20e-6, material: .interface).resistance(area: area) - 0.05) < 1e-12)
    let bond = ThermalLayer(thickness: 20e-6, material: .adhesive).resistance(area: area)
    #expect(abs(bond - 0.8) < 1e-12)
    #expect(abs(79 * bond - 63) < 0.3)
  }

  @Test(arguments: [1, 2, 4], [0.25, 1.5]) func `A stack in one dimension has the temperatures of its resistances`(
    tiers: Int, bond: Double
  ) throws {
    let stack = Self.column(tiers: tiers, bond: bond)
    let watts = (0..<tiers).map { 10 + 7 * Double($0) }
    let power = PowerMap(grids: watts.map { [[$0]] }, width: 1e-2, height: 1e-2)
    let field = try ThermalGrid(stack, columns: 3, rows: 2).steady(power)
    // By hand, in kelvins for each watt through 1 cm².
    let (silicon, interface, copper) = (150e-6 / 100 / 1e-4, 20e-6 / 4 / 1e-4, (1e-3 + 6.9e-3) / 400 / 1e-4)
    let adhesive = 20e-6 / bond / 1e-4
    var (behind, temperature) = (watts.reduce(0, +), 318.15)
    temperature += behind * (0.1 + copper + interface + silicon / 2)
    for tier in 0..<tiers {
      if tier > 0 {
        behind -= watts[tier - 1]
        temperature += behind * (adhesive + silicon)
      }
      let (peak, mean, least) = field.summary(tier: tier)
      #expect(abs(mean - temperature) < 1e-6, "tier \(tier): \(mean), by hand \(temperature)")
      #expect(peak - least < 1e-6)
    }
    // The fast formula is exact here.
    let formula = StackFormula(stack, columns: 4, rows: 4)
    let cells = power.cells(columns: 4, rows: 4, width: 1e-2, height: 1e-2)
    #expect(abs(formula.peak(cells) - temperature) < 1e-6)
    #expect(abs(formula.temperatures(column: 5, cells)[tiers - 1] - temperature) < 1e-6)
    #expect(abs(formula.temperatures(column: 5, cells)[0] - field.summary(tier: 0).mean) < 1e-6)
  }

  @Test func `What the tiers make leaves by the sink`() throws {
    let power = PowerMap(tiers: [
      [PowerBlock("corner", x: 0, y: 0, width: 2e-3, height: 3e-3, watts: 11)],
      [PowerBlock("odd", x: 3.3e-3, y: 1.7e-3, width: 5.1e-3, height: 6.2e-3, watts: 7)],
      [PowerBlock("all", x: 0, y: 0, width: 1e-2, height: 1e-2, watts: 20)],
    ])
    #expect(abs(power.total - 38) < 1e-12)
    let field = try ThermalGrid(Self.small, columns: 9, rows: 7, slices: 2).steady(power)
    #expect(field.residual <= 1e-10)
    #expect(abs(field.sinkHeat / 38 - 1) < 1e-12, "\(field.sinkHeat) W leave")
    // The corner that makes heat is the hottest of its tier.
    #expect(field.tiers[0].firstIndex(of: field.tiers[0].max() ?? 0) == 0)
    #expect(field.tiers.allSatisfy { $0.allSatisfy { $0 > 318.15 } })
  }

  @Test func `Symmetric power gives symmetric temperatures, and sources add up`() throws {
    let grid = try ThermalGrid(Self.small, columns: 8, rows: 8)
    func block(_ x: Double, _ y: Double, _ watts: Double) -> PowerBlock {
      PowerBlock("block", x: x, y: y, width: 2e-3, height: 2e-3, watts: watts)
    }
    let first = try grid.steady(PowerMap(tiers: [[], [block(1e-3, 2e-3, 5)], []]))
    let mirrored = try grid.steady(PowerMap(tiers: [[], [block(7e-3, 2e-3, 5)], []]))
    let turned = try grid.steady(PowerMap(tiers: [[], [block(2e-3, 1e-3, 5)], []]))
    let both = try grid.steady(PowerMap(tiers: [[], [block(1e-3, 2e-3, 5), block(7e-3, 2e-3, 5)], []]))
    for tier in 0..<3 {
      for row in 0..<8 {
        for column in 0..<8 {
          let value = first.tiers[tier][row * 8 + column]
          #expect(abs(value - mirrored.tiers[tier][row * 8 + 7 - column]) < 1e-6)
          #expect(abs(value - turned.tiers[tier][column * 8 + row]) < 1e-6)
          let sum = value + mirrored.tiers[tier][row * 8 + column] - 318.15
          #expect(abs(sum - both.tiers[tier][row * 8 + column]) < 1e-6)
        }
      }
    }
  }

  @Test func `Finer cells converge`() throws {
    let power = PowerMap(
      grids: [[[1]], [[12, 0], [0, 0]], [[3]]], width: 1e-2, height: 1e-2)
    func mean(_ cells: Int, _ margin: Int, _ slices: Int) throws -> Double {
      let field = try ThermalGrid(Self.small, columns: cells, rows: cells, margin: margin, slices: slices).steady(power)
      return field.mean(
        tier: 1, of: PowerBlock("hot", x: 0, y: 0, width: 5e-3, height: 5e-3, watts: 0), on: Self.small)
    }
    let values = try [mean(4, 2, 1), mean(8, 4, 1), mean(16, 8, 1)]
    let (coarse, fine) = (abs(values[1] - values[0]), abs(values[2] - values[1]))
    #expect(fine < coarse / 2, "\(values)")
    #expect(fine < 1, "\(values)")
    // Layers divided in z.
    let sliced = try [mean(8, 4, 2), mean(8, 4, 4)]
    #expect(abs(sliced[0] - values[1]) < 0.3, "\(sliced)")
    #expect(abs(sliced[1] - sliced[0]) < abs(sliced[0] - values[1]), "\(sliced)")
  }

  @Test func `Requests that cannot be are refused with a reason`() throws {
    func refuses(_ change: (inout ThermalStack) -> Void, _ reason: String) {
      var stack = Self.small
      change(&stack)
      let error = #expect(throws: HeTraXError.self) { try ThermalGrid(stack, columns: 4, rows: 4) }
      #expect("\(String(describing: error))".contains(reason) || "\(error as Any)".contains(reason), "\(error as Any)")
    }
    refuses({ $0.tiers = [] }, "tiers")
    refuses({ $0.tiers[1].bond.thickness = 0 }, "thickness of bond")
    refuses({ $0.tiers[1].silicon.material.conductivity = .nan }, "conductivity of silicon")
    refuses({ $0.width = 4e-2 }, "the die must fit the spreader")
    #expect(throws: HeTraXError.self) { try ThermalGrid(Self.small, columns: 0) }
    let grid = try ThermalGrid(Self.small, columns: 4, rows: 4)
    #expect(throws: HeTraXError.self) { try grid.steady(PowerMap(tiers: [[]])) }
    #expect(throws: HeTraXError.self) {
      try grid.steady(
        PowerMap(tiers: [[PowerBlock("far", x: 9e-3, y: 0, width: 2e-3, height: 1e-3, watts: 1)], [], []]))
    }
    #expect(throws: HeTraXError.self) {
      try grid.steady(PowerMap(grids: [[[-1]], [[0]], [[0]]], width: 1e-2, height: 1e-2))
    }
  }

  @Test func `A request is read from JSON, with HotSpot's package where none is given`() throws {
    let text = """
      {"width": 0.01, "height": 0.01, "package": {"ambient": 300},
       "tiers": [{"name": "logic", "grid": [[10, 20], [30, 40]]},
                 {"name": "memory", "blocks": [{"name": "bank", "x": 0, "y": 0, "width": 0.005, "height": 0.01, "watts": 3}],
                  "bond": {"thickness": 1e-5, "material": {"conductivity": 2, "capacity": 2e6}}}]}
      """
    let request = try JSONDecoder().decode(ThermalRequest.self, from: Data(text.utf8))
    #expect(request.power.totals == [100, 3])
    #expect(request.stack.package.ambient == 300)
    #expect(request.stack.package.convectionResistance == 0.1)
    #expect(request.stack.tiers[0].bond.material == .adhesive)
    #expect(request.stack.tiers[1].bond.material.conductivity == 2)
    // The first row is at the lower edge.
    #expect(request.power.tiers[0][1].x == 0.005 && request.power.tiers[0][1].watts == 20)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(
        ThermalRequest.self, from: Data(text.replacing("0.005", with: "0.02").utf8))
    }
  }

  @Test func `A drawing shows every tier with its temperatures`() throws {
    let power = PowerMap(grids: [[[1]], [[12, 0], [0, 0]], [[3]]], width: 1e-2, height: 1e-2)
    let field = try ThermalGrid(Self.small, columns: 4, rows: 4).steady(power)
    let drawing = HeatDrawing("Heat <of> tiers", field, on: Self.small, power)
    let svg = drawing.svg()
    // Cells of three tiers, the blocks' outlines, and the scale.
    #expect(svg.components(separatedBy: "<rect ").count == 75)
    #expect(svg.contains("Heat &lt;of&gt; tiers"))
    #expect(svg.contains("b, tier 1"))
    #expect(drawing.svg(tier: 1).components(separatedBy: "<rect ").count == 41)
    #expect(XMLParser(data: Data(svg.utf8)).parse())
  }
}
