import Catalog
import Entries
import Formal
import HDL
import Mutation
import Netlist
import TestFiles
import Testing

/// Checkers refute designs with a fault.
@Suite struct CheckerFaultTests {
  /// The first mutant of an entry, of `sample` that are spread over all, that its checkers refute; nil when there is none.
  private func refutedMutant(_ name: String, of sample: Int) throws -> String? {
    let block = try Catalog.entry(name).provable(settings: [])
    let circuit = try block.elaborate(reset: ResetStyle())
    let checkers = try block.checkers(reset: ResetStyle())
    let mutants = circuit.mutants
    let step = max(1, mutants.count / sample)
    for index in stride(from: step / 2, to: mutants.count, by: step) {
      var prover = try Prover(try circuit.applying(mutants[index]), assumptions: checkers)
      prover.limits = Prover.Limits(inductionSteps: 1, cycles: 10, seconds: 30)
      for property in checkers.flatMap({ Property.all(of: $0) }) {
        guard case .checker = property.subject else { continue }
        if (try? prover.prove(property).outcome.isFailure) == true { return property.name }
      }
    }
    return nil
  }

  @Test(arguments: Tier.sample(ProofTests.entries, every: 3)) func `Planted faults are refuted`(name: String) throws {
    let property = try refutedMutant(name, of: 6)
    #expect(property != nil, "the checkers of '\(name)' refute none of the faults that were tried")
  }
}
