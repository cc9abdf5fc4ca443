import Netlist

/// How a user of a module wants its clocks to be connected.
struct ClockWishes {
  var clocks: [ClockDomain: ClockDomain]
  var resets: [ClockDomain: Bit]

  func clock(of domain: ClockDomain) -> ClockDomain? {
    clocks.first { $0.key.name == domain.name }?.value
  }

  func reset(of domain: ClockDomain) -> Bit? { resets.first { $0.key.name == domain.name }?.value }
}

extension Module {
  /// The resets that a module finds here.
  func resetStyles(_ wishes: ClockWishes) -> ResetStyles {
    guard currentDomain != 0 || domains.count > 1 || !wishes.clocks.isEmpty || domains[0].domain != .main else {
      return styles
    }
    var result = styles
    for use in domains.dropFirst() { result.set(use.domain.name, to: styles[use.domain]) }
    result.set("", to: styles[domains[Int(currentDomain)].domain])
    for (domain, wish) in wishes.clocks {
      let known = domains.first { $0.domain.name == wish.name }?.domain ?? wish
      result.set(domain.name, to: styles[known])
    }
    return result
  }

  /// The map of an instance of a module with the domains `used`; -1 when the clocks of the same names will do.
  func clockMap(of used: UsedClocks, _ wishes: ClockWishes, at place: Int32) -> Int32 {
    let isPlain = wishes.clocks.isEmpty && wishes.resets.isEmpty && currentDomain == 0
    if isPlain, used.domains.allSatisfy({ $0.name.isEmpty }) {
      if let main = used.clocks.first, agrees(main) {
        domains[0].usesClock = true
        if main.reset != nil { domains[0].usesReset = true }
        return -1
      } else if used.clocks.isEmpty {
        return -1
      }
    }
    for domain in wishes.clocks.keys.map({ $0 }) + wishes.resets.keys where !domain.name.isEmpty {
      if !used.domains.contains(where: { $0.name == domain.name }) {
        report(
          .badDomain, "the instance has no domain '\(domain.title)'",
          fix: "use one of \(used.domains.map { "'\($0.title)'" }.joined(separator: ", "))", at: place)
      }
    }
    let others = wishes.clock(of: .main).map { number(of: $0, at: place) } ?? currentDomain
    var map = ClockMap(clocks: [], others: others)
    for (domain, shape) in zip(used.domains, used.clocks) {
      let own: Int32
      if let wish = wishes.clock(of: domain) {
        own = number(of: wish, at: place)
      } else {
        own = domain.name.isEmpty ? currentDomain : number(of: domain, at: place)
      }
      if domains[Int(own)].domain.edge != shape.edge {
        report(
          .badDomain,
          "'\(domain.title)' of the instance acts on the \(shape.edge.rawValue) edge, and"
            + " '\(domains[Int(own)].domain.title)' does not",
          fix: "connect it to a domain of that edge", at: place)
      }
      let reset = wishes.reset(of: domain).flatMap { condition($0, "a reset") }
      domains[Int(own)].usesClock = true
      if shape.reset != nil, reset == nil { domains[Int(own)].usesReset = true }
      map.clocks.append(own)
      map.resets.append(
        shape.reset == nil ? nil : reset.map { shape.resetPolarity == .activeHigh ? $0 : inverted($0) })
    }
    return add(map)
  }

  private func inverted(_ node: NodeID) -> NodeID { intern(Node(.not, width: 1, isSigned: false, a: node.index)) }

  /// Whether the main clock of the module can be connected by name.
  private func agrees(_ clock: ClockShape) -> Bool {
    let own = domains[0].domain
    let style = styles[own]
    return own.edge == clock.edge
      && (clock.reset == nil || style.kind == clock.resetKind && style.polarity == clock.resetPolarity)
  }
}

/// The domains of a finished module, in the order of its clocks, and their ports.
struct UsedClocks {
  var domains: [ClockDomain]
  var clocks: [ClockShape]
}
