import Golden
import NumberFormats
import TestFiles
import Testing
import Units

@Suite struct FunctionUnitTests {
  private func expected(_ function: UnaryFunction, _ format: Minifloat, _ code: UInt64) -> UInt64 {
    format == .bfloat16
      ? UInt64(function(BFloat16(bitPattern: UInt16(code))).bitPattern)
      : function.code(for: format.value(of: code), in: format)
  }

  static let functions: [UnaryFunction] =
    Tier.isFull
    ? UnaryFunction.all + [.leakyReLU(slope: BFloat16(0.01)), .clippedReLU(limit: BFloat16(6))]
    : [.exp]

  @Test(arguments: functions) func `Every bfloat16 operand is correctly rounded`(function: UnaryFunction) throws {
    try compare(.function(.init { ($0.function, $0.stages) = (function, 1) }), (0...0xFFFF).map { [$0] }) {
      expected(function, .bfloat16, $0[0])
    }
  }

  @Test(
    arguments: [Minifloat.float8E4M3, .float6E3M2], Tier.isFull ? UnaryFunction.all : [.gelu, .log])
  func `Every operand of a small format`(format: Minifloat, function: UnaryFunction) throws {
    let stages = format == .float8E4M3 ? 2 : 0
    try compare(
      .function(.init { ($0.function, $0.format, $0.stages) = (function, format, stages) }),
      (0...format.codeMask).map { [$0] }
    ) {
      expected(function, format, $0[0])
    }
  }

  /// 9 to 11 bits: folded as bfloat16 is, and short.
  static let middling: [Minifloat] = try! [
    Minifloat(exponentBits: 5, fractionBits: 4, subnormals: .flushed),
    Minifloat(exponentBits: 4, fractionBits: 4, specials: .onlyNaN),
    Minifloat(exponentBits: 5, fractionBits: 3, specials: .negativeZeroIsNaN),
  ]

  @Test(arguments: middling, Tier.isFull ? [0, 1, 2, 3] : [0, 3])
  func `Every operand of a folded table`(format: Minifloat, stages: Int) throws {
    for function in Tier.isFull ? UnaryFunction.all : [.silu, .log, .log2, .reciprocal] {
      try compare(
        .function(.init { ($0.function, $0.format, $0.stages) = (function, format, stages) }),
        (0...format.codeMask).map { [$0] }
      ) {
        expected(function, format, $0[0])
      }
    }
  }

  @Test func `Special operands have the results of the definition`() throws {
    let rows: [(UnaryFunction, [(UInt64, UInt64)])] = [
      (.reciprocal, [(0, 0x7F80), (0x8000, 0xFF80), (0x7F80, 0), (0xFF80, 0x8000), (0x7F81, 0x7FC0)]),
      (.relu, [(0x8000, 0), (0xFF80, 0), (0x7F80, 0x7F80), (0xFFFF, 0x7FC0), (0x4049, 0x4049), (0xC049, 0)]),
    ]
    for (function, results) in rows {
      let table = Dictionary(uniqueKeysWithValues: results)
      try compare(.function(.init { $0.function = function }), results.map { [$0.0] }) { table[$0[0]] ?? 0 }
    }
  }

  @Test func `Formats of more than 16 bits are refused`() {
    let error = #expect(throws: (any Error).self) {
      try FunctionUnit { ($0.function, $0.format) = (.exp, .float32) }.elaborate()
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("use a format of at most 16 bits"))
  }
}
