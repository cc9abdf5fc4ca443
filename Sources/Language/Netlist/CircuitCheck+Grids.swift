extension DefinitionCheck {
  /// The rules of an array of cells: nothing but ports, which follow from the grid, and chains between ports that fit.
  mutating func check(_ grid: InstanceGrid) {
    guard grid.cell >= 0, Int(grid.cell) < index, definitions[Int(grid.cell)].grid == nil else {
      return fail("the grid uses no earlier module")
    }
    let cell = definitions[Int(grid.cell)]
    guard grid.rows >= 1, grid.columns >= 1, grid.rows <= Int32.max, grid.columns <= Int(Int32.max) / grid.rows else {
      return fail("the grid has \(grid.rows) rows and \(grid.columns) columns")
    }
    let inputs = cell.ports.indices.filter { cell.ports[$0].shape.direction == .input }
    guard inputs.count == grid.inputs.count else { return fail("the grid has a wrong number of connections") }
    guard definition.ports == grid.ports(cells: cell.ports), definition.clocks == cell.clocks else {
      return fail("the ports of the grid are not those of its cells")
    }
    guard definition.table.nodes.isEmpty, definition.signals.isEmpty, definition.instances.isEmpty,
      definition.connections.isEmpty, definition.registers.isEmpty, definition.memories.isEmpty,
      definition.assertions.isEmpty, definition.clockMaps.isEmpty, definition.foreign == nil
    else { return fail("the grid holds more than cells") }
    for (input, port) in zip(grid.inputs, inputs) { check(input, cell.ports[port], cell) }
  }

  private mutating func check(_ input: InstanceGridInput, _ port: Port, _ cell: Definition) {
    guard let chain = input.chain else { return }
    guard cell.ports.indices.contains(Int(chain.port)), cell.ports[Int(chain.port)].shape.direction == .output else {
      return fail("input '\(port.shape.name)' of the cells continues no output")
    }
    let source = cell.ports[Int(chain.port)]
    if source.shape.width != port.shape.width {
      fail("input '\(port.shape.name)' of the cells continues an output of another width")
    }
    let isAcross = chain.side.isAcrossColumns
    if input.source == .cells || input.source == (isAcross ? .columns : .rows) {
      fail("input '\(port.shape.name)' of the cells takes more values than the side has")
    }
    guard source.clock != port.clock, port.clock != Port.anyTime, !definition.crossesFreely else { return }
    func name(_ port: Port) -> String {
      cell.clocks.indices.contains(Int(port.clock)) ? "clock '\(cell.clocks[Int(port.clock)].clock)'" : "no clock"
    }
    mistakes.append(
      Diagnostic(
        .clockCrossing,
        "the cells of '\(definition.name)' hand on '\(source.shape.name)', which belongs to \(name(source)), to"
          + " '\(port.shape.name)', which belongs to \(name(port))",
        module: definition.name, fix: "give both ports one clock, or put a synchronizer into the cell"))
  }
}
