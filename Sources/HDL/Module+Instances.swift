import Netlist

extension Module {
  /// An instance of the module of `generator`. Every input must be driven.
  ///
  /// - Parameters:
  ///   - generator: The module.
  ///   - name: Name in the Verilog and in waves.
  ///   - clocks: For domains of the module, the domains that they are here. The main one is the current domain of
  ///     ``domain(_:file:line:_:)`` unless stated otherwise, any other one the domain of the same name.
  ///   - resets: For domains of the module, a bit that resets them while it is 1, in place of the reset of the clock; it
  ///     must belong to that clock.
  public func instance<G: Generator>(
    _ generator: G, _ name: String, clocks: [ClockDomain: ClockDomain] = [:], resets: [ClockDomain: Bit] = [:],
    file: StaticString = #fileID, line: Int = #line
  ) -> Exterior<G.Ports> {
    let place = place(file, line)
    countStatement()
    let wishes = ClockWishes(clocks: clocks, resets: resets)
    guard let built = elaboration.build(generator, resetStyles(wishes)) else { return unconnected(generator) }
    let verilogName = unique(name, suffix: "_inst", at: place)
    let index = Int32(definition.instances.count)
    var inputs: Int32 = 0
    var outputs: [Int32] = []
    var ids: [Int32] = []
    ids.reserveCapacity(built.leaves.count)
    for (position, leaf) in built.leaves.enumerated() {
      if leaf.direction == .input {
        ids.append(
          addTarget(
            .instanceInput(instance: index, input: inputs), name: "", width: leaf.width, isSigned: leaf.isSigned,
            at: place))
        inputs += 1
      } else {
        let signal = addSignal(
          "", width: leaf.width, isSigned: leaf.isSigned,
          .instanceOutput(instance: index, port: Int32(position)), at: place)
        outputs.append(signal)
        ids.append(signalNode(signal).index)
      }
    }
    definition.instances.append(
      Instance(
        name: verilogName, definition: built.definition, inputs: Array(repeating: NodeID(-1), count: Int(inputs)),
        outputs: outputs, place: place,
        clockMap: clockMap(of: built.clocks, wishes, at: place)))
    return Exterior(
      ports: built.ports, layout: built.layout, scope: PortScope(module: self, leaves: built.leaves, ids: ids))
  }

  /// The ports of something that could not be built: values of the right widths that lead nowhere.
  ///
  /// The mistake is known by now; what follows from it should not be reported as further ones. With parameters out of
  /// range even the ports cannot be asked for, so the elaboration ends there.
  private func unconnected<G: Generator>(_ generator: G) -> Exterior<G.Ports> {
    var parameters = ParameterCheck()
    generator.validate(&parameters)
    guard parameters.mistakes.isEmpty else { DeepThread.exit() }
    let walker = PortWalker()
    let ports = generator.ports
    let layout = walker.group(ports, name: "", path: "", direction: nil)
    let ids = walker.leaves.map { leaf -> Int32 in
      guard leaf.direction == .input else { return zero(leaf.width, signed: leaf.isSigned).index }
      return addTarget(
        .discarded, name: leaf.name, width: leaf.width, isSigned: leaf.isSigned,
        fallback: zero(leaf.width, signed: leaf.isSigned),
        at: -1)
    }
    return Exterior(ports: ports, layout: layout, scope: PortScope(module: self, leaves: walker.leaves, ids: ids))
  }

  /// Turns assignments into drivers and adds the clock; nothing can be added afterwards.
  func finish() {
    for target in targets {
      guard let driver = Resolution(module: self, target: target).run() else { continue }
      switch target.kind {
      case .output(let port):
        definition.ports[Int(port)].driver = driver
        definition.ports[Int(port)].place = target.place
      case .instanceInput(let instance, let input):
        definition.instances[Int(instance)].inputs[Int(input)] = driver
      case .wire(let signal): definition.signals[Int(signal)].kind = .net(driver: driver)
      case .register(let register): setNext(of: Int(register), to: driver)
      case .discarded: break
      }
    }
    finishMemories()
    isFinished = true
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
