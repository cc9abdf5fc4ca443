import Foundation
import Testbench
import Testing

@Suite struct SeedTests {
  @Test func `Derived seeds are the documented hash`() {
    // Tests/Reference/random_vectors.py
    #expect(Seed(42).derived("adder", index: 3) == 0x73fb_5490_ece5_8014)
    #expect(Seed(0).derived("") == 0xa1d2_bcdf_05d0_0af6)
    #expect(Seed(.max).derived("é", index: 1) == 0xf0ac_4822_c698_6984)
  }

  @Test func `Names and indices do not run into each other`() {
    let seed: Seed = 1
    let all = ["", "a", "ab", "b"].flatMap { name in (0..<3).map { seed.derived(name, index: $0) } }
    #expect(Set(all).count == all.count)
    #expect(seed.derived("a").derived("b") != seed.derived("b").derived("a"))
  }

  @Test(arguments: [
    ("0x2a", 42), ("42", 42), ("0X2A", 42), ("0xffffffffffffffff", UInt64.max), ("18446744073709551615", .max),
  ])
  func `A seed is read from text`(text: String, value: UInt64) {
    #expect(Seed(text) == Seed(value))
  }

  @Test(arguments: ["", "0x", "-1", "+1", "0x+1", "18446744073709551616", "0x10000000000000000", "4 2", "seed"])
  func `Text that is no seed is refused`(text: String) {
    #expect(Seed(text) == nil)
  }

  @Test func `A seed survives text and JSON`() throws {
    #expect(Seed(42).description == "0x000000000000002a")
    #expect(Seed(Seed(.max).description) == Seed(.max))
    let json = try JSONEncoder().encode([Seed(.max)])
    #expect(String(decoding: json, as: UTF8.self) == #"["0xffffffffffffffff"]"#)
    #expect(try JSONDecoder().decode([Seed].self, from: json) == [Seed(.max)])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Seed].self, from: Data(#"["no"]"#.utf8)) }
  }
}
