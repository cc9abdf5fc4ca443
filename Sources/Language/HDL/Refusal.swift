import Netlist

/// A value that could not be made. It stands where the value would, takes every width, and causes no further mistakes.
///
/// A mistake that is made where no module is in sight, as with literals alone, waits in it for the first module that it
/// meets; the calls that led to it say where it was written.
final class Refusal {
  /// What is wrong and what to write instead.
  struct Mistake {
    var code: Diagnostic.Code
    var message: String
    var fix: String
  }

  /// Nil when it was reported where it was made.
  let mistake: Mistake?
  let stack: CallStack
  /// The width that the value would have had, as far as it is known.
  let width: Int
  /// For the shape of a signal, the width that it was given, which may be one that cannot be.
  let shapeWidth: Int?
  /// Where a shape was written, when that is known.
  let origin: SourceLine?

  /// A value of which the mistake is reported already.
  init(width: Int) {
    mistake = nil
    stack = CallStack(addresses: [])
    self.width = Refusal.possible(width)
    shapeWidth = nil
    origin = nil
  }

  /// A value of which the mistake is reported by the first module that it meets.
  init(_ mistake: Mistake, width: Int) {
    self.mistake = mistake
    stack = .current()
    self.width = Refusal.possible(width)
    shapeWidth = nil
    origin = nil
  }

  /// A shape, which is a mistake wherever a value is needed.
  init(shapeOf width: Int, at origin: SourceLine?) {
    mistake = Mistake(
      code: .shapeAsValue, message: "the shape of \(width) bits stands where a value is needed",
      fix: "write a signal or a constant there; a shape says how wide a port, a register or a wire is")
    stack = .current()
    self.width = Refusal.possible(width)
    shapeWidth = width
    self.origin = origin
  }

  private static func possible(_ width: Int) -> Int { (1...Module.mostBits).contains(width) ? width : 1 }
}

extension Refusal {
  /// Bundles of literals, of which no module is in sight, that differ in their fields.
  static func otherFields(_ what: String) -> Refusal {
    Refusal(
      Mistake(
        code: .bundleMismatch, message: "\(what) do not have the same fields", fix: "give all of them one shape"),
      width: 1)
  }
}

extension Refusal: Equatable {
  static func == (left: Refusal, right: Refusal) -> Bool { left === right }
}

extension Refusal.Mistake {
  static func tooWide(_ width: Int) -> Refusal.Mistake {
    Refusal.Mistake(
      code: .badWidth, message: "a signal of \(width) bits; the widest has \(Module.mostBits)",
      fix: "use at most \(Module.mostBits) bits")
  }

  /// A list of which `what` is made is empty; `neutral` is what to write where that may happen.
  static func empty(_ what: String, neutral: String? = nil) -> Refusal.Mistake {
    Refusal.Mistake(
      code: .emptyList, message: "\(what) of nothing",
      fix: "give it at least one" + (neutral.map { "; where there may be none, write list.isEmpty ? \($0) : …" } ?? ""))
  }
}

extension Signal {
  /// Stands for a value of which the mistake is reported already.
  static func refused(width: Int) -> Self { Self(handle: .literal(Literal(form: .refused(Refusal(width: width))))) }

  /// Stands for a value of which the mistake is reported when it meets a module.
  static func refused(_ mistake: Refusal.Mistake, width: Int = 1) -> Self {
    Self(handle: .literal(Literal(form: .refused(Refusal(mistake, width: width)))))
  }

  /// Reports a mistake made with this value, now or when it meets a module, and stands for the result. A value that is
  /// refused itself says no more.
  func refusing<T: Signal>(
    _ code: Diagnostic.Code, _ message: @autoclosure () -> String, fix: @autoclosure () -> String, width: Int? = nil
  ) -> T {
    switch handle {
    case .node(let module, _):
      module.report(code, message(), fix: fix())
      return T.refused(width: width ?? self.width)
    case .literal(let literal):
      if literal.refusal != nil { return T(handle: handle) }
      return T.refused(Refusal.Mistake(code: code, message: message(), fix: fix()), width: width ?? self.width)
    }
  }

  /// A literal without a width of which `what` depends on one.
  func needingWidth<T: Signal>(_ what: String) -> T {
    guard case .literal(let literal) = handle else { return T.refused(width: 1) }
    return refusing(
      .literalWithoutWidth, "the literal \(literal) has no width, and \(what) depends on one",
      fix: "write m.constant(\(literal), width: …, as: \(Self.self).self)")
  }
}
