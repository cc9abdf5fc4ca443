import Netlist

/// How a grid of a module is written: arrays of nets from cell to cell, and loops of the cells.
struct GridPlan {
  /// An element of an array for each cell: `base + row × rows + column × columns`.
  struct Element {
    var array: String
    var base = 0
    var row = 0
    var column = 0

    func index(_ row: Int, _ column: Int) -> Int { base + row * self.row + column * self.column }
  }

  /// A chained input: where each cell reads, and where the values enter.
  struct Link {
    var input: Element
    var entry: Element
    var output: Element
  }

  var instance: Int
  var grid: InstanceGrid
  /// The net of each output of a cell, by port.
  var outputs: [Int: Element] = [:]
  /// The chain of each chained input, by port.
  var links: [Int: Link] = [:]
  /// Chains that begin at an output which has the net of another chain.
  var copies: [Int] = []
  var arrays: [(name: String, width: Int, count: Int)] = []
}

extension Lowering {
  /// The module of the cells of an instance that is a grid; the module of any other one.
  func used(by instance: Int) -> Definition {
    let used = definitions[Int(definition.instances[instance].definition)]
    return used.grid.map { definitions[Int($0.cell)] } ?? used
  }

  /// The grid that a signal is an output of.
  func gridOutput(_ signal: Int) -> (plan: GridPlan, port: Int)? {
    guard !grids.isEmpty, case .instanceOutput(let instance, let port) = definition.signals[signal].kind,
      let plan = grids[instance]
    else { return nil }
    return (plan, Int(port))
  }

  /// Names the nets of the grids.
  mutating func planGrids() {
    for (index, instance) in definition.instances.enumerated() {
      guard let grid = definitions[Int(instance.definition)].grid else { continue }
      grids[Int32(index)] = plan(index, grid)
    }
  }

  private mutating func plan(_ index: Int, _ grid: InstanceGrid) -> GridPlan {
    var plan = GridPlan(instance: index, grid: grid)
    let instance = definition.instances[index]
    let ports = used(by: index).ports
    var inputs = grid.inputs.makeIterator()
    for (position, port) in ports.enumerated() where port.shape.direction == .input {
      guard let chain = inputs.next()?.chain else { continue }
      let across = chain.side.isAcrossColumns
      let name = unique("\(instance.name)_\(port.shape.name)")
      let width = grid.columns + (across ? 1 : 0)
      // A cell reads one element and drives the next one of its row or column.
      let step = across ? 1 : width
      let isUp = chain.side == .firstRow || chain.side == .firstColumn
      let last = across ? grid.columns : grid.rows * width
      let read = GridPlan.Element(array: name, base: isUp ? 0 : step, row: width, column: 1)
      let driven = GridPlan.Element(array: name, base: isUp ? step : 0, row: width, column: 1)
      let entry = GridPlan.Element(
        array: name, base: isUp ? 0 : last, row: across ? width : 0, column: across ? 0 : 1)
      plan.links[position] = GridPlan.Link(input: read, entry: entry, output: driven)
      plan.arrays.append((name, port.shape.width, across ? grid.rows * width : (grid.rows + 1) * width))
      if plan.outputs[Int(chain.port)] == nil {
        plan.outputs[Int(chain.port)] = driven
      } else {
        plan.copies.append(position)
      }
    }
    var output = Int(instance.outputs.lowerBound)
    for (position, port) in ports.enumerated() where port.shape.direction == .output {
      defer { output += 1 }
      guard plan.outputs[position] == nil else { continue }
      let name = unique("\(isRead[output] ? "" : "unused_")\(instance.name)_\(port.shape.name)")
      plan.outputs[position] = GridPlan.Element(array: name, row: grid.columns, column: 1)
      plan.arrays.append((name, port.shape.width, grid.count))
    }
    return plan
  }

  // MARK: Values

