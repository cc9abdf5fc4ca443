import Netlist
import Testbench

/// What became of a mutant.
public enum MutantVerdict: Hashable, Sendable {
  /// A run of the bench saw the difference.
  case killed(run: Int, failure: String)
  /// No bench can see a difference, and why that is known.
  case equivalent(String)
  /// Every run passed; what is known of it beside.
  case survived(String)
  /// The work ended before it was this one's turn.
  case notTried
}

/// A mutant and what became of it.
public struct MutantResult: Hashable, Sendable {
  /// The mutant.
  public var mutant: Mutant
  /// What became of it.
  public var verdict: MutantVerdict

  /// True when the bench did not see it and nobody has proved that it cannot.
  public var isSurvivor: Bool { if case .survived = verdict { true } else { false } }
}

/// How good a bench is at finding mistakes in a design.
///
/// All of it follows from the circuit, the bench and the seed.
public struct MutationResult: Hashable, Sendable {
  /// Mutants of one kind, counted.
  public struct Count: Hashable, Sendable, Codable {
    /// Tried: killed, equivalent or survived.
    public var mutants = 0
    /// Seen by the bench.
    public var killed = 0
    /// Proved to be no mistakes.
    public var equivalent = 0
    /// Not seen, and not proved to be none.
    public var survived = 0

    /// No mutants.
    public init() {}

    /// Killed, as a share of those that are mistakes; 1 when there are none.
    public var score: Double {
      mutants == equivalent ? 1 : Double(killed) / Double(mutants - equivalent)
    }

    /// The sum of two counts.
    public static func + (left: Count, right: Count) -> Count {
      var sum = left
      sum.mutants += right.mutants
      sum.killed += right.killed
      sum.equivalent += right.equivalent
      sum.survived += right.survived
      return sum
    }
  }

  /// Verilog name of the module.
  public var module: String
  /// The seed of the sample.
  public var seed: Seed
  /// Runs of the bench that a mutant has to pass to survive.
  public var runs: Int
  /// Mistakes that can be put into the circuit, before any is tried.
  public var possible: Int
  /// Of these, those in the sample; all of them unless a smaller number was asked for.
  public var sampled: Int
  /// Of the sample, those that make no valid circuit.
  public var refused: Int
  /// Of the sample, those that make the same circuit as another one.
  public var repeated: Int
  /// The others, in the order of their numbers.
  public var results: [MutantResult]

  /// True when the work was ended early, perhaps before the solver had looked at all survivors.
  public var wasInterrupted = false

  /// True when every mutant has its last verdict.
  public var isComplete: Bool { !wasInterrupted && !results.contains { $0.verdict == .notTried } }

  /// The verdicts, counted.
  public var count: Count { Self.count(results) }

  /// Killed, as a share of those that are not equivalent; nil while a mutant has no verdict, for the rest may be survivors.
  public var score: Double? { isComplete ? count.score : nil }

  /// Mutants that the bench did not see and that are not proved equivalent.
  public var survivors: [MutantResult] { results.filter(\.isSurvivor) }

  /// The verdicts of each kind that occurs, counted.
  public var counts: [(operation: MutationOperator, count: Count)] {
    MutationOperator.allCases.compactMap { kind in
      let some = results.filter { $0.mutant.operation == kind && $0.verdict != .notTried }
      return some.isEmpty ? nil : (kind, Self.count(some))
    }
  }

  private static func count(_ results: [MutantResult]) -> Count {
    results.reduce(into: Count()) { count, result in
      switch result.verdict {
      case .killed: count.killed += 1
      case .equivalent: count.equivalent += 1
      case .survived: count.survived += 1
      case .notTried: return
      }
      count.mutants += 1
    }
  }
}
