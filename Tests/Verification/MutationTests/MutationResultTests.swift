import Foundation
import HDL
import Netlist
import Testing

@testable import Mutation

@Suite struct MutationResultTests {
  private func result() throws -> MutationResult {
    let mutants = try Tiny(.register).elaborate().simplified().mutants
    let verdicts: [MutantVerdict] = [
      .killed(run: 2, failure: "wrong"), .equivalent("proved"), .survived("bounded"), .killed(run: 0, failure: "hangs"),
    ]
    return MutationResult(
      module: "Tiny", seed: 7, runs: 3, possible: 20, sampled: 6, refused: 1, repeated: 1,
      results: zip(mutants, verdicts).map(MutantResult.init))
  }

  @Test func `The text has a line for each kind, and every survivor with its place`() throws {
    let lines = try result().text(goal: 0.99).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "FAILED  Tiny")
    #expect(
      lines[1]
        == "  mutants    4 of 20 possible mistakes, a sample of 6 by seed 0x0000000000000007; "
        + "1 make no valid circuit; 1 make the same circuit as another")
    #expect(lines[4] == "  mistake                  mutants  killed  equivalent  survived    score")
    #expect(lines.contains("  all                            4       2           1         1  66.66 %"))
    let survivor = try #require(lines.firstIndex(of: "Survivors:"))
    #expect(lines[survivor + 1].hasPrefix("  MutationTests/Tiny.swift:"))
    #expect(lines[survivor + 2] == "    bounded")
    #expect(lines.last == "score 66.66 %, goal 99.00 %")
    #expect(try result().text(goal: 0.6).hasPrefix("PASSED"))
  }

  @Test func `An incomplete result says so`() throws {
    var result = try result()
    result.results[0].verdict = .notTried
    let text = result.text(goal: 0)
    #expect(text.hasPrefix("INTERRUPTED"))
    #expect(text.hasSuffix("\nno score: 3 of 6 mutants were tried, goal 0.00 %"))
    #expect(result.count.mutants == 3)
    #expect(result.score == nil)
    #expect(result.html(goal: 0).contains("<h1>Tiny: interrupted, no score</h1>"))
    let data = try JSONEncoder().encode(result)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["score"] is NSNull && object["complete"] as? Bool == false)
  }

  @Test(arguments: [false, true])
  func `Before a mutant was tried, and before the solver has looked at survivors, there is no score`(isTried: Bool)
    throws
  {
    var result = try result()
    result.wasInterrupted = true
    if !isTried { result.results = result.results.map { MutantResult(mutant: $0.mutant, verdict: .notTried) } }
    #expect(result.score == nil)
    #expect(!result.text(goal: 0).contains("100"))
    #expect(result.text(goal: 0).contains("no score: \(isTried ? 4 : 0) of 6 mutants were tried"))
  }

  @Test func `JSON has the counts and every mutant`() throws {
    let data = try JSONEncoder().encode(try result())
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["score"] as? Double == 2 / 3.0)
    let mutants = try #require(object["mutants"] as? [[String: Any]])
    #expect(mutants.map { $0["verdict"] as? String } == ["killed", "equivalent", "survived", "killed"])
    #expect(mutants[0]["run"] as? Int == 2)
    #expect(mutants[2]["reason"] as? String == "bounded")
  }

  @Test func `A score is never rounded up to all`() {
    #expect(MutationResult.percent(0.99999) == "99.99 %")
    #expect(MutationResult.percent(1) == "100.00 %")
  }
}