  /// Bits of the values of an output of a grid.
  func gridBits(_ plan: GridPlan, port: Int, low: Int, width: Int) -> VerilogExpression {
    let size = used(by: plan.instance).ports[port].shape.width
    let element = plan.outputs[port]!
    var parts: [VerilogExpression] = []
    var next = low
    while next < low + width {
      let end = min((next / size + 1) * size, low + width)
      let cell = next / size
      let index = element.index(cell / plan.grid.columns, cell % plan.grid.columns)
      let word = VerilogExpression.word(element.array, .literal("\(index)"))
      parts.append(end - next == size ? word : .part(word, high: (end - 1) % size, low: next % size))
      next = end
    }
    return parts.count == 1 ? parts[0] : Self.joined(parts.reversed())
  }

  /// What the value of one cell is called.
  func gridName(_ plan: GridPlan, port: Int, low: Int, width: Int) -> String? {
    let shape = used(by: plan.instance).ports[port].shape
    guard low % shape.width == 0, width == shape.width else { return nil }
    let cell = low / shape.width
    let name = definition.instances[plan.instance].name
    return "\(name)_\(shape.name)_\(cell / plan.grid.columns)_\(cell % plan.grid.columns)"
  }

  // MARK: Roots

  /// Where the drivers of the grid's inputs are written.
  func gridRoots(_ plan: GridPlan) -> [NetPlan.Root] {
    let instance = definition.instances[plan.instance]
    return zip(plan.grid.inputs, definition.drivers(of: instance)).compactMap { input, driver in
      if plan.grid.values(of: input) == 1 { return (driver, .connection) }
      return commonValue(driver, count: plan.grid.values(of: input)) == nil ? (driver, .assignment) : nil
    }
  }

  /// The constant that all `count` values of a vector are.
  private func commonValue(_ driver: NodeID, count: Int) -> BitVector? {
    guard let value = table.constantValue(driver) else { return nil }
    let first = value.slice(low: 0, width: value.width / count)
    return BitVector(repeating: first, count: count) == value ? first : nil
  }

  // MARK: Text

  mutating func addGridArrays() {
    for index in definition.instances.indices {
      guard let plan = grids[Int32(index)] else { continue }
      for array in plan.arrays {
        add(.array(array.name, VerilogType(width: array.width, isSigned: false), count: array.count))
      }
    }
  }

  /// Adds the loops of a grid.
  mutating func addGrid(_ plan: GridPlan) {
    let instance = definition.instances[plan.instance]
    let cell = used(by: plan.instance)
    if loopVariables == nil {
      loopVariables = (unique("row"), unique("column"))
      add(.genvar([loopVariables!.row, loopVariables!.column]))
      add(.blank)
    }
    var connections = (instance.clockMap < 0 ? form(of: Int32(plan.instance)).clocks : clockConnections(of: instance))
      .map { (port: $0.port, value: $0.value) }
    var (rowItems, columnItems): ([VerilogItem], [VerilogItem]) = ([], [])
    var cellItems: [VerilogItem] = []
    var drivers = zip(plan.grid.inputs, definition.drivers(of: instance)).makeIterator()
    for (position, port) in cell.ports.enumerated() {
      let name = cell.foreign?.portNames[port.shape.name] ?? port.shape.name
      if port.shape.direction == .output {
        connections.append((name, element(plan.outputs[position]!)))
        continue
      }
      guard let (input, driver) = drivers.next() else { break }
      let value = outside(input, driver, plan, port.shape, of: instance)
      guard let link = plan.links[position], let chain = input.chain else {
        connections.append((name, value))
        continue
      }
      let entry = VerilogItem.drive(element(link.entry), value)
      if chain.side.isAcrossColumns { rowItems.append(entry) } else { columnItems.append(entry) }
      connections.append((name, element(link.input)))
      if plan.copies.contains(position) {
        cellItems.append(.drive(element(link.output), element(plan.outputs[Int(chain.port)]!)))
      }
    }
    cellItems.append(
      .instance(module: cell.foreign?.instantiation ?? cell.name, name: instance.name, connections: connections))
    add(.comment(description(of: plan, cell)))
    let (row, column) = (loopVariables!.row, loopVariables!.column)
    var loops: [VerilogItem] = []
    if !columnItems.isEmpty {
      loops.append(
        .loop(variable: column, count: plan.grid.columns, label: unique("\(instance.name)_entry"), columnItems))
    }
    let inner = VerilogItem.loop(
      variable: column, count: plan.grid.columns, label: unique("\(instance.name)_column"), cellItems)
    loops.append(
      .loop(variable: row, count: plan.grid.rows, label: unique("\(instance.name)_row"), rowItems + [inner]))
    add(.generate(loops))
  }

