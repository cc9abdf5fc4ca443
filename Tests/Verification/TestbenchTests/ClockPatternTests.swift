import Testing

@testable import Testbench

@Suite struct ClockPatternTests {
  private func edges(_ pattern: ClockPattern, clocks: Int, count: Int, seed: Seed = 3) -> [UInt64] {
    var schedule = ClockSchedule(pattern, clocks: clocks, random: seed.generator("clocks"))
    return (0..<count).map { _ in schedule.next() }
  }

  private func ticks(_ edges: [UInt64], of clock: Int) -> Int { edges.count { $0 >> UInt64(clock) & 1 == 1 } }

  @Test func `Periods give the ratio of the edges`() {
    for jitter in [0, 0.5] {
      let edges = edges(.periods([1, 4], jitter: jitter), clocks: 2, count: 10_000)
      let ratio = Double(ticks(edges, of: 0)) / Double(ticks(edges, of: 1))
      #expect(abs(ratio - 4) < 0.05)
    }
  }

  @Test func `A list that is too short is continued with its last period`() {
    let edges = edges(.periods([3, 1], jitter: 0), clocks: 3, count: 7000)
    #expect(abs(ticks(edges, of: 1) - ticks(edges, of: 2)) <= 1)
  }

  @Test func `Unrelated clocks tick alone, together and several times between two ticks of the other`() {
    let edges = edges(.unrelated, clocks: 2, count: 20_000)
    #expect(Set(edges) == [1, 2, 3])
    for mask: UInt64 in [1, 2] {
      let longest = edges.split { $0 != mask }.map(\.count).max() ?? 0
      #expect(longest >= 2)
    }
  }

  @Test func `Clocks that tick together are one`() {
    #expect(edges(.together, clocks: 3, count: 5) == Array(repeating: .max, count: 5))
  }

  @Test func `The seed decides`() {
    #expect(edges(.unrelated, clocks: 2, count: 500, seed: 1) == edges(.unrelated, clocks: 2, count: 500, seed: 1))
    #expect(edges(.unrelated, clocks: 2, count: 500, seed: 1) != edges(.unrelated, clocks: 2, count: 500, seed: 2))
  }
}
