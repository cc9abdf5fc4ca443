import Campaigns
import Catalog
import Foundation
import HDL
import TestFiles
import Testbench
import Testing

@testable import Campaigns

@Suite struct FailingCaseTests {
  private func full() -> FailingCase {
    var failing = FailingCase(block: "stream-fifo", seed: 7, run: 3)
    failing.configuration = "registers"
    failing.settings = [Setting("depth", "2")]
    failing.workload = [Setting("count", "9")]
    failing.mutant = 4
    failing.foreign = .init(files: ["a.v"], top: "A")
    failing.engine = .verilator
    failing.reset = ResetStyle(.asynchronous, .activeLow)
    failing.stalls = .random(0.25)
    failing.tapes = DrawTapes(["items": [0, 1, .max]])
    failing.rehearsals = [3, 5]
    return failing
  }

  @Test func `A case is read as it was written`() throws {
    for failing in [full(), FailingCase(block: "counter", seed: 1)] {
      let text = try failing.json()
      #expect(try FailingCase(json: text) == failing)
      #expect(String(decoding: text, as: UTF8.self).contains("\"version\" : 1"))
    }
  }

  @Test func `What is left out is as in a new case`() throws {
    let failing = try FailingCase(json: Data(#"{"version": 1, "block": "counter", "seed": "0x5"}"#.utf8))
    var expected = FailingCase(block: "counter", seed: 5)
    expected.initialState = nil
    #expect(failing == expected)
  }

  @Test(arguments: [
    ("", "no case"), ("[]", "no case"), ("{", "no case"), ("null", "no case"),
    (#"{"block": "counter", "seed": "1"}"#, "'version' is missing"),
    (#"{"version": 2, "block": "counter", "seed": "1"}"#, "'version': it is 2, and this program reads version 1"),
    (#"{"version": 1, "seed": "1"}"#, "'block' is missing"),
    (#"{"version": 1, "block": 7, "seed": "1"}"#, "'block': it is no String"),
    (#"{"version": 1, "block": "counter", "seed": 1}"#, "'seed': it is no String"),
    (#"{"version": 1, "block": "counter", "seed": "x"}"#, "'x' is not a seed"),
    (#"{"version": 1, "block": "counter", "seed": "1", "run": -1}"#, "'run': it is -1, and runs count from 0"),
    (#"{"version": 1, "block": "counter", "seed": "1", "run": 1e99}"#, "no case"),
    (#"{"version": 1, "block": "counter", "seed": "1", "settings": ["depth"]}"#, "'depth' is no setting"),
    (#"{"version": 1, "block": "counter", "seed": "1", "engine": "paper"}"#, "'engine': "),
    (#"{"version": 1, "block": "counter", "seed": "1", "tapes": {"a": "1 zz"}}"#, "'zz' on a tape is no number"),
    (#"{"version": 1, "block": "counter", "seed": "1", "tapes": {"a": [1]}}"#, "'tapes.a': it is no String"),
    (#"{"version": 1, "block": "counter", "seed": "1", "stalls": {"random": {}}}"#, "'_0' is missing"),
  ])
  func `A file that is no case is refused with what is wrong`(text: String, reason: String) throws {
    let error = try #require(throws: CaseFileError.self) { try FailingCase(json: Data(text.utf8), called: "my.json") }
    #expect(error.description.hasPrefix("'my.json' is no case: "), "\(error)")
    #expect(error.description.contains(reason), "\(error)")
  }

  @Test func `Deep nesting is refused and does no harm`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: CaseFileError.self) { try FailingCase(json: Data(deep.utf8)) }
  }

  @Test func `A file that is not there, or is too large, is named`() throws {
    let missing = try #require(throws: CaseFileError.self) { try FailingCase(contentsOf: "no/such.json") }
    #expect(missing.description.hasPrefix("cannot read 'no/such.json'"))
    let large = try #require(throws: CaseFileError.self) {
      try FailingCase(json: Data(count: FailingCase.largest + 1), called: "large")
    }
    #expect(large.description.contains("bytes and is no case"))
  }

  @Test func `A case of what is not there is refused when it runs`() throws {
    var failing = FailingCase(block: "no-such-block", seed: 1)
    #expect(throws: CatalogError.self) { try CaseShrinker(failing).replay(with: try Checkout.builder(.init(5, 6))) }
    failing.block = "counter"
    failing.settings = [Setting("limit", "-5")]
    #expect(throws: CatalogError.self) { try CaseShrinker(failing).replay(with: try Checkout.builder(.init(5, 6))) }
    failing.settings = []
    failing.mutant = 12_345
    let error = try #require(throws: CatalogError.self) {
      try CaseShrinker(failing).replay(with: try Checkout.builder(.init(5, 6)))
    }
    #expect(error.description.hasPrefix("'counter' has no mutant 12345; they are numbered from 1 to "))
  }
}
