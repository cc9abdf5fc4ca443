import NumberFormats
import Testing

/// The short ways of `BFloat16` against the exact arithmetic of its format.
@Suite struct BFloat16ArithmeticTests {
  let exact = Minifloat.bfloat16

  /// Zeros, limits, specials, ones, ties, subnormal patterns, of both signs.
  static let corners: [UInt16] = [
    0x0000, 0x0001, 0x007F, 0x0080, 0x0081, 0x00FF, 0x0100, 0x3380, 0x3B80, 0x3C00, 0x3F00, 0x3F7F, 0x3F80, 0x3F81,
    0x3FFF, 0x4000, 0x4049, 0x4300, 0x4380, 0x7E80, 0x7F00, 0x7F7E, 0x7F7F, 0x7F80, 0x7F81, 0x7FC0, 0x7FFF,
  ].flatMap { [$0, $0 | 0x8000] }

  /// The operations that disagree, in words.
  private func disagreements(_ a: UInt16, _ b: UInt16, _ c: UInt16) -> [String] {
    let (x, y, z) = (BFloat16(bitPattern: a), BFloat16(bitPattern: b), BFloat16(bitPattern: c))
    let (i, j, k) = (UInt64(a), UInt64(b), UInt64(c))
    var found: [String] = []
    func compare(_ short: BFloat16, _ long: UInt64, _ operation: String) {
      if UInt64(short.bitPattern) != long { found.append("\(operation) of \(a), \(b), \(c)") }
    }
    compare(x + y, exact.add(i, j), "sum")
    compare(x - y, exact.subtract(i, j), "difference")
    compare(x * y, exact.multiply(i, j), "product")
    compare(x / y, exact.divide(i, j), "quotient")
    compare(BFloat16.fusedMultiplyAdd(x, y, z), exact.fusedMultiplyAdd(i, j, k), "FMA")
    for rule in [NaNRule.propagate, .ignore] {
      compare(BFloat16.minimum(x, y, nan: rule), exact.minimum(i, j, nan: rule), "minimum")
      compare(BFloat16.maximum(x, y, nan: rule), exact.maximum(i, j, nan: rule), "maximum")
    }
    if x.compared(to: y) != exact.compare(i, j) { found.append("comparison of \(a), \(b)") }
    return found
  }

  @Test func `All pairs of corner cases agree, with each third operand`() {
    var found: [String] = []
    for a in Self.corners {
      for b in Self.corners {
        for c in Self.corners where (a ^ b ^ c) % 11 == 0 || a == c || b == c { found += disagreements(a, b, c) }
      }
    }
    #expect(found.isEmpty, "\(found.prefix(5))")
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func `Random operands agree`(seed: UInt64) {
    var random = SplitMix(state: seed)
    var found: [String] = []
    for _ in 0..<2000 {
      let (a, b) = (UInt16.random(in: 0...0xFFFF, using: &random), UInt16.random(in: 0...0xFFFF, using: &random))
      found += disagreements(a, b, .random(in: 0...0xFFFF, using: &random))
      // Exponents near each other, and an addend near the product.
      let near = (a & 0x7F80) ^ (b & 0x81FF)
      let product = BFloat16(bitPattern: a) * BFloat16(bitPattern: near)
      found += disagreements(a, near, product.bitPattern ^ UInt16.random(in: 0...0x8007, using: &random))
      // An addend far below the product, which decides a tie.
      found += disagreements(
        a & 0x0FFF | 0x3000, near & 0x0FFF | 0x3000, UInt16.random(in: 0x0080...0x3000, using: &random))
    }
    #expect(found.isEmpty, "\(found.prefix(5))")
  }

  @Test func `A fused multiply-add is not misled by a tie that Double does not see`() {
    // 1.0078125 · 1.5 = 1.51171875 is a tie of bfloat16; 2^−100 is beyond Double's last place and decides it.
    let (a, b) = (BFloat16(1.0078125), BFloat16(1.5))
    let tiny = BFloat16(0x1p-100)
    #expect(BFloat16.fusedMultiplyAdd(a, b, .zero) == BFloat16(1.515625))
    #expect(BFloat16.fusedMultiplyAdd(a, b, tiny) == BFloat16(1.515625))
    #expect(BFloat16.fusedMultiplyAdd(a, b, -tiny) == BFloat16(1.5078125))
  }

  @Test func `Square roots, negations and round trips of all numbers agree`() {
    var found: [UInt16] = []
    for pattern in UInt16.min...UInt16.max {
      let number = BFloat16(bitPattern: pattern)
      let agrees =
        UInt64(number.squareRoot().bitPattern) == exact.squareRoot(UInt64(pattern))
        && UInt64((-number).bitPattern) == exact.negate(UInt64(pattern)) && BFloat16(number.realValue) == number
        && (number.isNaN || number.realValue.doubleValue.bitPattern == number.doubleValue.bitPattern)
      if !agrees { found.append(pattern) }
    }
    #expect(found.isEmpty, "\(found.prefix(5))")
  }

  @Test func `A dot product is the exact sum rounded once`() {
    var random = SplitMix(state: 7)
    for length in [0, 1, 2, 3, 17, 100] {
      for round in 0..<60 {
        // All exponents, or a narrow range where the sums cancel; specials in some rounds.
        let mask: UInt16 = round % 3 == 0 ? 0xFFFF : 0x81FF
        func row() -> [UInt16] {
          (0..<length).map { _ in
            let bits = UInt16.random(in: 0...0xFFFF, using: &random)
            return round % 5 == 0 ? bits : (bits & mask) &+ (mask == 0xFFFF ? 0 : 0x3F00)
          }
        }
        let (a, b) = (row(), row())
        let result = BFloat16.dot(a.map { BFloat16(bitPattern: $0) }, b.map { BFloat16(bitPattern: $0) })
        #expect(UInt64(result.bitPattern) == exact.dot(a.map { UInt64($0) }, b.map { UInt64($0) }))
      }
    }
    #expect(BFloat16.dot([.zero], [-.one]).bitPattern == 0x8000)
    #expect(BFloat16.sum([.greatestFinite, .one, -.greatestFinite]) == .one)
  }

  @Test func `An accumulator times a scale, and a number times a scale, round once`() {
    var random = SplitMix(state: 11)
    for round in 0..<4000 {
      let accumulator = Int32(truncatingIfNeeded: random.next()) >> Int32(round % 32)
      let scale = BFloat16(bitPattern: UInt16.random(in: 0...0x7F80, using: &random))
      #expect(BFloat16(accumulator, scale: scale) == BFloat16(RealValue(accumulator) * scale.realValue))
      let number = BFloat16(bitPattern: UInt16.random(in: 0...0xFFFF, using: &random) & 0x87FF | 0x3C00)
      let narrow = BFloat16(bitPattern: UInt16.random(in: 0x3F00...0x4300, using: &random))
      let product = number.realValue * narrow.realValue
      #expect(
        number.code(in: .int8, scale: narrow) == IntegerFormat.int8.integer(of: IntegerFormat.int8.code(for: product)))
    }
    // A product of 55 bits just above a tie: rounding it to Double first would lose the tie.
    let scale = Float(bitPattern: 0x3F80_0001)
    #expect(BFloat16(0x4040_0000, scale: 1).bitPattern == 0x4E80)
    #expect(BFloat16(0x4040_0000, scale: scale).bitPattern == 0x4E81)
    #expect(BFloat16.notANumber.code(in: .int8, scale: .one) == 0)
    #expect(BFloat16.infinity.code(in: .int8, scale: -.one) == -128)
  }
}
