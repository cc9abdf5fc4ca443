import Components
import Formal
import HDL
import Netlist
import Testing

@Suite struct ProverTests {
  private func order(_ capacity: Int) -> Property {
    var order = OrderProperty(from: "input", to: "output", width: 2, capacity: capacity)
    order.latency = 1
    return order.named("order", "In order.")
  }

  private func outcomes(_ relay: Relay) throws -> [ProofOutcome] {
    let prover = try Prover(relay.elaborate().simplified())
    let properties = try StreamRules.properties(for: prover.interface) + [order(1)]
    return try properties.map { try prover.prove($0).outcome }
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
    let rule = try #require(try StreamRules.properties(for: prover.interface).first)
    #expect(rule.name == "output-keeps-payload")
    let outcome = try prover.prove(rule).outcome
    #expect(outcome.isFailure)
    #expect(outcome.description == "refuted: fails in cycle 4")
  }

  @Test func `A smaller capacity than the queue has is refuted`() throws {
    let prover = try Prover(StreamFIFO(width: 2, depth: 3).elaborate().simplified())
    #expect(try prover.prove(order(3)).outcome.isFailure)
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

  @Test func `A bound is called a bound`() throws {
    var prover = try Prover(Count().elaborate().simplified())
    let small = Property("small", "The count stays below 12.", verilog: "always @* if (!in_reset) assert (count < 12);")
    #expect(try prover.prove(small).outcome.description == "refuted: fails in cycle 14")
    let never = Property(
      "never", "A counter of 40 bits does not overflow.",
      verilog: """
        reg [39:0] seen = 0;
        reg [39:0] double = 0;
        always @(posedge clock) begin seen <= seen + count; double <= double + 2 * count; end
        always @* assert (double * seen == 2 * seen * seen);
        """)
    prover.limits = Prover.Limits(inductionSteps: 1, cycles: 5, seconds: 1)
    let outcome = try prover.prove(never).outcome
    #expect(!outcome.isProved && !outcome.isFailure, "\(outcome)")
    #expect(outcome.description.contains("which is no proof"))
  }

  @Test func `k is stated`() throws {
    let prover = try Prover(Count().elaborate().simplified())
    let property = Property(
      "range", "The count has four bits.", verilog: "always @* if (!in_reset) assert (count <= 15);")
    #expect(try prover.prove(property).outcome == .proved(.induction(steps: 1)))
  }

  @Test func `Contradictory assumptions are found out`() throws {
    let circuit = try Count().elaborate().simplified()
    #expect(try Prover(circuit, assumptions: "always @* assume (step != step);").isVacuous())
    #expect(try !Prover(circuit, assumptions: "always @* assume (step);").isVacuous())
  }

  @Test func `Verilog that Yosys does not take is refused with its message`() throws {
    let prover = try Prover(Count().elaborate().simplified())
    #expect(throws: ProofFailure.self) { try prover.prove(Property("bad", "Bad.", verilog: "assert what")) }
  }
}
