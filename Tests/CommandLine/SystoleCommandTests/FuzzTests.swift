import Foundation
import Testing

@Suite struct FuzzTests {
  @Test func `A run prints its record and writes it`() throws {
    let systole = try Command()
    let result = try systole(
      "fuzz", "--count", "6", "--seed", "3", "--gates", "200", "--json", "--record", "kept/fuzz.json")
    result.expect(0)
    let record = try result.object()
    #expect(record["circuits"] as? Int == 6)
    #expect(record["differences"] as? Int == 0)
    #expect(record["seed"] as? String == "0x0000000000000003")
    let engines = try #require(record["engines"] as? [String: Int])
    #expect(Set(engines.keys) == ["native", "as-written", "verilator", "icarus", "yosys"])
    #expect(engines["icarus"] == 6)
    let written = try String(contentsOfFile: systole.folder.path + "/kept/fuzz.json", encoding: .utf8)
    #expect(written == result.output)
  }

  @Test func `Invalid cases and hostile command lines end with words`() throws {
    let systole = try Command()
    let result = try systole("fuzz", "--invalid", "--count", "600", "--seed", "4", "--json")
    result.expect(0)
    let summary = try result.object()
    #expect(summary["cases"] as? Int == 600)
    #expect(summary["findings"] as? Int == 0)
    #expect(summary["commandLines"] as? Int == 12)
    #expect(try #require(summary["refused"] as? Int) > 300)
  }

  @Test func `Numbers out of range are refused`() throws {
    let systole = try Command()
    try systole("fuzz", "--count", "0").expect(64)
    try systole("fuzz", "--first", "9223372036854775807", "--count", "2").expect(64)
  }
}
