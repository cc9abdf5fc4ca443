import Components
import Formal
import HDL
import Testing

@Suite struct SingleClockTests {
  private func outcome(_ relay: ClockRelay) throws -> ProofOutcome {
    let prover = try Prover(relay.elaborate().simplified())
    #expect(try !prover.isVacuous())
    let order = try property("order", of: relay) { io, m in
      m.checkOrder(from: (io.input, ClockRelay.near), to: (io.output, ClockRelay.far), capacity: 2)
    }
    return try prover.prove(order).outcome
  }

  @Test(arguments: [false, true]) func `A handshake is proved for every order of the edges`(isNested: Bool) throws {
    let outcome = try outcome(ClockRelay(isNested: isNested))
    #expect(outcome.isProved, "\(outcome)")
  }

  @Test(arguments: ClockRelay.Mistake.allCases.filter { $0 != .none })
  func `A handshake with a mistake is refuted`(mistake: ClockRelay.Mistake) throws {
    let outcome = try outcome(ClockRelay(mistake: mistake))
    #expect(outcome.isFailure, "\(outcome)")
  }

  @Test func `A reset that is made inside is refused with a reason`() throws {
    let circuit = try ResetRelay().elaborate()
    #expect(throws: ProofFailure.derivedReset(module: "ResetRelay")) { try Prover(circuit) }
  }
}
