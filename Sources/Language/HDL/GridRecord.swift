import Netlist

/// What is known of a grid while its module is built.
final class GridRecord {
  let module: Module
  /// As the user calls it.
  let name: String
  let rows: Int
  let columns: Int
  let leaves: [PortLeaf]
  /// The instance in the module, and the first of its connections; nil when the grid could not be made.
  private let instance: (index: Int, cell: Int32, connection: Int32, source: NodeID)?
  private let place: Int32
  /// How each input is connected, and by which statement.
  private var inputs: [(input: InstanceGridInput, statement: Int)?]
  /// Inputs of which a connection was refused: what follows from that is no further mistake.
  private var refused: Set<Int32> = []

  init(
    module: Module, name: String, rows: Int, columns: Int, leaves: [PortLeaf],
    instance: (index: Int, cell: Int32, connection: Int32, source: NodeID)?, place: Int32
  ) {
    self.module = module
    self.name = name
    self.rows = rows
    self.columns = columns
    self.leaves = leaves
    self.instance = instance
    self.place = place
    inputs = Array(repeating: nil, count: leaves.count { $0.direction == .input })
  }

  // MARK: Outputs

  /// Whether there is such a row or column.
  func check(_ index: Int, in count: Int, _ what: String) -> Bool {
    instance != nil
      && module.check(
        (0..<count).contains(index), .badIndex,
        "\(what) \(index) of grid '\(name)' of \(rows) rows and \(columns) columns", fix: "use 0..<\(count)")
  }

  /// The value of an output of a cell.
  func value(of leaf: Int, row: Int, column: Int) -> any Signal {
    let port = leaves[leaf]
    guard let instance, port.isPossible else { return Bits.refused(width: port.width) }
    let source = NodeID(instance.source.index + port.ordinal)
    let bits = module.slice(source, low: (row * columns + column) * port.width, width: port.width)
    if port.isSigned { return SInt(handle: .node(module, module.reinterpreted(bits, signed: true))) }
    return Bits(handle: .node(module, bits))
  }

  // MARK: Inputs

  func connect<T: PortElement>(_ input: GridInput<T>, _ form: GridSource<T>.Form) {
    module.countStatement()
    guard instance != nil, !module.isDiscarding else { return }
    let fields = T.form(input.shape).fields
    guard isOpen(input.leaves) else { return refuse(input.leaves) }
    let done: Bool
    switch form {
    case .values(let values, let source):
      done = connect(input.leaves, fields, values, source: source, chain: [])
    case .table(let table):
      done = isTable(table) && connect(input.leaves, fields, table.flatMap { $0 }, source: .cells, chain: [])
    case .chain(let output, let side, let values, let isOne):
      let across: InstanceGridInput.Source = side.isAcrossColumns ? .rows : .columns
      let chain = chain(output, from: side, to: input.leaves, fields.map(\.name))
      done = chain.map { connect(input.leaves, fields, values, source: isOne ? .all : across, chain: $0) } ?? false
    }
    if !done { refuse(input.leaves) }
  }

  /// Whether a connection may be made here, and none has been.
  private func isOpen(_ leaves: [Int]) -> Bool {
    guard let first = leaves.first else { return true }
    if module.isFinished {
      module.report(
        .driveOutsideModule, "grid '\(name)' is connected after \(module.title) was finished",
        fix: "connect it inside build(_:in:)")
      return false
    }
    let port = self.leaves[first]
    guard
      module.check(
        module.scope == .root, .badGrid, "'\(port.path)' of grid '\(name)' is connected under a condition",
        fix: "connect it outside, to a wire that is driven under the condition")
    else { return false }
    guard let known = inputs[Int(port.ordinal)] else { return true }
    module.elaboration.report(
      Diagnostic(
        .severalDrivers, "'\(port.path)' of grid '\(name)' is connected twice", module: module.title,
        notes: [Diagnostic.Note("the first connection is here", at: nil)],
        fix: "connect each input of a grid once"),
      at: Statement(module: module.ordinal, number: module.statements),
      noted: [(0, Statement(module: module.ordinal, number: known.statement))])
    return false
  }

  private func refuse(_ leaves: [Int]) { for leaf in leaves { refused.insert(self.leaves[leaf].ordinal) } }

  private func isTable<T>(_ table: [[T]]) -> Bool {
    let wrong = table.firstIndex { $0.count != columns }
    guard table.count == rows, wrong == nil else {
      let found = table.count != rows ? "\(table.count) rows" : "\(table[wrong!].count) values in row \(wrong!)"
      module.report(
        .badGrid, "\(found) for grid '\(name)' of \(rows) rows and \(columns) columns",
        fix: "give one value for each cell, row by row")
      return false
    }
    return true
  }

