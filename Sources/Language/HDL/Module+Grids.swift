import Netlist

extension Module {
  /// A regular array of instances of the module of `generator`: every connection is made once for all cells.
  ///
  /// ```swift
  /// let mac = m.grid(cell, "mac", rows: 16, columns: 16)
  /// mac.activation <== .chain(mac.activationOut, from: .firstColumn, entering: io.activations)
  /// mac.sum <== .chain(mac.sumOut, from: .firstRow, entering: 0)
  /// mac.load <== io.load
  /// ```
  ///
  /// In the Verilog it is one `generate for`; in the flat form cell (3, 5) is the instance `mac_3_5`. A line of cells is a
  /// grid of one row. Every input must be connected.
  ///
  /// - Parameters:
  ///   - generator: The module of a cell.
  ///   - name: Name in the Verilog and in waves.
  ///   - rows: Number of rows, 1 to 65536.
  ///   - columns: Number of columns, 1 to 65536.
  ///   - clocks: For domains of the module, the domains that they are here, as for an instance.
  ///   - resets: For domains of the module, a bit that resets them while it is 1, as for an instance.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func grid<G: Generator>(
    _ generator: G, _ name: String, rows: Int, columns: Int, clocks: [ClockDomain: ClockDomain] = [:],
    resets: [ClockDomain: Bit] = [:], file: StaticString = #fileID, line: Int = #line
  ) -> Grid<G.Ports> {
    let place = place(file, line)
    countStatement()
    let wishes = ClockWishes(clocks: clocks, resets: resets)
    guard let built = elaboration.build(generator, resetStyles(wishes), from: definition.place(place)) else {
      let parameters = ParameterCheck(of: generator)
      guard parameters.mistakes.isEmpty else { DeepThread.exit() }
      let walker = PortWalker()
      let ports = generator.ports
      let layout = walker.group(ports, name: "", path: "")
      return refusedGrid(name, ports, layout, walker.leaves, at: place)
    }
    guard checkSize(rows, columns, of: name, built.leaves, at: place) else {
      return refusedGrid(name, built.ports, built.layout, built.leaves, at: place)
    }
    let verilogName = unique(name, suffix: "_grid", at: place)
    let outputs = built.outputs.map { output in
      var output = output
      output.width *= rows * columns
      output.isSigned = false
      return output
    }
    let index = definition.instances.count
    let (connection, source) = definition.addInstance(
      verilogName, of: built.definition, inputs: built.inputs, outputs: outputs, undriven: Self.undriven,
      clockMap: clockMap(of: built.clocks, wishes, at: place), at: place)
    connectionStatements.append(contentsOf: repeatElement(0, count: built.inputs))
    let record = GridRecord(
      module: self, name: name, rows: rows, columns: columns, leaves: built.leaves,
      instance: (index, built.definition, connection, source), place: place)
    grids.append(record)
    return Grid(ports: built.ports, layout: built.layout, record: record)
  }

  private func refusedGrid<P>(
    _ name: String, _ ports: P, _ layout: PortLayout, _ leaves: [PortLeaf], at place: Int32
  ) -> Grid<P> {
    let record = GridRecord(
      module: self, name: name, rows: 1, columns: 1, leaves: leaves, instance: nil, place: place)
    return Grid(ports: ports, layout: layout, record: record)
  }

  /// Most rows or columns of a grid.
  private static let mostRows = 65536

  private func checkSize(_ rows: Int, _ columns: Int, of name: String, _ leaves: [PortLeaf], at place: Int32) -> Bool {
    let range = 1...Self.mostRows
    guard
      check(
        range.contains(rows) && range.contains(columns), .badGrid,
        "grid '\(name)' has \(rows) rows and \(columns) columns", fix: "use 1 to \(Self.mostRows) of each", at: place)
    else { return false }
    guard let widest = leaves.max(by: { $0.width < $1.width }), widest.width > Self.mostBits / (rows * columns) else {
      return true
    }
    report(
      .badGrid,
      "grid '\(name)' of \(rows) rows and \(columns) columns has \(rows * columns * widest.width) bits at '\(widest.path)'",
      fix: "use at most \(Self.mostBits) bits, or several grids", at: place)
    return false
  }
}
