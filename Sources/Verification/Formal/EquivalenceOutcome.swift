/// What a solver says about a circuit that should do what another one does.
public enum EquivalenceOutcome: Hashable, Sendable {
  /// No input tells them apart, whatever state both start in.
  case equivalent(EquivalenceMethod)
  /// Some input makes an output differ in this cycle, the reset being cycle 1.
  case different(cycle: Int)
  /// No input makes an output differ within so many cycles; nothing is known of more.
  case bounded(cycles: Int)
  /// The solver has not come to an end, or the circuit is too large for it.
  case unknown(String)

  /// True when nothing tells the circuits apart.
  public var isEquivalent: Bool { if case .equivalent = self { true } else { false } }
}

/// How it was proved that nothing tells two circuits apart.
public enum EquivalenceMethod: String, Hashable, Sendable {
  /// Whatever state its module is in and whatever the parts of it show, both compute the same next state and outputs.
  case sameFunctions = "computes the same in every state"
  /// In every state that the circuit reaches both compute the same next state and outputs.
  case sameSteps = "computes the same in every state that can be reached"
  /// Both circuits side by side never show different outputs.
  case sameOutputs = "shows the same outputs for ever"
}

extension EquivalenceOutcome: CustomStringConvertible {
  /// One clause.
  public var description: String {
    switch self {
    case .equivalent(let method): "proved: it \(method.rawValue)"
    case .different(let cycle): "some input makes an output differ in cycle \(cycle)"
    case .bounded(let cycles): "no input makes an output differ within \(cycles) cycles; more is not known"
    case .unknown(let reason): reason
    }
  }
}
