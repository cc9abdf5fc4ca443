import Campaigns
import Catalog
import Entries
import HDL
import Testing

@Suite struct ProofTests {
  /// Names of the entries that promise something.
  static let entries = Catalog.entries.filter {
    (try? $0.provable(settings: []).checkers(reset: ResetStyle()).isEmpty) == false
  }.map(
    \.name)

  @Test(arguments: entries) func `What an entry promises is proved`(name: String) throws {
    let outcome = try BlockProof(try Catalog.entry(name).provable(settings: [])).run()
    #expect(outcome.violations == [])
    #expect(!outcome.isVacuous)
    for result in outcome.results {
      #expect(result.outcome.isProved, "\(result.property.name): \(result.outcome)")
    }
  }

  @Test func `The streams of every component are under proof`() {
    #expect(
      Set(Self.entries).isSuperset(of: [
        "stream-fifo", "asynchronous-fifo", "skid-buffer", "stream-arbiter", "credit-link", "arbiter",
      ]))
  }
}
