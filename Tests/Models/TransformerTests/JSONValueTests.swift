import Testing
import Transformer

@Suite struct JSONValueTests {
  private func parse(_ text: String) throws(JSONError) -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

  @Test func `Values of every kind are read`() throws {
    let value = try parse(" {\"a\": [1, -0, 2.5e1, true, false, null, \"x\\u00e9\\ud83d\\ude00\\n\"], \"b\": {}} ")
    let elements = try #require(value.object?["a"]?.array)
    #expect(elements[0].integer == 1)
    #expect(elements[1].integer == 0)
    #expect(elements[2].number == 25 && elements[2].integer == nil)
    #expect(elements[3].bool == true && elements[4].bool == false && elements[5].isNull)
    #expect(elements[6].string == "xé😀\n")
    #expect(value.object?["b"]?.object?.members.isEmpty == true)
    #expect(try parse("9223372036854775807").integer == .max)
    #expect(try parse("9223372036854775808").integer == nil)
  }

  @Test(arguments: [
    "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"", "{\"a\":", "{\"a\":1,}", "{a:1}", "tru", "nul", "01", "-", "1.",
    ".5",
    "1e", "1e+", "+1", "1e999", "\"", "\"\\", "\"\\u12", "\"\\x\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"",
    "\"\n\"", "1 2", "[1 2]", "{\"a\":1 \"b\":2}", "nan", "Infinity", "'a'", "[}", "{]", "\u{FEFF}1",
  ])
  func `A malformed text is refused`(text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
  }

  @Test func `Two equal keys are refused, canonically equivalent ones are not`() throws {
    #expect(throws: JSONError(offset: 10, reason: .duplicateKey("a"))) { try parse("{\"a\":1,\"a\" :2}") }
    #expect(throws: JSONError.self) { try parse("{\"a\":1,\"\\u0061\":2}") }
    #expect(try parse("{\"\u{E9}\":1,\"e\u{301}\":2}").object?.members.count == 2)
  }

  @Test func `Nesting and the number of values are bounded`() throws {
    let deep = String(repeating: "[", count: 1_000_000)
    #expect(throws: JSONError(offset: 64, reason: .depth(limit: 64))) { try parse(deep) }
    let allowed = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(try parse(allowed).array?.count == 1)
    let many = Array("[1,2,3,4]".utf8)
    #expect(throws: JSONError(offset: 7, reason: .count(limit: 4))) {
      try many.withUnsafeBytes { try JSONValue(parsing: $0, count: 4) }
    }
  }

  @Test func `A string that is not UTF-8 is refused`() {
    for bytes: [UInt8] in [[0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] {
      #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
    }
  }
}
