import NumberFormats
import Testing

@Suite struct BFloat16Tests {
  @Test func `A number rounds once to the pattern that exact fractions give`() throws {
    let rows = try NumberVectors.load().bfloat16
    #expect(rows.count > 500)
    for row in rows {
      let value = Double(bitPattern: try #require(UInt64(row[0])))
      #expect(String(BFloat16(value).bitPattern) == row[1], "\(value)")
    }
  }

  @Test func `Every pattern comes back through its number, subnormals as zero and one NaN`() {
    for pattern in UInt16.min...UInt16.max {
      let number = BFloat16(bitPattern: pattern)
      #expect(BFloat16(Double(number.floatValue)) == number)
      let isSubnormal = pattern & 0x7F80 == 0
      let isNaN = pattern & 0x7FFF > 0x7F80
      #expect(number.bitPattern == (isNaN ? 0x7FC0 : isSubnormal ? pattern & 0x8000 : pattern))
    }
  }
}
