import Netlist

/// Assertions under macros: `FORMAL` for provers, `SYSTOLE_ASSERT` for simulations.
extension Lowering {
  func assertionRoots(
    _ hint: (String) -> Int32
  ) -> [(node: NodeID, hint: Int32, form: NetPlan.RootForm)] {
    var roots: [(node: NodeID, hint: Int32, form: NetPlan.RootForm)] = []
    for assertion in definition.assertions {
      let name = hint(assertion.label)
      if let enable = assertion.enable { roots.append((enable, name, .operand)) }
      roots.append((assertion.condition, name, .operand))
    }
    return roots
  }

  mutating func addAssertions() {
    guard !definition.assertions.isEmpty else { return }
    // Where the macros are not defined nothing of this is read.
    let (signals, nets) = (signalUses, netUses)
    defer { (signalUses, netUses) = (signals, nets) }
    var formal: [VerilogItem] = []
    var simulated: [VerilogItem] = []
    for clock in definition.clocks.indices {
      let chosen = definition.assertions.filter { $0.clock == clock }
      if let item = clocked(clock, chosen.map { proved($0) }) { formal.append(item) }
      if let item = clocked(clock, chosen.filter { $0.kind != .cover }.map { checked($0) }) { simulated.append(item) }
    }
    items += [.blank, .conditional(macro: "FORMAL", formal)]
    if !simulated.isEmpty { items += [.blank, .conditional(macro: "SYSTOLE_ASSERT", simulated)] }
  }

  private func clocked(_ index: Int, _ statements: [VerilogStatement]) -> VerilogItem? {
    guard !statements.isEmpty else { return nil }
    let clock = definition.clocks[index]
    var body = statements
    if let reset = clock.reset {
      let isReleased: VerilogExpression = clock.resetPolarity == .activeHigh ? .unary("!", .name(reset)) : .name(reset)
      body = [.condition(isReleased, body, [])]
    }
    return .clocked(event: clock.event, body)
  }

  private mutating func proved(_ assertion: Assertion) -> VerilogStatement {
    let statement = VerilogStatement.property(
      assertion.kind.rawValue, label: assertion.label, expression(assertion.condition))
    guard let enable = assertion.enable else { return statement }
    return .condition(expression(enable), [statement], [])
  }

  private mutating func checked(_ assertion: Assertion) -> VerilogStatement {
    let what = assertion.kind == .assert ? "assertion" : "assumption"
    // A percent sign begins a format.
    let message = assertion.message.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
    let note = message.isEmpty ? "" : ": " + message
    let text = Self.quoted("\(what) \(assertion.label) of %m failed\(note)")
    let stop = VerilogStatement.condition(
      .unary("!", expression(assertion.condition)), [.call("$display(\(text))"), .call("$stop")], [])
    guard let enable = assertion.enable else { return stop }
    return .condition(expression(enable), [stop], [])
  }

  /// A Verilog string; in `text` only `%m` is a format.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.append(character)
      }
    }
    return result + "\""
  }
}
