/// What a solver says about a property.
public enum ProofOutcome: Hashable, Sendable {
  /// It holds for ever, for every input that the assumptions allow.
  case proved(ProofMethod)
  /// No counterexample of at most this many cycles exists; nothing is known of longer ones. This is not a proof.
  case bounded(cycles: Int)
  /// It does not hold.
  case refuted(Counterexample)
  /// What a checker covers happens in this run.
  case reached(Counterexample)

  /// True when the property is proved, or what it covers is reached.
  public var isProved: Bool {
    switch self {
    case .proved, .reached: true
    case .bounded, .refuted: false
    }
  }
  /// True when the property does not hold.
  public var isFailure: Bool { if case .refuted = self { true } else { false } }
}

extension ProofOutcome: CustomStringConvertible {
  /// One clause.
  public var description: String {
    switch self {
    case .proved(let method): "proved \(method)"
    case .bounded(let cycles): "bounded: no counterexample within \(cycles) cycles, which is no proof"
    case .refuted(let trace): "refuted: fails in cycle \(trace.cycles)"
    case .reached(let trace): "reached in cycle \(trace.cycles)"
    }
  }
}

/// How a property was proved.
public enum ProofMethod: Hashable, Sendable, CustomStringConvertible {
  /// It holds in the first `steps` cycles, and `steps` cycles of it imply the next one.
  case induction(steps: Int)
  /// An invariant that implies it was found and verified (property-directed reachability).
  case invariant(frames: Int)

  /// One clause.
  public var description: String {
    switch self {
    case .induction(let steps): "by k-induction, k = \(steps)"
    case .invariant(let frames): "by an inductive invariant, found after \(frames) frame\(frames == 1 ? "" : "s")"
    }
  }
}

/// Inputs that lead a module into the violation of a property.
public struct Counterexample: Hashable, Sendable {
  /// The cycle in which the property fails, the reset being cycle 1.
  public var cycles: Int
  /// Initial state and inputs of each cycle, as a table.
  public var table: String
  /// A wave of it in VCD.
  public var wave: String
}

/// A property with what the solver said.
public struct ProofResult: Hashable, Sendable {
  /// The property.
  public var property: Property
  /// What the solver said.
  public var outcome: ProofOutcome
  /// Wall time.
  public var seconds: Double
}

/// Why nothing can be said about a property.
public enum ProofFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Yosys refuses the Verilog.
  case refused(property: String, messages: String)
  /// A black box comes without Verilog.
  case unknownModule(String)
  /// A design of several clocks has a black box, of which the clocks cannot be made one.
  case foreignClocks(module: String)
  /// A design of several clocks makes a reset itself.
  case derivedReset(module: String)
  /// The solver did not come to an end at any depth.
  case undecided(property: String, seconds: Int)

  /// One sentence with the remedy.
  public var description: String {
    switch self {
    case .refused(let property, let messages):
      "Yosys refuses the Verilog of property '\(property)': \(messages); prove it with another version of Yosys"
    case .unknownModule(let module):
      "the black box '\(module)' comes without Verilog, so nothing can be proved of what it does; give it sources"
    case .foreignClocks(let module):
      "a design of several clocks has the black box '\(module)'; prove the modules beside it apart"
    case .derivedReset(let module):
      "'\(module)' has several clocks and makes a reset for an instance; prove the modules inside apart"
    case .undecided(let property, let seconds):
      "the solver says nothing about '\(property)' within \(seconds) s; make the parameters smaller or the limit larger"
    }
  }
}
