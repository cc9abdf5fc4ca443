import Formal
import Netlist

/// Tells survivors that are mistakes from those that nothing can tell from the circuit, with a solver.
public struct EquivalenceJudge: Sendable {
  /// How long to try.
  public var limits = EquivalenceProver.Limits()
  private let circuit: Circuit
  private let assumptions: [CheckerCircuit]

  /// A judge of mutants of `circuit`.
  ///
  /// - Parameters:
  ///   - circuit: The circuit without a mistake.
  ///   - assumptions: Checkers; what they assume restricts the inputs, beside the rules of the streams that enter.
  public init(_ circuit: Circuit, assumptions: [CheckerCircuit] = []) {
    self.circuit = circuit
    self.assumptions = assumptions
  }

  /// What the solver says of each mutant, for ``MutationCampaign/judge``: nothing of a circuit that makes a reset of its own
  /// beside several clocks, which no proof takes; its survivors count as survivors.
  ///
  /// - Throws: `ToolMissing`, `ProofFailure`, `BenchError` for malformed streams.
  public func callAsFunction(_ survivors: [Mutant]) throws -> [MutantVerdict?] {
    var prover: EquivalenceProver
    do { prover = try EquivalenceProver(circuit, assumptions: assumptions) } catch ProofFailure.derivedReset {
      return survivors.map { _ in nil }
    }
    prover.limits = limits
    let variants = survivors.map { mutant in
      EquivalenceProver.Variant(
        definition: mutant.definition,
        module: circuit.definitions[mutant.definition].applying(mutant.edit, .undefined))
    }
    do {
      return try prover.compare(variants).map { outcome in
        outcome.isEquivalent ? .equivalent(outcome.description) : .survived(outcome.description)
      }
    } catch ProofFailure.derivedReset {
      return survivors.map { _ in nil }
    }
  }
}
