import Netlist
import Testbench
import Testing

@Suite struct RowsTests {
  let shape = RowShape(
    [
      PortShape(name: "s_a", direction: .input, width: 8, isSigned: true),
      PortShape(name: "s_wide", direction: .input, width: 100, isSigned: true),
      PortShape(name: "s_b", direction: .input, width: 64),
    ], prefix: "s_")

  @Test func `Fields lie one after the other`() {
    #expect(shape.fields.map(\.name) == ["a", "wide", "b"])
    #expect(shape.fields.map(\.firstWord) == [0, 1, 3])
    #expect(shape.wordCount == 4)
    #expect(shape.masks == [0xFF, .max, 0xF_FFFF_FFFF, .max])
  }

  @Test func `Values become bit patterns with zeros above`() throws {
    var rows = Rows(shape, for: "s")
    try rows.append([-1, -2, 3])
    #expect(rows.words == [0xFF, .max - 1, 0xF_FFFF_FFFF, 3])
    try rows.append([Int128(-128), Int128(1) << 98, Int128(UInt64.max)] + [127, -1 << 99, 0])
    #expect(rows.count == 3)
    #expect(rows.words[4...] == [0x80, 0, 1 << 34, .max, 0x7F, 0, 1 << 35, 0])
  }

  @Test func `A refused row leaves nothing behind`() throws {
    var rows = Rows(shape, for: "s")
    try rows.append([1, 2, 3])
    let before = rows
    let refusals: [([Int128], String)] = [
      ([1, 2], "2 values do not make whole rows for 's', which takes 3 each: 'a', 'wide', 'b'"),
      ([], "0 values do not make whole rows for 's', which takes 3 each: 'a', 'wide', 'b'"),
      ([1, 2, 3, 128, 0, 0], "128 does not fit field 'a' of 's' (row 2): 8 bits signed hold -128 to 127"),
      ([-129, 2, 3], "-129 does not fit field 'a' of 's' (row 1): 8 bits signed hold -128 to 127"),
      ([1, 2, -1], "-1 does not fit field 'b' of 's' (row 1): 64 bits unsigned hold 0 to 2^64 - 1"),
      (
        [1, 1 << 99, 0],
        "633825300114114700748351602688 does not fit field 'wide' of 's' (row 1): "
          + "100 bits signed hold -2^99 to 2^99 - 1"
      ),
    ]
    for (values, message) in refusals {
      let error = #expect(throws: BenchError.self) { try rows.append(values) }
      #expect(error?.description == message)
      #expect(rows == before)
    }
  }

  @Test func `Raw words are checked against the widths`() throws {
    var rows = Rows(shape, for: "s")
    try rows.append(words: [0xFF, 1, 2, 3, 0, 0, 0, 0])
    #expect(rows.count == 2)
    let error = #expect(throws: BenchError.self) { try rows.append(words: [0, 1, 1 << 36, 3]) }
    #expect(
      error?.description
        == "0x1000000000 does not fit field 'wide' of 's' (row 2): 100 bits unsigned hold 0 to 2^100 - 1")
    #expect(throws: BenchError.self) { try rows.append(words: [0, 1, 2]) }
    #expect(rows.count == 2)
  }

  @Test func `A stream without payload counts empty rows`() throws {
    var rows = Rows(RowShape([]), for: "token")
    try rows.append([Int]())
    try rows.append([Int]())
    #expect(rows.count == 2)
    let error = #expect(throws: BenchError.self) { try rows.append([1]) }
    #expect(error?.description == "1 values do not make whole rows for 'token', which takes 0 each: none")
  }

  @Test func `A value is shown in both radices with its sign`() {
    func show(_ words: [UInt64], _ width: Int, _ isSigned: Bool) -> String {
      FieldValue(words: words, width: width, isSigned: isSigned).description
    }
    #expect(show([0x1F], 8, true) == "0x1f (31)")
    #expect(show([0x80], 8, true) == "0x80 (-128)")
    #expect(show([0x80], 8, false) == "0x80 (128)")
    #expect(show([1], 1, true) == "0x1 (-1)")
    #expect(show([0], 9, true) == "0x000 (0)")
    #expect(show([1 << 63], 64, true) == "0x8000000000000000 (-9223372036854775808)")
    #expect(show([0, 1], 65, false) == "0x10000000000000000 (18446744073709551616)")
    #expect(show([0, 1], 65, true) == "0x10000000000000000 (-18446744073709551616)")
    #expect(show([.max, .max], 128, true) == "0x" + String(repeating: "f", count: 32) + " (-1)")
    #expect(
      show([.max, .max], 128, false)
        == "0x" + String(repeating: "f", count: 32) + " (340282366920938463463374607431768211455)")
    #expect(
      show([0, 0, 1], 129, false)
        == "0x1" + String(repeating: "0", count: 32) + " (340282366920938463463374607431768211456)")
    // 10^19 · 2^64 has zeros inside the decimal number.
    #expect(show([10_000_000_000_000_000_000, 0], 128, false).hasSuffix("(10000000000000000000)"))
  }
}
