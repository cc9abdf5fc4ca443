import Campaigns
import Catalog
import Entries
import Foundation
import Mutation
import TestFiles
import Testing

@Suite struct MutationScoresTests {
  private func kept() throws -> MutationScores {
    try MutationScores(json: Data(contentsOf: Checkout.root.appending(path: "Scores/mutation.json")))
  }

  @Test func `Every entry has a score of the circuit that it makes now`() throws {
    let scores = try kept()
    #expect(scores.scores.map(\.entry) == Catalog.entries.map(\.name), "run 'systole scores --stale'")
    #expect(try scores.stale() == [], "the circuit has changed since; run 'systole scores --stale'")
    #expect(try scores.json() == Data(contentsOf: Checkout.root.appending(path: "Scores/mutation.json")))
  }

  @Test func `The page of the documentation is made from the scores`() throws {
    let page = Checkout.root.appending(path: "Sources/Catalog/Catalog/Catalog.docc/Mutation-scores.md")
    #expect(try String(contentsOf: page, encoding: .utf8) == kept().page, "run 'make scores'")
  }

  /// The short form of `make scores`: small entries, all mutants, and what is kept is what comes out.
  @Test(arguments: ["counter", "stream-fifo", "pipe-stage", "arbiter"])
  func `The benches of small entries find what they should`(name: String) throws {
    let entry = try Catalog.entry(name)
    let score = try #require(try MutationScores.measure(entry) { $0.jobs = 2 })
    #expect(score.score >= entry.mutationGoal, "\(score.survivors)")
    #expect(try kept()[name] == score)
  }

  @Test func `A score takes the place of the one of the same entry`() throws {
    var scores = try kept()
    var score = try #require(scores["counter"])
    score.killed = 0
    score.score = 0
    scores.update(score)
    #expect(scores["counter"] == score)
    #expect(scores.minimum == 0)
    #expect(scores.scores.count == Catalog.entries.count)
    #expect(try scores.stale() == [])
    score.fingerprint = "another"
    scores.update(score)
    #expect(try scores.stale() == ["counter"])
  }
}