  /// One line on what goes where.
  private func description(of plan: GridPlan, _ cell: Definition) -> String {
    let grid = plan.grid
    var bySide: [(side: GridSide, ports: [String])] = []
    var inputs = grid.inputs.makeIterator()
    for port in cell.ports where port.shape.direction == .input {
      guard let side = inputs.next()?.chain?.side else { continue }
      if let known = bySide.firstIndex(where: { $0.side == side }) {
        bySide[known].ports.append(port.shape.name)
      } else {
        bySide.append((side, [port.shape.name]))
      }
    }
    let chains = bySide.map { side, ports in
      let start =
        switch side {
        case .firstRow: "row 0"
        case .lastRow: "row \(grid.rows - 1)"
        case .firstColumn: "column 0"
        case .lastColumn: "column \(grid.columns - 1)"
        }
      return "\(ports.joined(separator: ", ")) from \(start)"
    }
    let size = "\(grid.rows) x \(grid.columns) cells"
    return ForeignText.verilogComment(
      chains.isEmpty ? "\(size)." : "\(size), chained: \(chains.joined(separator: "; ")).")
  }

  /// What comes from outside, as a cell or the beginning of a chain takes it.
  private mutating func outside(
    _ input: InstanceGridInput, _ driver: NodeID, _ plan: GridPlan, _ shape: PortShape, of instance: Instance
  ) -> VerilogExpression {
    let count = plan.grid.values(of: input)
    if count == 1 { return expression(driver) }
    if let value = commonValue(driver, count: count) { return Self.literal(value, isSigned: false) }
    let name: String
    if isNet(driver) {
      noteRead(ofNet: driver)
      name = netNames[Int(driver.index)]
    } else if table[driver].operation == .signal, gridOutput(Int(table[driver].a)) == nil {
      signalUses[Int(table[driver].a)].readAll()
      name = self.name(Int(table[driver].a))
    } else {
      let one =
        switch input.source {
        case .rows: "rows"
        case .columns: "columns"
        case .cells, .all: "cells"
        }
      name = unique("\(instance.name)_\(shape.name)_\(one)")
      add(.wire(name, VerilogType(width: shape.width * count, isSigned: false), operation(driver)))
    }
    let index =
      switch input.source {
      case .rows: affine(0, row: shape.width, column: 0)
      case .columns: affine(0, row: 0, column: shape.width)
      case .cells, .all: affine(0, row: shape.width * plan.grid.columns, column: shape.width)
      }
    return shape.width == 1 ? .word(name, index) : .bitsFrom(name, index, width: shape.width)
  }

  private func element(_ element: GridPlan.Element) -> VerilogExpression {
    .word(element.array, affine(element.base, row: element.row, column: element.column))
  }

  /// `base + row × … + column × …` in the variables of the loops.
  private func affine(_ base: Int, row: Int, column: Int) -> VerilogExpression {
    func term(_ factor: Int, _ variable: String) -> VerilogExpression? {
      if factor == 0 { return nil }
      return factor == 1 ? .name(variable) : .binary("*", .literal("\(factor)"), .name(variable))
    }
    let terms = [
      term(row, loopVariables!.row), term(column, loopVariables!.column), base == 0 ? nil : .literal("\(base)"),
    ].compactMap { $0 }
    guard let first = terms.first else { return .literal("0") }
    return terms.dropFirst().reduce(first) { .binary("+", $0, $1) }
  }
}
