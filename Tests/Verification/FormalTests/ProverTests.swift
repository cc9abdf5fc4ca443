import Components
import Formal
import HDL
import Netlist
import Testing

@Suite struct ProverTests {
  private func order(of relay: Relay) throws -> Property {
    try property("order", of: relay) { io, m in m.checkOrder(from: io.input, to: io.output, capacity: 1, latency: 1) }
  }

  private func outcomes(_ relay: Relay) throws -> [ProofOutcome] {
    let prover = try Prover(relay.elaborate().simplified())
    let properties = try StreamRules.properties(for: prover.interface).flatMap { Property.all(of: $0) }
    return try (properties + [order(of: relay)]).map { try prover.prove($0).outcome }
  }

  @Test func `A register between two streams is proved right`() throws {
    for outcome in try outcomes(Relay()) { #expect(outcome.isProved, "\(outcome)") }
  }

  @Test(arguments: Relay.Mistake.allCases.filter { $0 != .none })
  func `Every mistake is refuted with a trace`(mistake: Relay.Mistake) throws {
    let refuted = try outcomes(Relay(mistake: mistake)).compactMap { outcome -> Counterexample? in
      if case .refuted(let trace) = outcome { trace } else { nil }
    }
    let trace = try #require(refuted.first)
    #expect((2...9).contains(trace.cycles))
    #expect(trace.table.contains("\\input_valid"))
    #expect(trace.wave.contains("$var"))
  }

  @Test func `The trace that breaks stability is found by the rule of streams alone`() throws {
    let prover = try Prover(Relay(mistake: .withdraws).elaborate().simplified())
    let rule = try #require(try StreamRules.properties(for: prover.interface).flatMap { Property.all(of: $0) }.first)
    #expect(rule.name == "output-keeps-payload")
    let outcome = try prover.prove(rule).outcome
    #expect(outcome.isFailure)
    #expect(outcome.description == "refuted: fails in cycle 5")
  }

  @Test func `A smaller capacity than the queue has is refuted`() throws {
    let queue = TwoRelays()
    let prover = try Prover(queue.elaborate().simplified())
    let order = try property("order", of: queue) { io, m in
      m.checkOrder(from: io.input, to: io.output, capacity: 1)
    }
    #expect(try prover.prove(order).outcome.isFailure)
    let right = try property("order", of: queue) { io, m in
      m.checkOrder(from: io.input, to: io.output, capacity: 2)
    }
    #expect(try prover.prove(right).outcome.isProved)
  }

  @Test func `Valid that follows ready is refused, and a polite wire has no violation`() throws {
    let error = try #require(throws: DiagnosticList.self) { try ImpoliteWire().elaborate() }
    #expect("\(error)".contains("'output_valid' follows 'output_ready' within the cycle"), "\(error)")
    #expect("\(error)".contains("SYS0036"))
    let polite = try ImpoliteWire(isPolite: true).elaborate()
    #expect(try StreamRules.violations(of: polite) == [])
    #expect(polite.inputsFollowed(by: "output_valid") == ["input_valid"])
    #expect(polite.inputsFollowed(by: "input_ready") == ["output_ready"])
  }

  @Test func `Items of a wire with room for none pass in order`() throws {
    let wire = ImpoliteWire(isPolite: true)
    let order = try property("order", of: wire) { io, m in
      m.checkOrder(from: io.input, to: io.output, capacity: 0, isThrough: true)
    }
    #expect(try Prover(wire.elaborate().simplified()).prove(order).outcome.isProved)
  }

  @Test func `A bound is called a bound`() throws {
    var prover = try Prover(Count().elaborate().simplified())
    let small = try property("small", of: Count()) { io, m in m.assert(io.count .< 12, "is_small") }
    #expect(try prover.prove(small).outcome.description == "refuted: fails in cycle 15")
    let never = try property("never", of: Count()) { io, m in
      let seen = m.register("seen", UInt.self, width: 40, reset: 0)
      let twice = m.register("twice", UInt.self, width: 40, reset: 0)
      let count = io.count.extended(to: 40)
      seen.next <== seen &+ count
      twice.next <== twice &+ count &+ count
      m.assert(twice &* seen .== (seen &* seen) &+ (seen &* seen), "is_square")
    }
    prover.limits = Prover.Limits(inductionSteps: 1, cycles: 5, seconds: 1)
    let outcome = try prover.prove(never).outcome
    #expect(!outcome.isProved && !outcome.isFailure, "\(outcome)")
    #expect(outcome.description.contains("which is no proof"))
  }

  @Test func `k is stated`() throws {
    let prover = try Prover(Count().elaborate().simplified())
    let range = try property("in-range", of: Count()) { io, m in
      m.assert(io.count.extended(to: 5) .<= 15, "has_four_bits")
    }
    #expect(try prover.prove(range).outcome == .proved(.induction(steps: 1)))
  }

  @Test func `What a checker covers is reached, or not within a bound`() throws {
    let checker = try Checker<Count>("counts", "The count moves.") { io, m in
      m.cover(io.count .== 3, "reaches_three")
      m.cover((io.count .== 9) & !io.step & (io.count .== 8), "is_two_numbers")
    }.circuit(for: Count())
    var prover = try Prover(Count().elaborate().simplified())
    prover.limits.cycles = 8
    let properties = Property.all(of: checker)
    #expect(properties.map(\.name) == ["counts-reaches-three", "counts-is-two-numbers"])
    let outcomes = try properties.map { try prover.prove($0).outcome }
    #expect(outcomes[0].description == "reached in cycle 6")
    #expect(outcomes[0].isProved && !outcomes[1].isProved)
    #expect(outcomes[1].description == "bounded: no counterexample within 8 cycles, which is no proof")
  }

  @Test func `Contradictory assumptions are found out`() throws {
    let circuit = try Count().elaborate().simplified()
    func assuming(_ condition: @escaping @Sendable (Bit) -> Bit) throws -> CheckerCircuit {
      try Checker<Count>("steps", "It steps.") { io, m in m.assume(condition(io.step), "steps_on") }
        .circuit(for: Count())
    }
    #expect(try Prover(circuit, assumptions: [assuming { $0 & !$0 }]).isVacuous())
    #expect(try !Prover(circuit, assumptions: [assuming { $0 }]).isVacuous())
  }

  @Test func `An assumption of one checker holds in the proof of another one, and its assertions do not count`() throws
  {
    let assumption = try Checker<Count>("rests", "It never steps.") { io, m in
      m.assume(!io.step, "rests_always")
      m.assert(io.step, "is_wrong")
    }.circuit(for: Count())
    let stays = try property("stays", of: Count()) { io, m in m.assert(io.count .== 0, "is_zero") }
    let circuit = try Count().elaborate().simplified()
    #expect(try Prover(circuit, assumptions: [assumption]).prove(stays).outcome.isProved)
    #expect(try Prover(circuit).prove(stays).outcome.isFailure)
  }
}
