import Netlist

extension Module {
  /// Records a mistake at `place`, or at the statement under way when no place is known.
  func report(
    _ code: Diagnostic.Code, _ message: String, notes: [Diagnostic.Note] = [], fix: String? = nil, at place: Int32 = -1,
    statement: Int? = nil
  ) {
    elaboration.report(
      Diagnostic(code, message, at: definition.place(place), module: title, notes: notes, fix: fix),
      at: Statement(module: ordinal, number: statement ?? statements))
  }

  /// Records a mistake unless `condition` holds; gives `condition`.
  func check(
    _ condition: Bool, _ code: Diagnostic.Code, _ message: @autoclosure () -> String, fix: String, at place: Int32 = -1
  ) -> Bool {
    if !condition {
      countStatement()
      report(code, message(), fix: fix, at: place)
    }
    return condition
  }

  /// Gives the statement under way a number, so that a traced elaboration can find its place.
  func countStatement() {
    statements += 1
    if !elaboration.traced.isEmpty { elaboration.capture(self) }
  }

  func checkSame(_ other: Module, _ what: String) -> Bool {
    check(
      other === self, .foreignSignal, "\(what) in \(title) uses a signal of \(other.title)",
      fix: "pass the signal through a port")
  }

  func checkEqualWidths(_ a: NodeID, _ b: NodeID, _ what: String) -> Bool {
    check(
      width(a) == width(b), .widthMismatch, "\(what) on \(width(a)) and \(width(b)) bits",
      fix: "use extended(to:), truncated(to:) or saturated(to:)")
  }
}
