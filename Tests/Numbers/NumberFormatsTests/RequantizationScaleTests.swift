import NumberFormats
import Testing

@Suite struct RequantizationScaleTests {
  @Test func `A factor rounds to the scale that exact fractions give`() throws {
    let rows = try NumberVectors.load().scales
    #expect(rows.count > 500)
    for row in rows {
      let factor = Double(bitPattern: try #require(UInt64(row[0])))
      do throws(RequantizationScaleError) {
        let scale = try RequantizationScale(factor)
        #expect([String(scale.multiplier), String(scale.shift)] == Array(row.dropFirst()), "\(factor)")
      } catch {
        let name =
          switch error {
          case .notPositive: "notPositive"
          case .tooLarge: "tooLarge"
          case .tooSmall: "tooSmall"
          case .multiplier, .shift: "field"
          }
        #expect([name] == Array(row.dropFirst()), "\(factor)")
      }
    }
  }

  @Test func `A significand that rounds up to 2^16 is renormalised to the same number`() throws {
    let scale = try RequantizationScale(2 - 0x1p-17)
    #expect(scale == (try RequantizationScale(multiplier: 0x8000, shift: 14)))
    #expect(scale.factor == 2)
  }

  @Test func `The factor of a scale makes the scale again`() throws {
    for multiplier: UInt16 in [0x8000, 0x8001, 0xABCD, 0xFFFF] {
      for shift in 0...47 {
        let scale = try RequantizationScale(multiplier: multiplier, shift: shift)
        #expect(try RequantizationScale(scale.factor) == scale)
      }
    }
  }

  @Test func `Fields out of range are refused with a reason`() {
    #expect(throws: RequantizationScaleError.multiplier(0x7FFF)) {
      try RequantizationScale(multiplier: 0x7FFF, shift: 3)
    }
    #expect(throws: RequantizationScaleError.shift(48)) { try RequantizationScale(multiplier: 0x8000, shift: 48) }
    #expect(throws: RequantizationScaleError.shift(-1)) { try RequantizationScale(multiplier: 0x8000, shift: -1) }
    #expect(
      "\(RequantizationScaleError.tooLarge(70000))"
        == "the requantisation factor 70000.0 is 2^16 or more: use a larger output scale")
  }
}
