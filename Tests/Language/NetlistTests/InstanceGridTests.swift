import Netlist
import Testing

/// Circuits with a grid that are made by hand.
private enum GridCircuit {
  /// A register with an input and an output, or a wire.
  static func cell(isRegister: Bool = true, both: Bool = false) -> Definition {
    var cell = Definition(name: "Hop")
    cell.clocks = [ClockShape(clock: "clock", reset: nil)]
    let inputs = both ? ["a", "b"] : ["a"]
    for (index, name) in inputs.enumerated() {
      cell.signals.append(
        NetlistSignal(name: name, width: 4, isSigned: false, kind: .input(port: Int32(index)), place: -1))
      cell.ports.append(
        Port(shape: PortShape(name: name, direction: .input, width: 4), path: name, driver: nil, place: -1))
      _ = cell.table.intern(Node(.signal, width: 4, isSigned: false, a: Int32(index)))
    }
    for index in 0..<(both ? 2 : 1) {
      var driver = NodeID(Int32(both ? 1 - index : index))
      if isRegister {
        let signal = Int32(cell.signals.count)
        cell.signals.append(
          NetlistSignal(
            name: "kept_\(index)", width: 4, isSigned: false, kind: .register(Int32(cell.registers.count)), place: -1))
        cell.registers.append(
          NetlistRegister(
            signal: signal, next: driver, enable: nil, resetValue: nil, initialValue: nil, clock: 0))
        driver = cell.table.intern(Node(.signal, width: 4, isSigned: false, a: signal))
      }
      let name = index == 0 ? "x" : "y"
      cell.ports.append(
        Port(shape: PortShape(name: name, direction: .output, width: 4), path: name, driver: driver, place: -1))
    }
    return cell
  }

  /// A top with an array of cells, whose inputs take constants from outside.
  static func definitions(_ cell: Definition, _ grid: InstanceGrid) -> [Definition] {
    let array = Definition(name: "Top_cells", grid: grid, of: cell)
    var top = Definition(name: "Top")
    top.clocks = cell.clocks
    let inputs = array.ports.filter { $0.shape.direction == .input }
    let outputs = array.ports.enumerated().filter { $0.element.shape.direction == .output }
    let drivers = inputs.map { top.table.constant(.ones($0.shape.width), isSigned: false) }
    let (_, node) = top.addInstance(
      "cells", of: 1, inputs: drivers.count,
      outputs: outputs.map {
        NetlistSignal(
          name: "", width: $0.element.shape.width, isSigned: false,
          kind: .instanceOutput(instance: 0, port: Int32($0.offset)), place: -1)
      }, undriven: NodeID(-1), at: -1)
    top.connections = drivers
    top.ports.append(
      Port(
        shape: PortShape(name: "values", direction: .output, width: outputs[0].element.shape.width), path: "values",
        driver: node, place: -1))
    return [cell, array, top]
  }
}

@Suite struct InstanceGridTests {
  private static let chain = InstanceGridInput(.rows, chain: .init(port: 1, side: .firstColumn))

  @Test func `The ports of an array are vectors of those of its cells`() throws {
    let grid = InstanceGrid(cell: 0, rows: 2, columns: 3, inputs: [Self.chain])
    let circuit = try Circuit(definitions: GridCircuit.definitions(GridCircuit.cell(), grid))
    #expect(circuit.definitions[1].ports.map(\.shape.width) == [8, 24])
    #expect(circuit.occurrences == [6, 1, 1])
    #expect(circuit.statistics.instances == 6)
    #expect(circuit.statistics.modules == 2)
    #expect(circuit.statistics.registerBits == 24)
  }

  @Test func `The flat form has an instance for each cell and no vector`() throws {
    let grid = InstanceGrid(cell: 0, rows: 2, columns: 3, inputs: [Self.chain])
    let flat = try Circuit(definitions: GridCircuit.definitions(GridCircuit.cell(), grid)).unrolled()
    #expect(flat.definitions.map(\.name) == ["Hop", "Top"])
    #expect(
      flat.top.instances.map(\.name) == [
        "cells_0_0", "cells_0_1", "cells_0_2", "cells_1_0", "cells_1_1", "cells_1_2",
      ])
    // The second cell of a row takes what the first one gives.
    let second = flat.top.drivers(of: flat.top.instances[1]).first!
    let node = flat.top.table[second]
    #expect(node.operation == .signal && flat.top.name(ofSignal: node.a, in: flat.definitions) == "cells_0_0_x")
    #expect(flat.statistics.registerBits == 24)
  }

  @Test func `A circuit without grids is its own flat form`() throws {
    let circuit = try Circuit(definitions: [GridCircuit.cell()])
    #expect(circuit.unrolled() == circuit)
  }

  @Test func `Chains both ways within the cycle are a loop where they meet`() throws {
    func grid(_ first: Int32, _ second: Int32, from side: GridSide, columns: Int = 3) -> InstanceGrid {
      InstanceGrid(
        cell: 0, rows: 1, columns: columns,
        inputs: [
          InstanceGridInput(.rows, chain: .init(port: first, side: .firstColumn)),
          InstanceGridInput(.rows, chain: .init(port: second, side: side)),
        ])
    }
    // x follows b, and y follows a.
    let cell = GridCircuit.cell(isRegister: false, both: true)
    _ = try Circuit(definitions: GridCircuit.definitions(cell, grid(2, 3, from: .firstColumn)))
    _ = try Circuit(definitions: GridCircuit.definitions(cell, grid(3, 2, from: .lastColumn)))
    _ = try Circuit(definitions: GridCircuit.definitions(cell, grid(2, 3, from: .lastColumn, columns: 1)))
    let error = #expect(throws: DiagnosticList.self) {
      try Circuit(definitions: GridCircuit.definitions(cell, grid(2, 3, from: .lastColumn)))
    }
    #expect(
      error?.diagnostics.map(\.message) == [
        "combinational loop: 'Top_cells_0_0_x' -> 'Top_cells_0_1_y' -> 'Top_cells_0_0_x'"
      ])
    _ = try Circuit(definitions: GridCircuit.definitions(GridCircuit.cell(both: true), grid(2, 3, from: .lastColumn)))
  }

  @Test(arguments: [
    (InstanceGrid(cell: 1, rows: 1, columns: 1, inputs: []), "the grid uses no earlier module"),
    (InstanceGrid(cell: 0, rows: 1, columns: 1, inputs: []), "the grid has a wrong number of connections"),
    (
      InstanceGrid(
        cell: 0, rows: 2, columns: 2, inputs: [InstanceGridInput(.rows, chain: .init(port: 0, side: .firstRow))]),
      "input 'a' of the cells continues no output"
    ),
    (
      InstanceGrid(
        cell: 0, rows: 2, columns: 2, inputs: [InstanceGridInput(.rows, chain: .init(port: 1, side: .firstRow))]),
      "input 'a' of the cells takes more values than the side has"
    ),
  ])
  func `The door refuses a grid that is none`(grid: InstanceGrid, message: String) {
    let sound = InstanceGrid(cell: 0, rows: grid.rows, columns: grid.columns, inputs: [InstanceGridInput(.rows)])
    var array = Definition(name: "Top_cells", grid: sound, of: GridCircuit.cell())
    array.grid = grid
    let error = #expect(throws: DiagnosticList.self) { try Circuit(definitions: [GridCircuit.cell(), array]) }
    #expect(error?.diagnostics.first?.message == message)
  }
}
