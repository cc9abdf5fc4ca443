import Testing

@testable import Testbench

@Suite struct StallProfileTests {
  /// Decisions of a profile whose peer always waits, or never shows.
  func decisions(_ profile: StallProfile, _ count: Int, peer: Bool, reluctance: Int = 16) -> [Bool] {
    var stalls = StallGenerator(profile, reluctance: reluctance, Seed(1).generator("test"))
    return (0..<count).map { _ in stalls.proceeds(peer: peer, waiting: peer) }
  }

  /// Lengths of the runs of `value`.
  func runs(_ decisions: [Bool], of value: Bool) -> [Int] {
    decisions.split(separator: !value).map(\.count)
  }

  @Test(arguments: [0.0, 0.1, 0.5, 0.9, 0.99])
  func `Random stalls come with their probability, each on its own`(chance: Double) {
    let drawn = decisions(.random(chance), 100_000, peer: true)
    // Five standard deviations are at most 0.008.
    #expect(abs(Double(drawn.count { !$0 }) / 100_000 - chance) < 0.008)
    let pairs = zip(drawn, drawn.dropFirst()).count { !$0 && !$1 }
    #expect(abs(Double(pairs) / 100_000 - chance * chance) < 0.02)
  }

  @Test(arguments: [(1.0, 1.0), (4, 20), (20, 4), (1, 50)])
  func `Bursts have their mean lengths`(stalled: Double, flowing: Double) {
    let drawn = decisions(.bursts(stalled: stalled, flowing: flowing), 200_000, peer: true)
    func mean(_ lengths: [Int]) -> Double { Double(lengths.reduce(0, +)) / Double(lengths.count) }
    #expect(abs(mean(runs(drawn, of: false)) / stalled - 1) < 0.05)
    #expect(abs(mean(runs(drawn, of: true)) / flowing - 1) < 0.05)
  }

  @Test func `Never means never`() {
    #expect(decisions(.never, 1000, peer: false).allSatisfy { $0 })
  }

  @Test func `The reluctant wait for the other side`() {
    #expect(decisions(.reluctant, 1000, peer: true).allSatisfy { $0 })
    #expect(runs(decisions(.reluctant, 1000, peer: false), of: false).dropLast().allSatisfy { $0 == 16 })
    #expect(decisions(.reluctant, 1000, peer: false, reluctance: .max).allSatisfy { !$0 })
  }

  @Test func `The contrary go when the other side does not`() {
    #expect(decisions(.contrary, 1000, peer: false).allSatisfy { $0 })
    let waits = runs(decisions(.contrary, 10_000, peer: true), of: false).dropLast()
    #expect(Set(waits) == Set(1...8))
  }

  @Test func `Mixed stalls are a bit of everything`() {
    var stalls = StallGenerator(.mixed, reluctance: 16, Seed(1).generator("test"))
    var kinds = Set<StallGenerator.Kind>()
    var changes: [Int] = []
    var last = (kind: stalls.kind, threshold: stalls.stallThreshold, at: 0)
    for decision in 0..<100_000 {
      _ = stalls.proceeds(peer: decision % 3 == 0, waiting: decision % 3 == 0)
      kinds.insert(stalls.kind)
      if (stalls.kind, stalls.stallThreshold) != (last.kind, last.threshold) {
        changes.append(decision - last.at)
        last = (stalls.kind, stalls.stallThreshold, decision)
      }
    }
    #expect(kinds == [.never, .random, .bursts, .reluctant, .contrary])
    #expect(changes.allSatisfy { $0 >= 16 })
    #expect(changes.count > 800)
  }

  @Test func `A mixed profile begins by waiting for valid, and goes on by waiting for a cycle without it`() {
    for seed in 0..<40 as Range<UInt64> {
      var stalls = StallGenerator(.mixed, reluctance: .max, Seed(seed).generator("test"))
      // However long valid does not come.
      #expect((0..<1000).allSatisfy { _ in !stalls.proceeds(peer: false, waiting: false) })
      var kinds: [StallGenerator.Kind] = []
      for _ in 0..<80 {
        _ = stalls.proceeds(peer: true, waiting: true)
        if kinds.last != stalls.kind { kinds.append(stalls.kind) }
      }
      #expect(kinds.prefix(2) == [.reluctant, .contrary])
    }
  }

  @Test func `One transaction with the default profile finds a valid that waits for ready`() throws {
    for seed in 0..<40 as Range<UInt64> {
      let result = try fifoBench(1, seed: Seed(seed)).run(on: SoftwareFIFO(.waitsForReady))
      #expect(result.failure?.kind == .missing, "seed \(seed): \(result.text())")
    }
  }

  @Test(arguments: [
    (
      StallProfile.random(1),
      "stall profile: the probability 1.0 must be at least 0 and below 1, or nothing would ever pass"
    ),
    (.random(-0.1), "stall profile: the probability -0.1 must be at least 0 and below 1, or nothing would ever pass"),
    (.random(.nan), "stall profile: the probability nan must be at least 0 and below 1, or nothing would ever pass"),
    (
      .bursts(stalled: 0.5, flowing: 2),
      "stall profile: mean burst lengths 0.5 and 2.0 must be 1 cycle to 1e9 cycles"
    ),
    (
      .bursts(stalled: 2, flowing: .infinity),
      "stall profile: mean burst lengths 2.0 and inf must be 1 cycle to 1e9 cycles"
    ),
  ])
  func `Impossible profiles are refused`(profile: StallProfile, message: String) throws {
    var bench = try fifoBench(1)
    let error = #expect(throws: BenchError.self) { try bench.setStalls(profile, on: "pop") }
    #expect(error?.description == message)
    #expect(throws: BenchError.self) { try fifoBench(1, stalls: profile) }
  }

  @Test(arguments: [
    SoftwareFIFO.Fault.changesWhileStalled, .withdrawsValid, .capturesLate, .corrupts(150), .drops(150), .swaps(150),
  ])
  func `The default profile finds every handshake fault in 200 transactions`(fault: SoftwareFIFO.Fault) throws {
    for seed in 0..<20 {
      let result = try fifoBench(200, seed: Seed(UInt64(seed))).run(on: SoftwareFIFO(fault))
      #expect(result.verdict == .failed, "seed \(seed)")
    }
  }
}
