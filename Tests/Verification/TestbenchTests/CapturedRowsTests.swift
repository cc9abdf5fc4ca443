import Netlist
import Testing

@testable import Testbench

@Suite struct CapturedRowsTests {
  private func rows(_ words: [UInt64]) -> CapturedRows {
    CapturedRows(
      stream: "pop",
      shape: RowShape(
        [
          PortShape(name: "pop_code", direction: .output, width: 8, isSigned: true),
          PortShape(name: "pop_scale", direction: .output, width: 8),
          PortShape(name: "pop_wide", direction: .output, width: 65),
        ], prefix: "pop_"), words: words)
  }

  @Test func `Values have the sign of their field`() throws {
    let rows = rows([0xFF, 0xFF, 0, 1, 0x7F, 3, 0, 0])
    #expect(rows.count == 2)
    #expect(try rows.values("code", as: Int8.self) == [-1, 127])
    #expect(try rows.values("scale", as: UInt8.self) == [255, 3])
    #expect(try rows.values("scale", as: Int.self) == [255, 3])
    #expect(try rows.values(rows: 1..<2, fields: 0..<2, as: Int16.self) == [127, 3])
  }

  @Test func `A type that does not hold a field is refused`() throws {
    let rows = rows([])
    #expect(
      throws: BenchError.fieldType("scale", of: "pop", width: 8, isSigned: false, type: "Int8")
    ) { try rows.values("scale", as: Int8.self) }
    #expect(
      throws: BenchError.fieldType("code", of: "pop", width: 8, isSigned: true, type: "UInt16")
    ) { try rows.values("code", as: UInt16.self) }
    #expect(throws: BenchError.fieldType("wide", of: "pop", width: 65, isSigned: false, type: "Int")) {
      try rows.values(rows: 0..<0, fields: 0..<3, as: Int.self)
    }
    #expect(throws: BenchError.unknownPort("sum", module: "pop", ports: ["code", "scale", "wide"])) {
      try rows.values("sum", as: Int.self)
    }
    #expect(
      BenchError.fieldType("scale", of: "pop", width: 8, isSigned: false, type: "Int8").description
        == "field 'scale' of 'pop' has 8 bits unsigned, which Int8 does not hold; ask for a wider type, or read the words"
    )
  }
}
