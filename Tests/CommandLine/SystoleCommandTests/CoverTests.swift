import Foundation
import TestFiles
import Testing

@testable import systole

@Suite struct CoverTests {
  @Test func `A bench that shows all it should ends with 0, the same each time`() throws {
    let first = try Command()("cover", "pipe-stage")
    first.expect(0)
    #expect(first.output.hasPrefix("pipe-stage: "))
    #expect(first.output.contains(" goals reached in ") && first.output.contains("100.0 %"))
    #expect(first.output.contains("Clocks from 'push' to 'pop'"))
    #expect(try Command()("cover", "pipe-stage").output == first.output)
  }

  @Test func `One that does not ends with 1 and names the empty bins`() throws {
    let result = try Command()("cover", "stream-fifo", "--work", "count=4", "--max-runs", "2")
    result.expect(1)
    #expect(result.output.contains("Goals that are not reached:\n"))
    #expect(result.output.contains("  occupancy: full, 0 of 1\n"))
    let object = try Command()("cover", "stream-fifo", "--work", "count=4", "--max-runs", "2", "--json").object()
    #expect(object["version"] as? Int == 1)
    let block = try #require((object["blocks"] as? [[String: Any]])?.first)
    #expect(block["isClosed"] as? Bool == false)
    #expect((block["gaps"] as? [[String: Any]])?.contains { $0["bin"] as? String == "full" } == true)
    #expect((block["points"] as? [[String: Any]])?.isEmpty == false)
  }

  @Test func `Coverage in a file adds up, and that of another model is refused`() throws {
    let command = try Command()
    let arguments = ["cover", "stream-fifo", "--work", "count=60", "--max-runs", "1", "--merge", "c.json"]
    func cover() throws -> String {
      try command.program.run(arguments + ["--json"], in: command.folder.path, timeout: .seconds(300)).output
    }
    func runs(_ text: String) throws -> Int {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      return try #require((object["blocks"] as? [[String: Any]])?.first?["runs"] as? Int)
    }
    #expect(try runs(try cover()) == 1)
    #expect(try runs(try cover()) == 2)
    let path = command.folder.path + "/c.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let model = try #require(text.firstMatch(of: /"model":"([0-9a-f]{16})"/)).1
    try text.replacing(model, with: "0123456789abcdef").write(toFile: path, atomically: true, encoding: .utf8)
    let refused = try command("cover", "stream-fifo", "--merge", "c.json")
    refused.expect(2)
    #expect(refused.errors.contains("has other bins (fingerprint 0123456789abcdef)"))
    try "{".write(toFile: path, atomically: true, encoding: .utf8)
    let broken = try command("cover", "stream-fifo", "--merge", "c.json")
    broken.expect(2)
    #expect(broken.errors.contains("'c.json': it is no JSON"))
  }

  @Test func `Several blocks at once make one page`() throws {
    let command = try Command()
    let result = try command("cover", "pipe-stage", "counter", "--html", "c.html", "--jobs", "2")
    result.expect(0)
    #expect(result.output.contains("coverage: 2 of 2 closed, "))
    let page = try String(contentsOfFile: command.folder.path + "/c.html", encoding: .utf8)
    #expect(page.contains("<h2>pipe-stage</h2>") && page.contains("<h2>counter</h2>"))
    let missing = try command("cover", "pipe-stage", "--html", "no/such/folder/c.html")
    missing.expect(2)
  }

  @Test func `A regression counts what its runs cover`() throws {
    let command = try Command()
    let result = try command(
      "regress", "pipe-stage", "--engine", "native", "--runs", "2", "--jobs", "1", "--cover", "--merge", "all.json")
    result.expect(0)
    #expect(result.output.contains("pipe-stage: ") && result.output.contains("goals reached in 2 runs"))
    for name in ["regression/coverage.json", "regression/coverage.html", "all.json"] { #expect(command.exists(name)) }
    let kept = try String(contentsOfFile: command.folder.path + "/regression/results.json", encoding: .utf8)
    #expect(!kept.contains("\"throughputs\""))
    // The runs are the same as those of the command, so they count once.
    try command("cover", "pipe-stage", "--merge", "all.json").expect(0)
  }

  @Test func `What is measured of one block takes its place among what is kept`() throws {
    let command = try Command()
    let kept = try Data(contentsOf: Checkout.root.appending(path: "Scores/coverage.json"))
    let scores = command.folder.path + "/Scores"
    try FileManager.default.createDirectory(atPath: scores, withIntermediateDirectories: true)
    let old = try #require(String(data: kept, encoding: .utf8))
    // A figure of another block stays, and one of this block goes.
    let edited = old.replacing(
      "\"block\" : \"pipe-stage\",\n      \"configuration\" : \"default\",\n      \"cycles\" : ",
      with: "\"block\" : \"pipe-stage\",\n      \"configuration\" : \"default\",\n      \"cycles\" : 9")
    #expect(edited != old)
    try edited.write(toFile: scores + "/coverage.json", atomically: true, encoding: .utf8)
    try command("cover", "pipe-stage", "--record").expect(0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: scores + "/coverage.json")) == kept)
  }

  @Test func `Requests that make no sense are refused`() throws {
    try Command()("cover").expect(64)
    try Command()("cover", "pipe-stage", "--all").expect(64)
    try Command()("cover", "pipe-stage", "--max-runs", "0").expect(64)
    try Command()("cover", "pipe-stage", "--record", "--work", "count=9").expect(64)
    try Command()("cover", "no-such-block").expect(2)
    try Command()("regress", "--merge", "x.json").expect(64)
  }
}
