import Netlist

extension Module {
  /// States that `condition` is 1 at every clock edge outside reset, where the conditions of `m.when` around it hold.
  ///
  /// Emitted under the macro `FORMAL` for provers, and under the macro `SYSTOLE_ASSERT` as a check that stops a Verilog
  /// simulation. The native simulator stops with the label, the instance, the cycle and the place.
  ///
  /// - Parameters:
  ///   - condition: What must hold.
  ///   - label: Name in the Verilog.
  ///   - message: What to tell a person when it fails.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func assert(
    _ condition: Bit, _ label: String, _ message: String = "", file: StaticString = #fileID, line: Int = #line
  ) {
    add(.assert, condition, label, message, at: place(file, line))
  }

  /// States that the surroundings keep `condition` at 1: a proof takes it to hold, a simulation checks it.
  public func assume(
    _ condition: Bit, _ label: String, _ message: String = "", file: StaticString = #fileID, line: Int = #line
  ) {
    add(.assume, condition, label, message, at: place(file, line))
  }

  /// Names something that should happen: `condition` is 1 at a clock edge outside reset. The native simulator counts.
  public func cover(_ condition: Bit, _ label: String, file: StaticString = #fileID, line: Int = #line) {
    add(.cover, condition, label, "", at: place(file, line))
  }

  /// States the rule of streams for what is offered to this module: once `valid` is 1, it and `payload` stay until the
  /// clock edge at which the item is taken.
  ///
  /// The registers `<label>_waits` and `<label>_before`, which remember the edge before, are no hardware: they are only
  /// there where the assertion is.
  ///
  /// - Parameters:
  ///   - valid: 1 while an item is offered.
  ///   - taken: 1 when it is taken at the coming edge.
  ///   - payload: The parts of the item.
  ///   - label: What the assertion and its registers are called after.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func assertKept(
    valid: Bit, taken: Bit, payload: [any Signal], _ label: String, file: StaticString = #fileID, line: Int = #line
  ) {
    keep(.assert, valid, taken, payload, label, file, line)
  }

  /// States that the surroundings keep the rule of streams for what they offer; see
  /// ``assertKept(valid:taken:payload:_:file:line:)``.
  public func assumeKept(
    valid: Bit, taken: Bit, payload: [any Signal], _ label: String, file: StaticString = #fileID, line: Int = #line
  ) {
    keep(.assume, valid, taken, payload, label, file, line)
  }

  private func keep(
    _ kind: Assertion.Kind, _ valid: Bit, _ taken: Bit, _ payload: [any Signal], _ label: String,
    _ file: StaticString, _ line: Int
  ) {
    let waits = register("\(label)_waits", valid & !taken, reset: 0, file: file, line: line)
    var stays = valid
    if !payload.isEmpty {
      let item = concatenate(payload)
      stays = stays & (item .== register("\(label)_before", item, file: file, line: line))
    }
    add(
      kind, !waits | stays, "\(label)_is_kept", "an item of '\(label)' was withdrawn or changed before it was taken",
      at: place(file, line))
  }

  /// States the rule of streams for a stream into this module; see ``assertKept(valid:taken:payload:_:file:line:)``.
  public func assertKept<T: PortElement>(
    _ stream: Stream<T>, taken: Bit, _ label: String, file: StaticString = #fileID, line: Int = #line
  ) {
    assertKept(
      valid: stream.valid, taken: taken, payload: stream.payload.fields.map(\.signal), label, file: file, line: line)
  }

  private func add(_ kind: Assertion.Kind, _ condition: Bit, _ label: String, _ message: String, at place: Int32) {
    countStatement()
    guard let condition = self.condition(condition, "an assertion") else { return }
    definition.assertions.append(
      Assertion(
        kind, label: unique(label, suffix: "_\(kind.rawValue)", at: place), message: message, condition: condition,
        enable: scopeCondition(), clock: currentDomain, place: place))
  }
}
