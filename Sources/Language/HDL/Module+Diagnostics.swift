import Netlist

extension Module {
  /// Records a mistake at `place`, or at the call that is under way.
  ///
  /// - Parameter statement: The statement that was wrong, where that is known only later.
  func report(
    _ code: Diagnostic.Code, _ message: String, notes: [Diagnostic.Note] = [], fix: String? = nil, at place: Int32 = -1,
    statement: Int? = nil
  ) {
    var known = definition.place(place)
    if known == nil, statement == nil {
      // A number of its own finds this call again in a traced elaboration. Between `build` and the end of the module the
      // calls are not the user's.
      if isBeingBuilt || isFinished { countStatement() } else { known = origin }
    }
    elaboration.report(
      Diagnostic(code, message, at: known, module: title, notes: notes, fix: fix),
      at: Statement(module: ordinal, number: statement ?? statements))
  }

  /// Records the mistake behind a value that could not be made, once.
  func note(_ refusal: Refusal) { elaboration.report(refusal, in: self) }

  /// Records a mistake unless `condition` holds; gives `condition`.
  func check(
    _ condition: Bool, _ code: Diagnostic.Code, _ message: @autoclosure () -> String, fix: @autoclosure () -> String,
    at place: Int32 = -1
  ) -> Bool {
    if !condition { report(code, message(), fix: fix(), at: place) }
    return condition
  }

  /// Records a mistake of whoever calls a function that makes hardware, unless `condition` holds.
  ///
  /// ```swift
  /// func taps(_ count: Int, file: StaticString = #fileID, line: Int = #line) -> [SInt] {
  ///   guard m.require(count > 0, "\(count) taps", fix: "use at least one", file: file, line: line) else { return [] }
  /// ```
  ///
  /// - Parameters:
  ///   - condition: What must hold.
  ///   - message: One sentence that names the value.
  ///   - fix: What to write instead.
  ///   - file: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: `condition`.
  @discardableResult
  public func require(
    _ condition: Bool, _ message: @autoclosure () -> String, fix: @autoclosure () -> String,
    file: StaticString = #fileID, line: Int = #line
  ) -> Bool {
    condition || check(false, .badParameter, message(), fix: fix(), at: place(file, line))
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

  /// Whether the result of an operation may be that wide.
  func checkPossible(_ width: Int) -> Bool {
    if width <= Self.mostBits { return true }
    let mistake = Refusal.Mistake.tooWide(width)
    report(mistake.code, mistake.message, fix: mistake.fix)
    return false
  }

  /// Whether `what` may have `width` bits.
  func checkWidth(_ width: Int, _ what: String, at place: Int32) -> Bool {
    check(
      (1...Self.mostBits).contains(width), .badWidth, "\(what) of \(width) bits",
      fix: width < 1 ? "use at least 1 bit" : "use at most \(Self.mostBits) bits", at: place)
  }
}
