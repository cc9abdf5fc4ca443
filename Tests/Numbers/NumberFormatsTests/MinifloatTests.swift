import NumberFormats
import Testing

@Suite struct MinifloatTests {
  @Test func `A code becomes a number and the same code again`() throws {
    for (name, format) in try FormatVectors.formats() {
      var found: [UInt64] = []
      for code in 0...format.codeMask {
        let value = format.value(of: code)
        var expected = code
        if value == .notANumber {
          expected = format.canonicalNaN ?? 0
        } else if case .zero = value, format.subnormals == .flushed {
          expected = code & ~(format.codeMask >> 1)
        }
        if format.code(for: value) != expected { found.append(code) }
      }
      #expect(found.isEmpty, "\(name): \(found.prefix(5))")
    }
  }

  @Test func `Formats have the limits that their standards state`() {
    let limits: [(Minifloat, Double)] = [
      (.float8E4M3, 448), (.float8E5M2, 57344), (.float6E3M2, 28), (.float6E2M3, 7.5), (.float4E2M1, 6),
      (.float16, 65504), (.bfloat16, 0x1.FEp127), (.float32, Double(Float.greatestFiniteMagnitude)),
      (.float64, Double.greatestFiniteMagnitude),
    ]
    for (format, limit) in limits { #expect(format.value(of: format.greatestFiniteCode).doubleValue == limit) }
    #expect(Minifloat.bfloat16.canonicalNaN == 0x7FC0)
    #expect(Minifloat.float8E4M3.code(for: 464) == 0x7E && Minifloat.float8E4M3.code(for: 465) == 0x7F)
    #expect(Minifloat.float8E4M3.code(for: RealValue(-1e9), rounding: .nearestEven, overflow: .saturating) == 0xFE)
    #expect(Minifloat.float4E2M1.code(for: -.infinity) == 0xF)
  }

  @Test func `Binary32 and binary64 as formats are those of the language`() {
    var random = SplitMix(state: 5)
    for _ in 0..<1500 {
      let double = Double(bitPattern: random.next())
      let other = Double(bitPattern: random.next() & 0x800F_FFFF_FFFF_FFFF | double.bitPattern & 0x7FF0_0000_0000_0000)
      guard !double.isNaN, !other.isNaN else { continue }
      #expect(Minifloat.float64.code(for: double) == double.bitPattern)
      #expect(Minifloat.float64.add(double.bitPattern, other.bitPattern) == (double + other).bitPattern)
      #expect(Minifloat.float64.squareRoot(double.magnitude.bitPattern) == double.magnitude.squareRoot().bitPattern)
      #expect(Minifloat.float64.divide(double.bitPattern, other.bitPattern) == (double / other).bitPattern)
      let narrow = double.significand * Double(sign: .plus, exponent: Int(random.next() % 300) - 150, significand: 1)
      #expect(Minifloat.float32.code(for: narrow) == UInt64(Float(narrow).bitPattern))
      let (a, b) = (Float(narrow), Float(other.significand))
      #expect(
        Minifloat.float32.fusedMultiplyAdd(UInt64(a.bitPattern), UInt64(b.bitPattern), UInt64(b.bitPattern))
          == UInt64(b.addingProduct(a, b).bitPattern))
    }
  }

  @Test func `Formats that cannot be are refused with a reason`() {
    #expect(throws: MinifloatError.fields(exponentBits: 12, fractionBits: 3)) {
      try Minifloat(exponentBits: 12, fractionBits: 3)
    }
    #expect(throws: MinifloatError.bias(5000)) { try Minifloat(exponentBits: 4, fractionBits: 3, bias: 5000) }
    #expect(throws: MinifloatError.noRoomForSpecials(.ieee)) { try Minifloat(exponentBits: 4, fractionBits: 0) }
    #expect(
      "\(MinifloatError.fields(exponentBits: 0, fractionBits: 3))"
        == "a floating point format has 1 to 11 exponent bits and 0 to 52 fraction bits, not 0 and 3")
    #expect(throws: FixedPointFormatError.width(integerBits: 40, fractionBits: 25)) {
      try FixedPointFormat(integerBits: 40, fractionBits: 25, isSigned: true)
    }
    #expect("\(Minifloat.float8E4M3) \(Minifloat.bfloat16)" == "E4M3FN E8M7 flushed")
  }

  @Test func `Integers of every width hold their limits and saturate beyond them`() throws {
    for width in 1...64 {
      for isSigned in [true, false] {
        let format = try IntegerFormat(width: width, isSigned: isSigned)
        let greatest = RealValue(format.maximum)
        #expect(format.value(of: format.code(for: greatest)) == greatest)
        let least = RealValue(format.minimum)
        #expect(format.value(of: format.code(for: least)) == least)
        #expect(format.code(for: greatest + RealValue(1)) == format.maximum)
        #expect(format.value(of: format.code(for: least - RealValue(1))) == least)
        #expect(
          format.code(for: greatest + RealValue(1), rounding: .nearestEven, overflow: .wrapping)
            == format.code(for: least))
        #expect(format.code(for: least - RealValue(1), rounding: .nearestEven, overflow: .wrapping) == format.maximum)
        #expect(format.code(for: .infinity) == format.maximum && format.code(for: .nan) == 0)
      }
    }
  }

  @Test(arguments: [3, 6]) func `Narrow integers compute as integers do`(width: Int) throws {
    let format = try IntegerFormat(width: width, isSigned: true)
    for a in Int(format.minimum)...Int(format.maximum) {
      for b in Int(format.minimum)...Int(format.maximum) {
        let (i, j) = (UInt64(bitPattern: Int64(a)) & format.codeMask, UInt64(bitPattern: Int64(b)) & format.codeMask)
        #expect(format.integer(of: format.add(i, j)) == Int64(format.clamp(a + b)))
        #expect(format.integer(of: format.multiply(i, j, overflow: .wrapping)) == Int64(format.wrap(a * b)))
        if b != 0 {
          #expect(format.integer(of: format.divide(i, j, rounding: .towardZero)) == Int64(format.clamp(a / b)))
        }
      }
    }
  }
}
