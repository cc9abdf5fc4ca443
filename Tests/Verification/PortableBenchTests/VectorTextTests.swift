import Netlist
import Testbench
import Testing

@testable import PortableBench

@Suite struct VectorTextTests {
  private func rows(_ widths: [Int], _ values: [[Int]]) throws -> Rows {
    let ports = widths.enumerated().map {
      PortShape(name: "p\($0)", direction: .input, width: $1, isSigned: false)
    }
    var rows = Rows(RowShape(ports), for: "test")
    for value in values { try rows.append(value) }
    return rows
  }

  @Test func `The first field stands in the most significant bits`() throws {
    #expect(VectorText(try rows([4, 8], [[0xA, 0x5C], [1, 2]])).text == "a5c\n102\n")
    #expect(VectorText(try rows([1, 3, 1], [[1, 0b010, 1]])).text == "15\n")
  }

  @Test func `Fields of many words keep their order`() throws {
    var wide = Rows(
      RowShape([
        PortShape(name: "a", direction: .input, width: 3, isSigned: false),
        PortShape(name: "b", direction: .input, width: 70, isSigned: false),
      ]), for: "test")
    try wide.append(words: [5, 0x0123_4567_89AB_CDEF, 0x2A])
    #expect(VectorText(wide).text == "16a0123456789abcdef\n")
  }

  @Test func `A row without fields has one bit`() throws {
    var empty = Rows(RowShape([]), for: "test")
    try empty.append([Int]())
    #expect(VectorText(empty).text == "0\n")
  }
}
