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

  private func add(_ kind: Assertion.Kind, _ condition: Bit, _ label: String, _ message: String, at place: Int32) {
    countStatement()
    guard let condition = self.condition(condition) else { return }
    definition.assertions.append(
      Assertion(
        kind, label: unique(label, suffix: "_\(kind.rawValue)", at: place), message: message, condition: condition,
        enable: scopeCondition(), clock: currentDomain, place: place))
  }
}
