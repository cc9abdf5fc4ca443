import NumberFormats
import Testing

@Suite struct RoundingTests {
  @Test func `A rounding shift gives what exact fractions give`() throws {
    let rows = try NumberVectors.load().shifts
    #expect(rows.count > 200)
    for row in rows {
      let value = try #require(Int64(row[0]))
      let shift = try #require(Int(row[1]))
      #expect(String(value.roundedShiftRight(by: shift)) == row[2], "\(value) >> \(shift)")
    }
  }

  @Test(arguments: 0...10) func `Every 8-bit value is shifted as real division rounds`(shift: Int) {
    let divisor = Double(1 << shift)
    for value in Int8.min...Int8.max {
      let expected = (Double(value) / divisor).rounded(.toNearestOrEven)
      #expect(Double(value.roundedShiftRight(by: shift)) == expected)
    }
    for value in UInt8.min...UInt8.max {
      let expected = (Double(value) / divisor).rounded(.toNearestOrEven)
      #expect(Double(value.roundedShiftRight(by: shift)) == expected)
    }
  }

  @Test func `A real number becomes the nearest code and saturates`() throws {
    let int4 = try IntegerFormat(width: 4, isSigned: true)
    let cases: [(Double, Int64)] = [
      (0.5, 0), (1.5, 2), (-0.5, 0), (-1.5, -2), (2.5000001, 3), (7.4, 7), (7.5, 7), (8, 7), (-8.5, -8), (-9, -8),
      (.infinity, 7), (-.infinity, -8), (.nan, 0), (.leastNonzeroMagnitude, 0), (1e308, 7),
    ]
    for (value, code) in cases { #expect(int4.code(nearestTo: value) == code, "\(value)") }
    #expect(IntegerFormat.int64.code(nearestTo: 0x1p63) == .max)
    #expect(IntegerFormat.int64.code(nearestTo: 0x1.fffffffffffffp62) == 0x7FFF_FFFF_FFFF_FC00)
    #expect(IntegerFormat.int64.code(nearestTo: -0x1p63) == .min)
    #expect(IntegerFormat.uint64.code(nearestTo: 0x1p64) == .max)
    #expect(IntegerFormat.uint8.code(nearestTo: 255.5) == 255)
    #expect(IntegerFormat.uint8.code(nearestTo: -0.6) == 0)
  }
}
