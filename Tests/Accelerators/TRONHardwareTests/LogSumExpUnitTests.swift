import AnalogMacros
import Engine
import HDL
import Simulator
import TRON
import TRONHardware
import TestSupport
import Testing

/// Softmax without a divider on both engines against its definition.
@Suite struct LogSumExpUnitTests {
  /// Rows of exponents; nil for an element that is not seen.
  private static func rows(_ longest: Int) -> [[Int?]] {
    func random(_ index: Int, _ range: Int) -> Int {
      Int(CounterNoise.mix(UInt64(index)) % UInt64(2 * range + 1)) - range
    }
    var rows: [[Int?]] = [
      [0], [8191, -8191], [-8191], [5, 5], [8191, 8191, 8191], [-1, 63, 64, 65, -64, 0, 1],
      // Hidden elements stand beside the least exponent, in front of all, among others, and alone.
      [-8191, nil], [nil, -8191, nil, -8191], [nil, 3], [7, nil, 8191, nil, -8191], [nil], [nil, nil, nil],
    ]
    // Every distance at which a code of two is not 0, and sums whose logarithm has any fraction.
    for distance in stride(from: 0, through: 520, by: 3) { rows.append([0, -distance, -(distance * 7) % 100]) }
    for (index, range) in [1, 10, 64, 300, 1000, 8191].enumerated() {
      for count in [1, 2, 7, longest] {
        let row = (0..<count).map { random(index << 20 | count << 12 | $0, range) }
        rows.append(row)
        // As a decoder sees them, and any of them.
        rows.append(row.enumerated().map { $0 < (count + 1) / 2 ? $1 : nil })
        rows.append(row.enumerated().map { CounterNoise.mix(UInt64(index * 64 + $0)) & 3 != 0 ? $1 : nil })
      }
    }
    return rows
  }

  @Test(arguments: [33])
  func `The unit on both engines gives the codes of the definition`(length: Int) throws {
    let unit = LogSumExpUnit(rowLength: length)
    for engine in [try NativeModel(unit.elaborate()), try unit.verilated()] as [any Engine] {
      engine["exponents_valid"] = 0
      engine["codes_ready"] = 0
      try engine.reset()
      for (number, row) in Self.rows(length).enumerated() {
        var (given, codes, cycles) = (0, [Int](), 0)
        var last: [Bool] = []
        while codes.count < row.count {
          // Codes are taken in three of four clocks of every second row.
          let takes = number % 2 == 0 || cycles % 4 != 1
          engine["codes_ready"] = takes ? 1 : 0
          engine["exponents_valid"] = given < row.count ? 1 : 0
          if given < row.count {
            // A hidden exponent may be the greatest of all, and have any pattern.
            let hidden = given % 3 == 0 ? 0x1FFF : given % 3 == 1 ? 0x2000 : 0x3FFF
            engine["exponents_exponent"] = row[given].map { $0 & 0x3FFF } ?? hidden
            engine["exponents_is_seen"] = row[given] == nil ? 0 : 1
            // A row of the greatest length ends by itself.
            engine["exponents_is_last"] = given == row.count - 1 && row.count < length ? 1 : 0
          }
          try engine.settle()
          if given < row.count, engine["exponents_ready"] == 1 { given += 1 }
          if takes, engine["codes_valid"] == 1 {
            codes.append(engine["codes_code"])
            last.append(engine["codes_is_last"] == 1)
          }
          try engine.run(cycles: 1)
          cycles += 1
          try #require(cycles < 2000, "row \(number) in \(engine)")
        }
        #expect(codes == LogSumExpSoftmax.codes(row), "row \(number) in \(engine)")
        #expect(last == (0..<row.count).map { $0 == row.count - 1 })
        if number % 2 == 0 { #expect(cycles <= 3 * row.count + 12) }
      }
    }
  }

  @Test func `No linter has a word against the softmax of a head`() throws {
    #expect(try SoftmaxEngine().toolComplaints() == "")
  }

  @Test func `A row of no room is refused`() {
    #expect(throws: (any Error).self) { try LogSumExpUnit(rowLength: 1).elaborate() }
  }
}
