import Netlist

extension ClockShape {
  /// What a block of registers of the domain waits for.
  var event: String { "\(edge == .rising ? "posedge" : "negedge") \(clock)" }
}

/// Clocks and resets of instances that are not those of the same names, and clocks that nothing here waits for.
extension Lowering {
  mutating func clockConnections(of instance: Instance) -> [(port: String, value: VerilogExpression)] {
    let module = definitions[Int(instance.definition)]
    let used = module.grid.map { definitions[Int($0.cell)] } ?? module
    let map = definition.clockMaps[Int(instance.clockMap)]
    var result: [(port: String, value: VerilogExpression)] = []
    for (index, clock) in used.clocks.enumerated() {
      let own = definition.clocks[Int(map.clocks[index])]
      let port = used.foreign.map { ($0.clockPort, $0.resetPort) } ?? (clock.clock, clock.reset)
      if let name = port.0 { result.append((name, .name(own.clock))) }
      guard let name = port.1, clock.reset != nil else { continue }
      let polarity = used.foreign?.resetPolarity ?? clock.resetPolarity
      if let reset = map.resets[index] {
        let level = expression(reset)
        result.append((name, polarity == clock.resetPolarity ? level : .unary("!", level)))
      } else if let reset = own.reset {
        result.append((name, polarity == own.resetPolarity ? .name(reset) : .unary("!", .name(reset))))
      }
    }
    return result
  }

  /// Ports of clocks that only say to which clock other ports belong, and clocks and resets that only assertions know.
  var unusedClocks: [String] {
    var isUsed = [Bool](repeating: false, count: definition.clocks.count)
    var resets = isUsed
    for (index, register) in definition.registers.enumerated() where !asserted.contains(register: index) {
      isUsed[Int(register.clock)] = true
      if register.resetValue != nil { resets[Int(register.clock)] = true }
    }
    for memory in definition.memories {
      for port in memory.writePorts { isUsed[Int(port.clock)] = true }
      for case let clock? in memory.readPorts.map(\.clock) { isUsed[Int(clock)] = true }
    }
    for instance in definition.instances {
      if !isUsed.contains(false), !resets.contains(false) { break }
      let own = definitions[Int(instance.definition)].clocks
      for (number, clock) in (definition.clockMap(of: instance, in: definitions)?.clocks ?? []).enumerated() {
        isUsed[Int(clock)] = true
        if !own.indices.contains(number) || own[number].reset != nil { resets[Int(clock)] = true }
      }
    }
    for index in definition.clocks.indices where isUsed[index] && !resets[index] {
      resets[index] = !definition.assertions.contains { $0.clock == index }
    }
    return definition.clocks.indices.flatMap { index in
      let clock = definition.clocks[index]
      return (isUsed[index] ? [] : [clock.clock]) + (resets[index] ? [] : [clock.reset].compactMap { $0 })
    }
  }
}
