import Netlist

extension Module {
  /// An instance of the module of `generator`. Every input must be driven.
  ///
  /// - Parameters:
  ///   - generator: The module.
  ///   - name: Name in the Verilog and in waves; `_inst` stands behind it where the module declares the same name, which the instance's
  ///     would hide.
  ///   - clocks: For domains of the module, the domains that they are here. The main one is the current domain of
  ///     ``domain(_:file:line:_:)`` unless stated otherwise, any other one the domain of the same name.
  ///   - resets: For domains of the module, a bit that resets them while it is 1, in place of the reset of the clock; it
  ///     must belong to that clock.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func instance<G: Generator>(
    _ generator: G, _ name: String, clocks: [ClockDomain: ClockDomain] = [:], resets: [ClockDomain: Bit] = [:],
    file: StaticString = #fileID, line: Int = #line
  ) -> Exterior<G.Ports> {
    let place = place(file, line)
    countStatement()
    let wishes = ClockWishes(clocks: clocks, resets: resets)
    guard let built = elaboration.build(generator, resetStyles(wishes), from: definition.place(place)) else {
      return unconnected(generator)
    }
    let whole = (prefixes + [Identifier.snakeCase(name)]).joined(separator: "_")
    let isHidden = elaboration.declares(whole, in: built.definition)
    let verilogName = unique(isHidden ? name + "_inst" : name, suffix: "_inst", at: place)
    let (connection, source) = definition.addInstance(
      verilogName, of: built.definition, inputs: built.inputs, outputs: built.outputs, undriven: Self.undriven,
      clockMap: clockMap(of: built.clocks, wishes, at: place), at: place)
    connectionStatements.append(contentsOf: repeatElement(0, count: built.inputs))
    return Exterior(
      ports: built.ports, layout: built.layout,
      scope: PortScope(
        module: self, owner: .instance(Int32(definition.instances.count - 1)), leaves: built.leaves,
        firstSource: source, firstDrain: TargetID(connection: connection)))
  }

  /// The ports of something that could not be built: values of the right widths that lead nowhere.
  ///
  /// The mistake is known by now; what follows from it should not be reported as further ones. With parameters out of
  /// range even the ports cannot be asked for, so the elaboration ends there.
  private func unconnected<G: Generator>(_ generator: G) -> Exterior<G.Ports> {
    let parameters = ParameterCheck(of: generator)
    guard parameters.mistakes.isEmpty else { DeepThread.exit() }
    let walker = PortWalker()
    let ports = generator.ports
    let layout = walker.group(ports, name: "", path: "")
    let zeros = walker.leaves.map { zero($0.width, signed: $0.isSigned) }
    let source = NodeID(Int32(definition.table.nodes.count))
    let drain = TargetID(Int32(targets.count))
    for (leaf, zero) in zip(walker.leaves, zeros) {
      if leaf.direction == .input {
        _ = addTarget(
          .discarded, name: leaf.name, width: leaf.width, isSigned: leaf.isSigned, fallback: zero, at: -1)
      } else {
        _ = signalNode(addSignal("", width: leaf.width, isSigned: leaf.isSigned, .net(driver: zero), at: -1))
      }
    }
    return Exterior(
      ports: ports, layout: layout,
      scope: PortScope(
        module: self, owner: .unbuilt, leaves: walker.leaves, firstSource: source, firstDrain: drain))
  }

  /// Turns assignments into drivers and adds the clock; nothing can be added afterwards.
  func finish() {
    for target in targets {
      guard let driver = Resolution(module: self, target: target).run() else { continue }
      switch target.kind {
      case .output(let port):
        definition.ports[Int(port)].driver = driver
        definition.ports[Int(port)].place = target.place
      case .instanceInput(let connection): definition.connections[Int(connection)] = driver
      case .wire(let signal): definition.signals[Int(signal)].kind = .net(driver: driver)
      case .register(let register): setNext(of: Int(register), to: driver)
      case .discarded: break
      }
    }
    for grid in grids { grid.finish() }
    grids = []
    for (connection, driver) in definition.connections.enumerated() where driver == Self.undriven {
      let place = definition.instances[port(of: connection).instance].place
      report(
        .inputNotDriven, "'\(name(ofConnection: connection))' is not driven",
        fix: "connect the input of the instance", at: place)
    }
    finishMemories()
    isFinished = true
    portLists.clear()
    finishDomains()
  }

  /// A choice between a new value and the register itself is an enable.
  private func setNext(of register: Int, to driver: NodeID) {
    let table = definition.table
    let own = definition.registers[register].next
    var next = driver
    var enable: NodeID?
    while table[next].operation == .mux {
      let node = table[next]
      let condition: NodeID
      if NodeID(node.c) == own {
        condition = NodeID(node.a)
        next = NodeID(node.b)
      } else if NodeID(node.b) == own {
        condition = definition.table.intern(Node(.not, width: 1, isSigned: false, a: node.a))
        next = NodeID(node.c)
      } else {
        break
      }
      enable =
        enable.map {
          definition.table.intern(Node(.and, width: 1, isSigned: false, a: $0.index, b: condition.index))
        } ?? condition
    }
    definition.registers[register].next = next
    definition.registers[register].enable = enable
  }
}
