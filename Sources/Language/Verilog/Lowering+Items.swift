import Netlist

extension Lowering {
  func type(_ signal: NetlistSignal) -> VerilogType {
    VerilogType(width: signal.width, isSigned: signal.isSigned)
  }

  private func type(_ node: Node) -> VerilogType { VerilogType(width: Int(node.width), isSigned: node.isSigned) }

  private mutating func comment(_ place: Int32) {
    if options.places, let place = definition.place(place) { add(.comment(ForeignText.verilogComment("\(place)"))) }
  }

  // MARK: Declarations

  /// Writes the declarations; those of nets at outputs of instances, the bulk of a large array, as they come.
  mutating func printDeclarations() {
    let initial = declareRegisters(asserted: false)
    for memory in definition.memories {
      comment(memory.place)
      declare(memory)
    }
    printer.print(take())
    for index in definition.signals.indices {
      switch definition.signals[index].kind {
      case .net:
        let signal = definition.signals[index]
        comment(signal.place)
        add(.wire(signal.name, type(signal), nil))
        printer.print(take())
      case .instanceOutput(let instance, let port) where !isAliased[index] && grids[instance] == nil:
        printer.open()
        printNet(of: index, instance, port)
      default: break
      }
    }
    addGridArrays()
    if !initial.isEmpty { add(.initial(initial)) }
    for memory in definition.memories { addContents(memory) }
    printer.print(take())
  }

  /// Declares the registers of the hardware, or those that only assertions read; gives their first values.
  mutating func declareRegisters(asserted isAsserted: Bool) -> [(String, VerilogExpression)] {
    var initial: [(String, VerilogExpression)] = []
    for (index, register) in definition.registers.enumerated() where asserted.contains(register: index) == isAsserted {
      let signal = definition.signals[Int(register.signal)]
      comment(signal.place)
      add(
        .variable(
          names[Int(register.signal)], type(signal),
          attribute: register.crossing == .synchronizer ? "ASYNC_REG = \"TRUE\"" : nil))
      if let value = register.initialValue {
        initial.append(
          (names[Int(register.signal)], fixed(value, ofSignal: register.signal)))
      }
    }
    return initial
  }

  // MARK: Logic

  /// Declares the nets of the hardware, or those that only assertions read.
  mutating func addNets(asserted isAsserted: Bool = false) {
    for index in table.nodes.indices {
      let name = netNames[index]
      guard !name.isEmpty, carriers[Int32(index)] == nil, asserted.contains(NodeID(Int32(index))) == isAsserted else {
        continue
      }
      let node = table.nodes[index]
      if plan.isTable(NodeID(Int32(index))) {
        addTable(name, NodeID(Int32(index)))
      } else {
        add(.wire(name, type(node), operation(NodeID(Int32(index)))))
      }
    }
  }

  private mutating func addTable(_ name: String, _ id: NodeID) {
    let node = table[id]
    var entries: [(labels: [VerilogExpression], value: VerilogExpression)] = []
    let subject: NodeID
    if node.operation == .select {
      subject = NodeID(node.a)
      let width = Int(table[subject].width)
      var values = table.list(start: node.b, count: node.c)
      // An index names no more than its bits can.
      if width < 32 { values = values.prefix(1 << width) }
      var fixed = values.count == 1 ? 0 : nil
      if let index = table.constantValue(subject) {
        fixed = Int(min(index.unsigned ?? .max, UInt64(values.count - 1)))
      }
      if let fixed {
        // A statement that waits for a change of a constant would wait for ever.
        return add(.wire(name, type(node), expression(NodeID(values[values.startIndex + fixed]))))
      }
      for (position, value) in values.enumerated() {
        let label = Self.number(position, width: width)
        entries.append((position == values.count - 1 ? [] : [label], expression(NodeID(value))))
      }
    } else {
      subject = runs.subject(of: id)
      let (branches, otherwise) = runs.branches(of: id)
      for branch in branches {
        entries.append((branch.labels.map { compared($0, with: subject) }, expression(branch.value)))
      }
      entries.append(([], expression(otherwise)))
    }
    add(.variable(name, type(node)))
    add(.table(target: name, subject: expression(subject), entries))
  }

  mutating func addAssignments() {
    for signal in definition.signals {
      if case .net(let driver) = signal.kind, !isAlias(driver) {
        add(.assign(signal.name, self.driver(driver, of: signal.name)))
      }
    }
    for port in definition.ports {
      if let driver = port.driver, !isAlias(driver) {
        add(.assign(port.shape.name, self.driver(driver, of: port.shape.name)))
      }
    }
    for memory in definition.memories { addAsynchronousReads(memory) }
  }

  // MARK: Unread bits

  /// Bits that nothing reads go to one wire whose name says so: linters then know that they were not forgotten.
  mutating func addUnusedSink() {
    let unread = unread(asserted: false) + unusedClocks.map { .name($0) }
    guard !unread.isEmpty else { return }
    add(.blank)
    add(sink(unique("unused"), unread))
  }

  /// A wire that reads what nothing else reads.
  func sink(_ name: String, _ unread: [VerilogExpression]) -> VerilogItem {
    .wire(
      name, VerilogType(width: 1, isSigned: false),
      .unary("&", Self.joined([.literal("1'b0")] + unread)))
  }

  /// The bits of the hardware, or of what only assertions read, that nothing has read so far.
  func unread(asserted isAsserted: Bool) -> [VerilogExpression] {
    var unread: [VerilogExpression] = []
    func note(_ name: @autoclosure () -> String, _ use: SignalUse, width: Int) {
      for range in use.unread(width: width) {
        if range.count == width {
          unread.append(.name(name()))
        } else if range.count == 1 {
          unread.append(.bit(name(), range.lowerBound))
        } else {
          unread.append(.bits(name(), high: range.upperBound - 1, low: range.lowerBound))
        }
      }
    }
    for (index, signal) in definition.signals.enumerated() {
      if isAliased[index] { continue }
      if case .instanceOutput(let instance, _) = signal.kind, !isRead[index] || grids[instance] != nil { continue }
      var isWatching = false
      if case .register(let register) = signal.kind { isWatching = asserted.contains(register: Int(register)) }
      if isWatching == isAsserted { note(self.name(index), signalUses[index], width: signal.width) }
    }
    for (index, name) in netNames.enumerated() where !name.isEmpty && carriers[Int32(index)] == nil {
      guard asserted.contains(NodeID(Int32(index))) == isAsserted else { continue }
      note(name, netUses[Int32(index), default: SignalUse()], width: Int(table.nodes[index].width))
    }
    return unread
  }
}
