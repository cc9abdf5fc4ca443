import Netlist

/// Assertions under macros: `FORMAL` for provers, `SYSTOLE_ASSERT` for simulations.
extension Lowering {
  mutating func addAssertions() {
    guard !definition.assertions.isEmpty else { return }
    // Where the macros are not defined nothing of this is read.
    let (signals, nets) = (signalUses, netUses)
    defer { (signalUses, netUses) = (signals, nets) }
    func choose(_ write: (Assertion) -> VerilogStatement?) -> [VerilogItem] {
      definition.clocks.indices.compactMap { clock in
        clocked(clock, definition.assertions.filter { $0.clock == clock }.compactMap(write))
      }
    }
    let formal = choose { proved($0) }
    // A simulation reads less than a prover: covers are for provers alone.
    (signalUses, netUses) = (signals, nets)
    let simulated = choose { $0.kind == .cover ? nil : checked($0) }
    addWatch(isSimulated: !simulated.isEmpty)
    items += [.blank, .conditional(macro: "FORMAL", formal)]
    if !simulated.isEmpty { items += [.blank, .conditional(macro: "SYSTOLE_ASSERT", simulated)] }
  }

  /// What only assertions read stands where they are.
  private mutating func addWatch(isSimulated: Bool) {
    guard !asserted.isEmpty else { return }
    var watch = take()
    let initial = declareRegisters(asserted: true)
    if !initial.isEmpty { add(.initial(initial)) }
    addNets(asserted: true)
    addRegisters(asserted: true)
    swap(&watch, &items)
    let unread = unread(asserted: true)
    if !unread.isEmpty { watch.append(sink(unique("unused_watch"), unread)) }
    guard !watch.isEmpty else { return }
    checkMacros = isSimulated ? ["FORMAL", "SYSTOLE_ASSERT"] : []
    items += [.blank, .conditional(macro: isSimulated ? VerilogHead.checks : "FORMAL", watch)]
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
    let note = assertion.message.isEmpty ? "" : ": " + assertion.message
    // `%m` stands for the path of the instance.
    let text =
      ForeignText.verilogMessage("\(what) \(assertion.label) of ").dropLast() + "%m"
      + ForeignText.verilogMessage(" failed\(note)").dropFirst()
    let stop = VerilogStatement.condition(
      .unary("!", expression(assertion.condition)), [.call("$display(\(text))"), .call("$stop")], [])
    guard let enable = assertion.enable else { return stop }
    return .condition(expression(enable), [stop], [])
  }
}
