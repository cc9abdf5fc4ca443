import Catalog
import Formal
import HDL
import Netlist

/// Proves what a block promises: the rules of its streams, and the checkers of its entry.
public struct BlockProof: Sendable {
  /// The block.
  public var block: any CatalogBlock
  /// Reset of the block's Verilog.
  public var reset = ResetStyle()
  /// How long to try.
  public var limits = Prover.Limits()
  /// Called before each property with its name.
  public var progress: (@Sendable (String) -> Void)?

  /// A proof of all that `block` promises.
  public init(_ block: any CatalogBlock) { self.block = block }

  /// What came of it.
  public struct Outcome: Sendable {
    /// The Verilog name of the module.
    public var module: String
    /// Streams of which valid follows ready, as sentences; empty when all keep the rule.
    public var violations: [String]
    /// The properties, each with what the solver says.
    public var results: [ProofResult]
    /// True when no input satisfies the assumptions; then nothing is proved.
    public var isVacuous: Bool

    /// True when every property is proved and no rule is broken.
    public var isProved: Bool { violations.isEmpty && !isVacuous && results.allSatisfy(\.outcome.isProved) }
    /// True when a rule is broken, a property is refuted, or no input satisfies the assumptions.
    public var isFailure: Bool { !violations.isEmpty || isVacuous || results.contains(where: \.outcome.isFailure) }
  }

  /// Proves all, one property after the other.
  ///
  /// - Throws: `DiagnosticList` for a block that cannot be built, `ToolMissing`, ``/Formal/ProofFailure``.
  public func run() throws -> Outcome {
    let circuit = try block.elaborate(reset: reset)
    let checkers = try block.checkers(reset: reset)
    var prover = try Prover(circuit, assumptions: checkers)
    prover.limits = limits
    let hasAssertions = circuit.definitions.contains { $0.assertions.contains { $0.kind == .assert } }
    let properties =
      try (StreamRules.properties(for: prover.interface, reset: reset) + checkers).flatMap { Property.all(of: $0) }
      + (hasAssertions ? [.assertionsOfDesign] : [])
    var outcome = Outcome(
      module: prover.interface.name, violations: try StreamRules.violations(of: circuit), results: [],
      isVacuous: try prover.isVacuous())
    for property in properties where !outcome.isVacuous {
      progress?(property.name)
      outcome.results.append(try prover.prove(property))
    }
    return outcome
  }
}
