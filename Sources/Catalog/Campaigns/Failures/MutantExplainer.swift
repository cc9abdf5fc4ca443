import Catalog
import Mutation
import Netlist
import Testbench
import Verilator

/// Says how the bench of a block finds a mistake that is put into it.
public struct MutantExplainer: Sendable {
  /// What is made smaller; its case names the mutant.
  public var shrinker: CaseShrinker
  /// Runs of the bench, each with its own stimuli, to look at.
  public var runs = Catalog.defaultRuns

  /// Explains the mutant of the case of `shrinker`.
  public init(_ shrinker: CaseShrinker) { self.shrinker = shrinker }

  /// What became of the mutant.
  public struct Outcome: Sendable {
    /// Name of the catalog entry.
    public var block: String
    /// The mutant.
    public var mutant: Mutant
    /// Runs that were looked at.
    public var runs: Int
    /// The first run that finds it, as small as it gets; nil when all pass.
    public var found: CaseShrinker.Outcome?
  }

  /// Looks for the first run that finds the mutant, and makes it smaller.
  ///
  /// - Throws: ``/Catalog/CatalogError``, `DiagnosticList`, `BenchError`, ``CaseFileError``.
  public func run() throws -> Outcome {
    let failing = shrinker.failing
    let mutants = try failing.catalogBlock().elaborate(reset: failing.reset).mutants
    guard let mutant = mutants.first(where: { $0.number == failing.mutant }) else {
      throw CatalogError.noSuchMutant(failing.mutant ?? 0, block: failing.block, count: mutants.count)
    }
    var outcome = Outcome(block: failing.block, mutant: mutant, runs: 0)
    while outcome.runs < runs, outcome.found == nil, !shrinker.isCancelled() {
      var shrinker = shrinker
      shrinker.failing.run = outcome.runs
      shrinker.failing.initialState = failing.seed.derived("initial state", index: outcome.runs).value
      shrinker.failing.engine = .native
      outcome.found = try shrinker.run(with: try ModelBuilder())
      outcome.runs += 1
    }
    return outcome
  }
}

extension MutantExplainer.Outcome {
  /// The mistake, its place, and how it is found, for a person.
  ///
  /// - Parameter colour: Whether to mark what is wrong with ANSI colours.
  public func text(colour: Bool = false) -> String {
    var lines = [
      "\(found == nil ? "SURVIVED" : "KILLED")  \(block) with mistake \(mutant.number)",
      "  mistake    \(mutant.operation.description) in \(mutant.module): \(mutant.change)",
    ]
    if let place = mutant.place { lines.append("  place      \(place)") }
    guard let found, let failure = found.original.failure else {
      return (lines + ["  runs       \(runs) pass"]).joined(separator: "\n") + "\n"
    }
    lines += [
      "  found by   run \(runs - 1) with seed \(found.original.seed), at cycle \(failure.cycle):",
      "             \(failure.message)",
    ]
    return lines.joined(separator: "\n") + "\n" + found.explanation.text(colour: colour)
  }
}
