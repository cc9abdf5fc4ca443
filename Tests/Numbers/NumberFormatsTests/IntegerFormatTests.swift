import NumberFormats
import Testing

@Suite struct IntegerFormatTests {
  @Test(arguments: 1...64) func `The limits of a width are powers of two`(width: Int) throws {
    let signed = try IntegerFormat(width: width, isSigned: true)
    let unsigned = try IntegerFormat(width: width, isSigned: false)
    #expect(Double(signed.minimum) == -Double(sign: .plus, exponent: width - 1, significand: 1))
    #expect(signed.maximum == UInt64(bitPattern: ~signed.minimum))
    #expect(unsigned.minimum == 0)
    #expect(unsigned.maximum &+ 1 == (width == 64 ? 0 : 1 << UInt64(width)))
    #expect(signed.contains(signed.minimum) && signed.contains(signed.maximum) && signed.contains(0))
    #expect(unsigned.contains(unsigned.maximum) && !unsigned.contains(-1))
    if width < 64 {
      #expect(!signed.contains(signed.minimum - 1) && !signed.contains(signed.maximum + 1))
      #expect(!unsigned.contains(unsigned.maximum + 1))
    }
  }

  @Test(arguments: [true, false], 1...9)
  func `Narrowing a 16-bit number clamps or wraps as arithmetic says`(isSigned: Bool, width: Int) throws {
    let format = try IntegerFormat(width: width, isSigned: isSigned)
    let low = isSigned ? -(1 << (width - 1)) : 0
    let high = low + (1 << width) - 1
    for value in stride(from: Int(Int16.min), through: Int(Int16.max), by: 7) {
      #expect(format.clamp(value) == min(max(value, low), high))
      let residue = ((value - low) % (1 << width) + (1 << width)) % (1 << width)
      #expect(format.wrap(value) == low + residue)
      #expect(format.contains(value) == (low...high).contains(value))
    }
  }

  @Test func `Narrowing works in any integer type`() {
    #expect(IntegerFormat.int8.clamp(UInt64.max) == 127)
    #expect(IntegerFormat.uint8.clamp(Int8(-1)) == 0)
    #expect(IntegerFormat.uint64.clamp(Int64.min) == 0)
    #expect(IntegerFormat.int64.clamp(UInt64.max) == UInt64(Int64.max))
    #expect(IntegerFormat.int8.wrap(UInt16(0x180)) == 0xFF80)
    #expect(IntegerFormat.uint16.wrap(Int8(-1)) == -1)
    #expect(IntegerFormat.int32.wrap(Int64(1) << 31) == Int64(Int32.min))
  }

  @Test(arguments: [0, 65, -3]) func `A width outside 1 to 64 is refused`(width: Int) {
    #expect(throws: IntegerFormatError.width(width)) { try IntegerFormat(width: width, isSigned: true) }
    #expect("\(IntegerFormatError.width(width))".contains("not \(width)"))
  }

  @Test func `A format prints as the field names it`() throws {
    #expect("\(IntegerFormat.int8) \(try IntegerFormat(width: 5, isSigned: false))" == "int8 uint5")
  }
}
