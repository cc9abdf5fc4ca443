import Netlist

/// Turns one definition into a module tree: names for nets, expressions, statements.
struct Lowering {
  let definition: Definition
  let definitions: [Definition]
  let options: VerilogOptions
  let table: NodeTable

  /// Verilog name of each signal; an output of an instance may carry the name of the port or net that it drives, and
  /// has none here when it is called after the instance and its port.
  var names: [String]
  var isAliased: [Bool]
  /// Whether any operation or driver reads each signal.
  var isRead: [Bool]
  /// Name of the net of each node; empty for a node that has none.
  var netNames: [String] = []
  /// How the words of a net's name hold together, where it reads as an expression.
  var netBindings: [Int32: NameBinding] = [:]
  /// The ports and nets where values of operations are read.
  var carriers: [Int32: ValueCarrier] = [:]
  /// The ports of one bit that each node drives.
  var portsByDriver: [Int32: [String]] = [:]
  var takenNames: NameSet
  var signalUses: [SignalUse]
  var netUses: [Int32: SignalUse] = [:]
  var items: [VerilogItem] = []
  var printer: VerilogPrinter
  /// Text that is written again and again.
  let pieces: TextBuffer
  /// What the instances of each module that is used have in common, and which of these each instance has.
  private let forms: [InstanceForm]
  private let formOfInstance: [Int32]
  let instanceNames: [TextPiece]
  /// How grids are written, by instance.
  var grids: [Int32: GridPlan] = [:]
  /// The variables of the loops, where there are grids.
  var loopVariables: (row: String, column: String)?
  var plan: NetPlan
  /// Choices that are written as a case statement.
  var runs: CaseRuns
  var nextStates: [NextState] = []
  /// What stands where the assertions stand.
  let asserted: AssertionCone
  /// The macros that ask for what only assertions read, where there are several.
  var checkMacros: [String] = []
  /// Whether what is written is read by assertions alone.
  var isAsserting = false
  /// Local parameters by the cases that they stand for.
  var caseNames: [CaseKey: String] = [:]
  /// The last number that was put behind each name.
  private var lastNumbers: [String: Int] = [:]
  /// For each enumeration the name of each code, where somebody asked.
  var codeNames: [Int32: [BitVector: String]] = [:]

  init(_ definition: Definition, in definitions: [Definition], options: VerilogOptions) {
    self.definition = definition
    self.definitions = definitions
    self.options = options
    table = definition.table
    asserted = definition.assertionCone
    names = definition.signals.map(\.name)
    signalUses = [SignalUse](repeating: SignalUse(), count: definition.signals.count)
    isAliased = [Bool](repeating: false, count: definition.signals.count)
    printer = VerilogPrinter(
      capacity: 4096 + 64 * (table.nodes.count + definition.connections.count + definition.instances.count))
    let pieces = TextBuffer(capacity: 1024 + 16 * definition.instances.count)
    self.pieces = pieces
    var forms: [InstanceForm] = []
    var known: [Int32: Int32] = [:]
    formOfInstance = definition.instances.map { instance in
      if let form = known[instance.definition] { return form }
      let used = definitions[Int(instance.definition)]
      forms.append(InstanceForm(used.grid.map { definitions[Int($0.cell)] } ?? used, in: pieces))
      known[instance.definition] = Int32(forms.count - 1)
      return Int32(forms.count - 1)
    }
    self.forms = forms
    instanceNames = definition.instances.map { instance in pieces.piece { $0.append(instance.name) } }
    var taken = NameSet.keywords
    for name in names where !name.isEmpty { _ = taken.insert(name) }
    for port in definition.ports { _ = taken.insert(port.shape.name) }
    for memory in definition.memories { _ = taken.insert(memory.name) }
    for assertion in definition.assertions { _ = taken.insert(assertion.label) }
    for instance in definition.instances { _ = taken.insert(instance.name) }
    for clock in definition.clocks {
      _ = taken.insert(clock.clock)
      if let reset = clock.reset { _ = taken.insert(reset) }
    }
    _ = taken.insert(definition.name)
    takenNames = taken
    isRead = [Bool](repeating: false, count: definition.signals.count)
    for node in table.nodes where node.operation == .signal { isRead[Int(node.a)] = true }
    runs = CaseRuns(NodeTable(), readers: [])
    plan = NetPlan(NodeTable(), roots: [], runs: runs)
  }

