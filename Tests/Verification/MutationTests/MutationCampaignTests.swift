import HDL
import Netlist
import Testbench
import Testing

@testable import Mutation

@Suite struct MutationCampaignTests {
  /// A bench that drives pairs of operands on `s` and `t`, or on `a` and `b`, and expects `golden` of them.
  private func bench(
    _ circuit: Circuit, _ inputs: [String], _ operands: ClosedRange<Int>, _ golden: (Int, Int) -> Int
  ) throws -> PinBench {
    var bench = try PinBench(circuit.top.interface, latency: 0, inputs: inputs, seed: 1)
    for a in operands { for b in operands { try bench.append([a, b], expecting: [golden(a, b)]) } }
    return bench
  }

  private func campaign(_ circuit: Circuit, _ bench: any Bench) -> MutationCampaign {
    MutationCampaign(circuit, runs: [.init(bench: bench, initialState: 1)])
  }

  @Test func `A bench without negative numbers lets a lost sign pass, and its line is known`() throws {
    let circuit = try Tiny(.namedOrder).elaborate().simplified()
    let weak = try campaign(circuit, bench(circuit, ["s", "t"], 0...7) { $0 < $1 ? 1 : 0 }).run()
    let net = try #require(circuit.top.signals.first { $0.name == "is_less" })
    let place = try #require(circuit.top.place(net.place))
    #expect(place.file == "MutationTests/Tiny.swift")
    let survivors = weak.survivors.map { "\($0.mutant.place!): \($0.mutant.operation) \($0.mutant.change)" }
    #expect(survivors.contains("\(place): signDropped '<' takes no sign in net 'is_less'"))
    #expect(survivors.filter { !$0.contains("bit 3 of input") }.count == 1, "\(survivors)")
    let strong = try campaign(circuit, bench(circuit, ["s", "t"], -8...7) { $0 < $1 ? 1 : 0 }).run()
    #expect(strong.survivors == [])
    #expect(strong.score == 1)
  }

  @Test func `What nothing can tell from the circuit is proved equivalent`() throws {
    let circuit = try Tiny(.maximum).elaborate().simplified()
    var campaign = campaign(circuit, try bench(circuit, ["a", "b"], 0...15) { max($0, $1) })
    #expect(try campaign.run().survivors.map(\.mutant.operation) == [.comparisonNonStrict])
    campaign.judge = { try EquivalenceJudge(circuit)($0) }
    let result = try campaign.run()
    #expect(result.survivors == [])
    #expect(result.count.equivalent == 1)
    let equivalent = try #require(result.results.first { $0.mutant.operation == .comparisonNonStrict })
    #expect(equivalent.verdict == .equivalent("proved: it computes the same in every state"))
  }

  /// A queue with its items sent through, stalled at random.
  private func queue(_ items: Int) throws -> (Circuit, StreamBench) {
    let circuit = try Queue().elaborate().simplified()
    var bench = try StreamBench(circuit.top.interface, seed: 3)
    var random = bench.random("items")
    for _ in 0..<items {
      let item = random.unsigned(bits: 3)
      try bench.send([item], on: "push")
      try bench.expect([item], on: "pop")
    }
    bench.options.watchdogCycles = 200
    return (circuit, bench)
  }

  @Test func `Threads change nothing, and mutants that hang are killed by cycles`() throws {
    let (circuit, bench) = try queue(200)
    var campaign = campaign(circuit, bench)
    let alone = try campaign.run()
    campaign.jobs = 4
    #expect(try campaign.run() == alone)
    let reasons = alone.results.compactMap { result in
      if case .killed(_, let failure) = result.verdict { failure } else { nil }
    }
    #expect(reasons.contains { $0.contains("for 200 cycles") }, "\(reasons)")
    #expect(alone.count.killed > 50)
  }

  @Test func `A run that goes on for ever ends at its limit`() throws {
    let (circuit, bench) = try queue(200)
    var short = bench
    short.options.cycleLimit = 100
    let model = try NativeModelMaker.model(of: circuit)
    let failure = try #require(try short.run(on: model).failure)
    #expect(failure.kind == .stuck)
    #expect(failure.message == "the run has not ended after 100 cycles, which is its limit")
  }

  @Test func `A campaign that is called off keeps what it knows`() throws {
    let (circuit, bench) = try queue(50)
    var campaign = campaign(circuit, bench)
    let all = try campaign.run()
    let calls = Counter()
    campaign.progress = { if $0.phase == .running { calls.count($0.done) } }
    campaign.isCancelled = { calls.value >= 10 }
    let part = try campaign.run()
    #expect(!part.isComplete)
    #expect(part.count.mutants == 10)
    for (some, whole) in zip(part.results, all.results) where some.verdict != .notTried { #expect(some == whole) }
  }

  @Test func `A design that fails its bench is no base for mutants`() throws {
    let circuit = try Tiny(.sum).elaborate().simplified()
    let wrong = campaign(circuit, try bench(circuit, ["a", "b"], 0...3) { $0 + $1 + 1 })
    let error = try #require(throws: MutationError.self) { try wrong.run() }
    #expect(
      error.description
        == "the design fails run 0 of its bench before any mistake is put in: vector 0, field 'result': "
        + "expected 0x1 (1), got 0x0 (0); correct it first")
    #expect(throws: MutationError.noRuns) { try MutationCampaign(circuit, runs: []).run() }
  }

  @Test func `A sample has its share of every kind, and the seed decides it`() throws {
    let all = try Queue(width: 8, depth: 4).elaborate().simplified().mutants
    func numbers(_ seed: Seed) -> [Int] { MutantSample(of: all, size: 30, seed: seed).mutants.map(\.number) }
    #expect(numbers(1) == numbers(1))
    #expect(numbers(1) != numbers(2))
    #expect(numbers(1) == numbers(1).sorted())
    let kinds = Set(MutantSample(of: all, size: 30, seed: 1).mutants.map(\.operation))
    #expect(kinds == Set(all.map(\.operation)))
    #expect(MutantSample(of: all, size: 10_000, seed: 1).mutants == all)
  }
}