  /// The chain of each vector of an input; nil after a mistake.
  private func chain<T: PortElement>(
    _ output: GridOutput<T>, from side: GridSide, to leaves: [Int], _ names: [FieldName]
  ) -> [InstanceGridInput.Chain]? {
    guard
      module.check(
        output.record === self, .badGrid,
        "'\(path(leaves))' of grid '\(name)' continues an output of grid '\(output.record.name)'",
        fix: "continue an output of the same grid")
    else { return nil }
    let form = T.form(output.shape).fields
    let sources = Dictionary(
      zip(form.map(\.name), zip(form.map(\.name.format), output.leaves)), uniquingKeysWith: { first, _ in first })
    var result: [InstanceGridInput.Chain] = []
    for (leaf, field) in zip(leaves, names) {
      guard let (format, source) = sources[field] else {
        module.report(
          .bundleMismatch, "field '\(field.path)' is missing in the output that '\(path(leaves))' continues",
          fix: "give both ports one shape")
        return nil
      }
      let (own, other) = (self.leaves[leaf], self.leaves[source])
      guard own.width == other.width else {
        module.report(
          .widthMismatch,
          "'\(own.path)' of grid '\(name)' has \(own.width) bits and continues '\(other.path)' of \(other.width) bits",
          fix: "give both ports one width")
        return nil
      }
      if let format, let wanted = field.format, format != wanted {
        module.report(
          .bundleMismatch,
          "'\(own.path)' of grid '\(name)' has the format \(wanted) and continues '\(other.path)' of \(format)",
          fix: Module.formatFix)
        return nil
      }
      result.append(InstanceGridInput.Chain(port: Int32(source), side: side))
    }
    return result
  }

  private func path(_ leaves: [Int]) -> String { leaves.first.map { self.leaves[$0].path } ?? "" }

  /// Connects every vector of an input to the values of its field; false after a mistake.
  private func connect<T: PortElement>(
    _ leaves: [Int], _ fields: [FieldSignal], _ values: [T], source: InstanceGridInput.Source,
    chain: [InstanceGridInput.Chain]
  ) -> Bool {
    let (wanted, what) =
      switch source {
      case .all: (1, "value")
      case .rows: (rows, "row")
      case .columns: (columns, "column")
      case .cells: (rows * columns, "cell")
      }
    guard
      module.check(
        values.count == wanted, .badGrid,
        "\(values.count) values for '\(path(leaves))' of grid '\(name)', which has \(wanted) \(what)s",
        fix: "give one value for each \(what)")
    else { return false }
    let names = fields.map(\.name)
    var ordered: [[FieldSignal]] = []
    ordered.reserveCapacity(values.count)
    for value in values {
      let own = value.fields
      guard module.match(fields, own, "'\(path(leaves))' of grid '\(name)' and its value") else { return false }
      ordered.append(own.ordered(like: names))
    }
    for (position, leaf) in leaves.enumerated() {
      var nodes: [NodeID] = []
      nodes.reserveCapacity(wanted)
      for value in ordered {
        guard let node = node(value[position].signal, for: self.leaves[leaf]) else { return false }
        nodes.append(node)
      }
      connect(leaf, nodes, source, chain.isEmpty ? nil : chain[position])
    }
    return true
  }

  private func node(_ signal: any Signal, for leaf: PortLeaf) -> NodeID? {
    func node<S: Signal>(_ value: S) -> NodeID? {
      module.node(
        value, width: leaf.width, signed: leaf.isSigned, "grid '\(name)'", .widthMismatch,
        { "'\(leaf.path)' of grid '\(self.name)' has \(leaf.width) bits and is driven by \($0) bits" },
        fix: {
          $0 > leaf.width
            ? "use truncated(to: \(leaf.width)) or saturated(to: \(leaf.width))" : "use extended(to: \(leaf.width))"
        }, at: -1)
    }
    return leaf.isSigned ? node(signal.read(as: SInt.self)) : node(signal.read(as: Bits.self))
  }

  private func connect(
    _ leaf: Int, _ nodes: [NodeID], _ source: InstanceGridInput.Source, _ chain: InstanceGridInput.Chain?
  ) {
    guard let instance else { return }
    let ordinal = leaves[leaf].ordinal
    inputs[Int(ordinal)] = (InstanceGridInput(source, chain: chain), module.statements)
    var driver = nodes[0]
    if source != .all {
      let parts = nodes.reversed().map { module.reinterpreted($0, signed: false) }
      driver = parts.count == 1 ? parts[0] : module.concatenation(parts)
    }
    module.definition.connections[Int(instance.connection + ordinal)] = driver
    module.connectionStatements[Int(instance.connection + ordinal)] = Int32(module.statements)
  }

  // MARK: The end

  /// Adds the definition of the array; reports inputs that are not connected.
  func finish() {
    guard let instance else { return }
    for leaf in leaves where leaf.direction == .input {
      guard inputs[Int(leaf.ordinal)] == nil else { continue }
      // The same value stands for what is missing: nothing is made of the design.
      inputs[Int(leaf.ordinal)] = (InstanceGridInput(.all), 0)
      module.definition.connections[Int(instance.connection + leaf.ordinal)] = module.zero(
        leaf.width, signed: leaf.isSigned)
      guard !refused.contains(leaf.ordinal) else { continue }
      module.report(
        .inputNotDriven, "'\(leaf.path)' of grid '\(name)' is not connected",
        fix: "connect the input of the cells: to one value, to .rows, .columns or .cells, or as a .chain", at: place)
    }
    module.definition.instances[instance.index].definition = module.elaboration.add(
      InstanceGrid(cell: instance.cell, rows: rows, columns: columns, inputs: inputs.map { $0!.input }),
      named: module.title + "_" + module.definition.instances[instance.index].name)
  }
}