  /// What `instance` has in common with others of its module.
  func form(of instance: Int32) -> InstanceForm { forms[Int(formOfInstance[Int(instance)])] }

  /// The text of the module.
  mutating func run() -> String {
    let readers = countReaders()
    runs = CaseRuns(table, readers: readers)
    planGrids()
    aliasInstanceOutputs(readers)
    nameInstanceOutputs()
    findCarriers()
    let enumerated = Set(
      definition.signals.indices.filter { definition.signals[$0].enumeration >= 0 }.map { Int32($0) })
    let roots = collectRoots(readers, enumerated: enumerated)
    let arrays = Set(definition.signals.indices.filter { gridOutput($0) != nil }.map { Int32($0) })
    plan = NetPlan(table, roots: roots, named: carriers.keys, enumerated: enumerated, arrays: arrays, runs: runs)
    nameNets()

    // The logic decides which local parameters the declarations need; instances, the bulk of a large array, are
    // written as they come.
    addNets()
    addAssignments()
    addState()
    let logic = take()
    isAsserting = true
    addAssertions()
    let assertions = take()

    let head = head(checkedUnder: checkMacros)
    printer.begin(head)
    printer.print(caseParameters)
    printDeclarations()
    printer.separate()
    printer.print(logic)
    printInstances()
    printer.print(assertions)
    addUnusedSink()
    printer.print(take())
    return printer.end(head)
  }

  mutating func add(_ item: VerilogItem) { items.append(item) }

  mutating func take() -> [VerilogItem] {
    defer { items = [] }
    return items
  }

  private func head(checkedUnder macros: [String]) -> VerilogHead {
    var ports: [VerilogPort] = []
    let bit = VerilogType(width: 1, isSigned: false)
    for clock in definition.clocks {
      ports.append(VerilogPort(direction: "input", type: bit, name: clock.clock))
      if let reset = clock.reset { ports.append(VerilogPort(direction: "input", type: bit, name: reset)) }
    }
    var sentences: [String: PortSentence] = [:]
    for part in definition.interface.parts ?? [] { PortSentence.add(of: part, to: &sentences) }
    for port in definition.ports {
      let sentence = sentences[port.shape.name]
      ports.append(
        VerilogPort(
          direction: port.shape.direction.rawValue,
          type: VerilogType(width: port.shape.width, isSigned: port.shape.isSigned), name: port.shape.name,
          comment: sentence.flatMap { $0.isHeading ? nil : $0.text },
          heading: sentence.flatMap { $0.isHeading ? $0.text : nil }))
    }
    return VerilogHead(name: definition.name, comment: header, checkMacros: macros, ports: ports)
  }

  private var header: [String] {
    var lines = options.license.map { ["SPDX-License-Identifier: \($0)", ""] } ?? []
    lines += VerilogHead.folded(definition.summary.isEmpty ? definition.name : definition.summary, to: 97)
    if !definition.documentation.isEmpty {
      lines.append("")
      lines += ForeignText.lines(definition.documentation)
    }
    lines.append("")
    lines.append("Generated by Systole; change the generator, not this file.")
    return lines.map(ForeignText.verilogComment)
  }

  // MARK: Roots

  private func countReaders() -> [Int32] {
    var readers = [Int32](repeating: 0, count: table.nodes.count)
    for node in table.nodes { table.forEachOperand(of: node) { readers[Int($0.index)] += 1 } }
    definition.forEachRoot { readers[Int($0.index)] += 1 }
    return readers
  }

