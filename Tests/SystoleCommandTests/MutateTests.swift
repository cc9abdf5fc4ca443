import Testing

@testable import systole

@Suite struct MutateTests {
  @Test func `A good bench passes, and equal seeds give the same text`() throws {
    let first = try Command()("mutate", "counter", "--jobs", "2")
    first.expect(0)
    #expect(first.output.hasPrefix("PASSED  Counter\n"))
    #expect(first.output.contains("score 100.00 %, goal 99.00 %"))
    #expect(try Command()("mutate", "counter", "--jobs", "1").output == first.output)
  }

  @Test func `A bench that looks at too little fails, and JSON has every mutant`() throws {
    let result = try Command()("mutate", "counter", "--work", "count=3", "--runs", "1", "--seconds", "0", "--json")
    result.expect(1)
    let object = try result.object()
    let mutants = try #require(object["mutants"] as? [[String: Any]])
    #expect(mutants.count == 29)
    #expect(mutants.contains { $0["verdict"] as? String == "survived" && $0["place"] != nil })
    try Command()("mutate", "counter", "--work", "count=3", "--runs", "1", "--seconds", "0", "--goal", "0.1").expect(0)
  }

  @Test func `Numbers that make no sense are refused`() throws {
    try Command()("mutate", "counter", "--runs", "0").expect(64)
    try Command()("mutate", "counter", "--goal", "2").expect(64)
    try Command()("mutate", "no-such-block").expect(2)
  }

  @Test func `Scores that are kept are printed as one JSON object`() throws {
    let result = try Command()("scores", "--recorded", "--checkout", Command.root)
    let object = try result.object()
    #expect(Set(object.keys) == ["mutation_score_min", "fuzz_circuits", "mutation"])
    let mutation = try #require(object["mutation"] as? [String: [String: Any]])
    #expect(mutation["counter"]?["mutants"] as? Int == 29)
    try Command()("scores", "--recorded", "--stale").expect(64)
  }
}
