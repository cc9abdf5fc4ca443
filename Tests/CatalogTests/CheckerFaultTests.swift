import Catalog
import Formal
import HDL
import Mutation
import Netlist
import Testing

/// Checkers refute designs with a fault.
@Suite struct CheckerFaultTests {
  /// What the checkers of an entry say of some mutants of it.
  private func refuted(_ name: String, of sample: Int) throws -> (refuted: Int, tried: Int) {
    let block = try Catalog.entry(name).provable(settings: [])
    let circuit = try block.elaborate(reset: ResetStyle())
    let checkers = try block.checkers(reset: ResetStyle())
    let mutants = circuit.mutants
    let step = max(1, mutants.count / sample)
    var (refuted, tried) = (0, 0)
    for index in stride(from: step / 2, to: mutants.count, by: step) {
      var prover = try Prover(try circuit.applying(mutants[index]), assumptions: checkers)
      prover.limits = Prover.Limits(inductionSteps: 8, cycles: 10, seconds: 2)
      tried += 1
      for property in checkers.flatMap({ Property.all(of: $0) }) {
        guard case .checker = property.subject else { continue }
        guard (try? prover.prove(property).outcome.isFailure) == true else { continue }
        refuted += 1
        break
      }
    }
    return (refuted, tried)
  }

  @Test(arguments: ProofTests.entries) func `Planted faults are refuted`(name: String) throws {
    let (refuted, tried) = try refuted(name, of: 2)
    print("planted faults of \(name): \(refuted) of \(tried) refuted")
    #expect(refuted > 0, "none of \(tried) faults of '\(name)' is refuted by its checkers")
  }
}
