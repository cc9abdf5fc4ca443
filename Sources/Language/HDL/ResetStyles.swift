import Netlist

/// The resets that the surroundings of a module have for those of its domains that choose none themselves.
struct ResetStyles {
  /// That of domains of which nothing else is said.
  var usual: ResetStyle
  /// By name of the domain, where it is another one.
  private var others: [String: ResetStyle] = [:]

  init(usual: ResetStyle) { self.usual = usual }

  /// The reset of `domain`.
  subscript(domain: ClockDomain) -> ResetStyle {
    if let own = domain.reset { return own }
    return others.isEmpty ? usual : others[domain.name] ?? usual
  }

  /// States the reset of the domain called `name`.
  mutating func set(_ name: String, to style: ResetStyle) {
    if style != usual || !others.isEmpty { others[name] = style }
  }

  /// The ports of `domain`.
  func shape(of domain: ClockDomain, hasReset: Bool) -> ClockShape {
    let style = self[domain]
    let stem = domain.name.isEmpty ? "" : Identifier.snakeCase(domain.name) + "_"
    let reset = stem + (style.polarity == .activeHigh ? "reset" : "reset_n")
    return ClockShape(
      clock: stem + "clock", reset: hasReset ? reset : nil, resetKind: style.kind, resetPolarity: style.polarity,
      edge: domain.edge)
  }

  /// Whether a module with these clocks, made for other surroundings, does here too.
  func fit(_ used: UsedClocks) -> Bool {
    if used.clocks.isEmpty { return true }
    for (domain, shape) in zip(used.domains, used.clocks) where shape.reset != nil && domain.reset == nil {
      if self[domain] != ResetStyle(shape.resetKind, shape.resetPolarity) { return false }
    }
    return true
  }
}
