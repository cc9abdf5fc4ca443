import Golden
import NumberFormats
import Testing

@Suite struct RequantizationTests {
  @Test func `Codes agree with exact integers in every bit`() throws {
    let cases = try GoldenVectors.load().requantizations
    #expect(cases.count == 8)
    for item in cases {
      let scales = try zip(item.multipliers, item.shifts).map { try RequantizationScale(multiplier: $0, shift: $1) }
      let requantize = try Requantization(
        scales: scales, bias: item.bias, range: item.low...item.high, zeroPoint: item.zeroPoint)
      let rows = item.accumulators.count / item.columns
      let codes = try requantize(Matrix(rows: rows, columns: item.columns, elements: item.accumulators))
      #expect(codes == (try Matrix(rows: rows, columns: item.columns, elements: item.codes)))
      #expect(Set(codes.elements).count > 3)
    }
  }

  @Test func `A half goes to the even code`() throws {
    let half = try Requantization(scales: [RequantizationScale(0.5)])
    #expect([-5, -3, -1, 0, 1, 3, 5].map { half.code($0, column: 0) } == [-2, -2, 0, 0, 0, 2, 2])
    #expect([254, 255, 256, -255, -256].map { half.code($0, column: 0) } == [127, 127, 127, -127, -127])
  }

  @Test func `What is clamped is counted, and what is just within the range is not`() throws {
    let requantize = try Requantization(
      scales: [RequantizationScale(0.5), RequantizationScale(1)], bias: [0, 10], range: -127...127)
    let sums = try Matrix<Int64>(rows: 4, columns: 2, elements: [254, 117, 255, 118, -254, -137, -255, -138])
    #expect(try requantize(sums).elements == [127, 127, 127, 127, -127, -127, -127, -127])
    // 255 / 2 is a tie, which goes to 128.
    #expect(try requantize.saturations(of: sums) == 4)
    #expect(try requantize.saturations(of: Matrix<Int64>(rows: 9, columns: 2, repeating: 7)) == 0)
    #expect(throws: RequantizationError.accumulator(1 << 40)) {
      try requantize.saturations(of: Matrix<Int64>(rows: 1, columns: 2, repeating: 1 << 40))
    }
  }

  @Test func `Accumulator and bias are added without wrapping`() throws {
    let requantize = try Requantization(scales: [RequantizationScale(0x1p-32)], bias: [.max, .min], range: -127...127)
    #expect(requantize.code(.max, column: 0) == 1)
    #expect(requantize.code(.min, column: 1) == -1)
  }

  @Test func `Parameters that do not fit together are refused`() throws {
    let scale = try RequantizationScale(1)
    #expect(throws: RequantizationError.noScale) { try Requantization(scales: []) }
    #expect(throws: RequantizationError.columns(scales: 2, bias: 3, matrix: nil)) {
      try Requantization(scales: [scale, scale], bias: [1, 2, 3])
    }
    #expect(throws: RequantizationError.range(-1...0x8000)) { try Requantization(scales: [scale], range: -1...0x8000) }
    #expect(throws: RequantizationError.zeroPoint(-1, 0...255)) {
      try Requantization(scales: [scale], range: 0...255, zeroPoint: -1)
    }
    let requantize = try Requantization(scales: [scale, scale])
    #expect(throws: RequantizationError.columns(scales: 2, bias: 0, matrix: 3)) {
      try requantize(Matrix<Int32>(rows: 1, columns: 3, repeating: 0))
    }
    #expect(throws: RequantizationError.accumulator(0x8000_0000)) {
      try requantize(Matrix<Int64>(rows: 2, columns: 2, elements: [0, 0, 0x8000_0000, 0]))
    }
  }
}
