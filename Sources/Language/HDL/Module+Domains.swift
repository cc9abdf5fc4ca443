import Netlist

/// What a module knows of one of its domains.
struct DomainUse {
  var domain: ClockDomain
  var usesClock = false
  var usesReset = false
}

extension Module {
  /// Registers, memory ports, assertions and instances made inside `body` belong to `domain`.
  ///
  /// Values may be made anywhere: they belong to the domain of what they are made of.
  @discardableResult
  public func domain<R>(
    _ domain: ClockDomain, file: StaticString = #fileID, line: Int = #line, _ body: () throws -> R
  ) rethrows -> R {
    try inClock(number(of: domain, at: place(file, line)), body)
  }

  /// Makes what `body` makes in the clock with this number.
  func inClock<R>(_ clock: Int32, _ body: () throws -> R) rethrows -> R {
    let outer = currentDomain
    currentDomain = clock
    defer { currentDomain = outer }
    return try body()
  }

  /// The number of `domain` in the module, which has it from now on.
  func number(of domain: ClockDomain, at place: Int32) -> Int32 {
    guard let known = domains.firstIndex(where: { $0.domain.name == domain.name }) else {
      let shape = styles.shape(of: domain, hasReset: true)
      // A name that makes no port makes neither of them.
      if reserve(shape.clock, of: domain, at: place) { reserve(shape.reset!, of: domain, at: place) }
      domains.append(DomainUse(domain: domain))
      return Int32(domains.count - 1)
    }
    let own = domains[known].domain
    if own != domain, own == .main, !domains[known].usesClock {
      domains[known].domain = domain
      let name = styles.shape(of: domain, hasReset: true).reset!
      if name != styles.shape(of: own, hasReset: true).reset { reserve(name, of: domain, at: place) }
    } else if own != domain, domain != .main {
      report(
        .badDomain, "the domain '\(domain.title)' has two forms in \(title)",
        fix: "write it once as a constant, and use that", at: place)
    }
    return Int32(known)
  }

  /// Takes the name of a port of `domain`; false when it is no name.
  @discardableResult
  private func reserve(_ name: String, of domain: ClockDomain, at place: Int32) -> Bool {
    if let why = Identifier.problem(with: name) {
      report(
        .badName, "the domain '\(domain.title)' would have a port '\(name)', which is \(why)",
        fix: "give the domain another name",
        at: place)
      return false
    }
    if !usedNames.insert(name), placeOfName(name) != nil {
      let isPort = portNames.contains(name)
      report(
        .nameClash, "the name '\(name)' is taken by a port of the domain '\(domain.title)'",
        fix: "rename the \(isPort ? "port" : "state"), or the domain", at: place)
    }
    portNames.insert(name)
    return true
  }

  /// Puts the clocks in order, the main one first when anything uses it; nothing can be added afterwards.
  func finishDomains() {
    func use(_ clock: Int32, reset: Bool = false) {
      domains[Int(clock)].usesClock = true
      if reset { domains[Int(clock)].usesReset = true }
    }
    for register in definition.registers { use(register.clock, reset: register.resetValue != nil) }
    for memory in definition.memories {
      for port in memory.writePorts { use(port.clock) }
      for case let clock? in memory.readPorts.map(\.clock) { use(clock) }
    }
    // A checker says nothing of what happens in reset.
    for assertion in definition.assertions { use(assertion.clock, reset: isChecker) }
    let hasMain = domains[0].usesClock
    let entering = hasMain || domains.count == 1 ? domains[...] : domains.dropFirst()
    if domains.count > 1, !hasMain { dropMain() }
    clockDomains = entering.filter { $0.usesClock || !$0.domain.name.isEmpty }.map(\.domain)
    definition.clocks = entering.filter { $0.usesClock || !$0.domain.name.isEmpty }
      .map { styles.shape(of: $0.domain, hasReset: $0.usesReset) }
  }

  /// Renumbers clocks for a module in which nothing uses the main one.
  private func dropMain() {
    for index in definition.ports.indices where definition.ports[index].clock >= 0 {
      definition.ports[index].clock -= 1
    }
    for index in definition.registers.indices { definition.registers[index].clock -= 1 }
    for index in definition.assertions.indices { definition.assertions[index].clock -= 1 }
    for index in definition.memories.indices {
      for port in definition.memories[index].writePorts.indices {
        definition.memories[index].writePorts[port].clock -= 1
      }
      for port in definition.memories[index].readPorts.indices {
        let clock = definition.memories[index].readPorts[port].clock
        definition.memories[index].readPorts[port].clock = clock.map { $0 - 1 }
      }
    }
    for index in definition.clockMaps.indices {
      definition.clockMaps[index].others -= 1
      definition.clockMaps[index].clocks = definition.clockMaps[index].clocks.map { $0 - 1 }
    }
    for index in definition.instances.indices where definition.instances[index].clockMap < 0 {
      definition.instances[index].clockMap = add(ClockMap(clocks: [], others: Port.noClock))
    }
  }

  func add(_ map: ClockMap) -> Int32 {
    if let known = definition.clockMaps.firstIndex(of: map) { return Int32(known) }
    definition.clockMaps.append(map)
    return Int32(definition.clockMaps.count - 1)
  }
}