  /// An output of an instance that only drives a port or net of this module takes its name: one wire less.
  private mutating func aliasInstanceOutputs(_ readers: [Int32]) {
    func source(of driver: NodeID) -> Int32? {
      let node = table[driver]
      guard node.operation == .signal, readers[Int(driver.index)] == 1,
        case .instanceOutput(let instance, _) = definition.signals[Int(node.a)].kind, grids[instance] == nil
      else { return nil }
      return node.a
    }
    for port in definition.ports {
      guard let driver = port.driver, let signal = source(of: driver) else { continue }
      names[Int(signal)] = port.shape.name
      isAliased[Int(signal)] = true
    }
    for signal in definition.signals {
      guard case .net(let driver) = signal.kind, let output = source(of: driver) else { continue }
      names[Int(output)] = signal.name
      isAliased[Int(output)] = true
    }
  }

  /// Calls every other output of an instance after the instance and the port; one that nothing reads says so in its
  /// name, for readers and linters.
  private mutating func nameInstanceOutputs() {
    for (index, instance) in definition.instances.enumerated() where grids[Int32(index)] == nil {
      let base = NameSet.Part(instance.name)
      for index in instance.outputs where !isAliased[Int(index)] {
        guard case .instanceOutput(let number, let port) = definition.signals[Int(index)].kind else { continue }
        if isRead[Int(index)] {
          let isFree = takenNames.insert(base.followed(by: form(of: number).ports[Int(port)].suffixHash))
          if !isFree { names[Int(index)] = unique(name(Int(index))) }
        } else {
          names[Int(index)] = unique("unused_" + name(Int(index)))
        }
      }
    }
  }

  /// The name of a signal.
  func name(_ signal: Int) -> String {
    names[signal].isEmpty ? definition.name(ofSignal: Int32(signal), in: definitions) : names[signal]
  }

  /// The name of a signal, where an output of an instance needs no string of its own.
  func reference(_ signal: Int) -> VerilogExpression {
    guard names[signal].isEmpty, case .instanceOutput(let instance, let port) = definition.signals[signal].kind else {
      return .name(names[signal])
    }
    let used = definition.instances[Int(instance)]
    return .output(instance: used.name, port: definitions[Int(used.definition)].ports[Int(port)].shape.name)
  }

  func isAlias(_ driver: NodeID) -> Bool {
    let node = table[driver]
    return node.operation == .signal && isAliased[Int(node.a)]
  }

  private mutating func collectRoots(_ readers: [Int32], enumerated: Set<Int32>) -> [NetPlan.Root] {
    var roots: [NetPlan.Root] = []
    for signal in definition.signals {
      if case .net(let driver) = signal.kind, !isAlias(driver) { roots.append((driver, .assignment)) }
    }
    let trees = NextStates(table, readers: readers, runs: runs, enumerated: enumerated)
    nextStates = definition.registers.map { trees.tree($0) }
    for next in nextStates { next.forEachNode { roots.append(($0, $1)) } }
    for memory in definition.memories { roots += memoryRoots(memory) }
    for (index, instance) in definition.instances.enumerated() {
      if let plan = grids[Int32(index)] {
        roots += gridRoots(plan)
      } else {
        for driver in definition.drivers(of: instance) { roots.append((driver, .connection)) }
      }
    }
    for map in definition.clockMaps {
      for case let reset? in map.resets { roots.append((reset, .connection)) }
    }
    for port in definition.ports {
      if let driver = port.driver, !isAlias(driver) { roots.append((driver, .assignment)) }
    }
    for assertion in definition.assertions {
      if let enable = assertion.enable { roots.append((enable, .operand)) }
      roots.append((assertion.condition, .operand))
    }
    return roots
  }

  /// A name that nothing else has, neither a tool's language.
  mutating func unique(_ base: String) -> String {
    let base = Identifier.language(reserving: base) == nil ? base : base + "_net"
    var name = base
    while !takenNames.insert(name) {
      let number = lastNumbers[base, default: 1] + 1
      lastNumbers[base] = number
      name = "\(base)_\(number)"
    }
    return name
  }
}
