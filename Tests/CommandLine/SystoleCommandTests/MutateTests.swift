import Foundation
import TestFiles
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

  @Test func `The explanation in the README is what the command prints`() throws {
    let readme = try String(contentsOf: Checkout.root.appending(path: "README.md"), encoding: .utf8)
    let result = try Command()("mutate", "stream-fifo", "--explain", "9")
    result.expect(0)
    #expect(readme.contains("```\n\(result.output)```\n"), "\(result.output)")
  }

  @Test func `One mutant is explained, and its case repeats`() throws {
    let command = try Command()
    let first = try command("mutate", "pipe-stage", "--explain", "26")
    first.expect(0)
    #expect(first.output.hasPrefix("KILLED  pipe-stage with mistake 26\n  mistake    enable dropped in PipeStage"))
    #expect(first.output.contains("protocol: payload changed at cycle 4"))
    #expect(first.output.contains("gtkwave pipe-stage-mutant-26.case.fst pipe-stage-mutant-26.case.gtkw"))
    let again = try command("cosim", "--case", "pipe-stage-mutant-26.case.json")
    again.expect(1)
    #expect(again.output.contains("FAILED  pipe-stage"))
    #expect(again.output.contains("▲ 'pop' transaction 0: the payload changed while it waited"))
    try command("mutate", "pipe-stage", "--explain", "999").expect(2)
    try command("mutate", "pipe-stage", "--files", "x").expect(64)
  }

  @Test func `Every mutant stands on a page`() throws {
    let command = try Command()
    let arguments = ["mutate", "counter", "--work", "count=3", "--runs", "1", "--seconds", "0", "--html", "page.html"]
    try command.program.run(arguments, in: command.folder.path).expect(1)
    let page = try String(contentsOfFile: command.folder.path + "/page.html", encoding: .utf8)
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    #expect(page.contains("<h2>Survivors</h2>") && page.contains("<tr class=\"bad\">"))
    #expect(page.components(separatedBy: "<tr>").count == 30 + 3)
    #expect(!page.contains("&#10003;") && page.contains("\u{2713}"))
    let nowhere = try command("mutate", "counter", "--runs", "1", "--seconds", "0", "--html", "no/such/page.html")
    nowhere.expect(2)
    #expect(nowhere.errors.contains("cannot write 'no/such/page.html'"))
    try command("mutate", "counter", "--explain", "1", "--html", "page.html").expect(64)
  }

  @Test func `A case that is none is refused`() throws {
    let command = try Command()
    let missing = try command("cosim", "--case", "no.json")
    missing.expect(2)
    #expect(missing.errors.hasPrefix("systole: error: cannot read 'no.json'"))
    try "{}".write(toFile: command.folder.path + "/empty.json", atomically: true, encoding: .utf8)
    let empty = try command("cosim", "--case", "empty.json")
    empty.expect(2)
    #expect(empty.errors.contains("'empty.json' is no case: 'version' is missing"))
  }

  @Test func `Numbers that make no sense are refused`() throws {
    try Command()("mutate", "counter", "--runs", "0").expect(64)
    try Command()("mutate", "counter", "--goal", "2").expect(64)
    try Command()("mutate", "no-such-block").expect(2)
  }

  @Test func `Scores that are kept are printed as one JSON object`() throws {
    let result = try Command()("scores", "--recorded", "--checkout", Checkout.path)
    let object = try result.object()
    #expect(Set(object.keys) == ["mutation_score_min", "fuzz_circuits", "mutation"])
    let mutation = try #require(object["mutation"] as? [String: [String: Any]])
    #expect(mutation["counter"]?["mutants"] as? Int == 29)
    try Command()("scores", "--recorded", "--stale").expect(64)
  }
}
