import NumberFormats
import Testing

@Suite struct ExactArithmeticTests {
  private func random(_ words: Int, _ source: inout SplitMix) -> BigMagnitude {
    // Words of all zeros and all ones too, where carries run far.
    BigMagnitude(words: (0..<words).map { _ in [0, .max, source.next(), source.next()][Int(source.next() % 4)] })
  }

  @Test func `Big integers obey the laws of arithmetic`() {
    var source = SplitMix(state: 3)
    for round in 0..<600 {
      let (a, b, c) = (random(round % 5, &source), random(round % 3, &source), random(round % 4, &source))
      #expect(a * (b + c) == a * b + a * c)
      #expect((a + b) - b == a)
      let shift = Int(source.next() % 200)
      #expect((a << shift) >> shift == a)
      #expect((a << shift) == a * BigMagnitude.powerOfTwo(shift))
      if !b.isZero {
        let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
        #expect(quotient * b + remainder == a && remainder < b)
      }
      let (root, isExact) = a.squareRoot()
      #expect(!(a < root * root) && a < (root + BigMagnitude(1)) * (root + BigMagnitude(1)))
      #expect(isExact == (root * root == a))
      #expect((a * a).squareRoot().root == a)
    }
  }

  @Test func `Dyadic numbers compute as Double does where it is exact`() {
    var source = SplitMix(state: 4)
    for _ in 0..<1000 {
      let a = Double(Int64(bitPattern: source.next()) >> 40) * 0x1p-9
      let b = Double(Int64(bitPattern: source.next()) >> 41) * 0x1p3
      guard let x = Dyadic(exactly: a), let y = Dyadic(exactly: b) else { continue }
      #expect((x + y).doubleValue == a + b)
      #expect((x - y).doubleValue == a - b)
      #expect((x * y).doubleValue == a * b)
      #expect((x < y) == (a < b) && (x == y) == (a == b))
      #expect(x.rounded(toMultipleOfPowerOfTwo: 0).doubleValue == a.rounded(.toNearestOrEven))
      #expect(x.rounded(toMultipleOfPowerOfTwo: 0, .nearestAway).doubleValue == a.rounded(.toNearestOrAwayFromZero))
      #expect(x.rounded(toMultipleOfPowerOfTwo: 0, .towardZero).doubleValue == a.rounded(.towardZero))
      #expect(x.rounded(toMultipleOfPowerOfTwo: 0, .down).doubleValue == a.rounded(.down))
      #expect(x.rounded(toMultipleOfPowerOfTwo: 0, .up).doubleValue == a.rounded(.up))
    }
    #expect(Dyadic(1 as Int64, exponent: -100_000) < Dyadic(1 as Int64, exponent: -99_999))
    #expect(Dyadic(-1 as Int64) < .zero && !(Dyadic.zero < Dyadic(-1 as Int64)) && Dyadic.zero < .one)
    #expect(Dyadic(-1 as Int64, exponent: -100_000).rounded(toMultipleOfPowerOfTwo: 0, .down) == Dyadic(-1 as Int64))
  }

  @Test func `A sum of many numbers is the same in any order, and exact`() {
    var source = SplitMix(state: 6)
    for round in 0..<200 {
      var sum = ExactSum()
      var reference = Dyadic.zero
      var terms: [(Int64, Int)] = []
      for _ in 0..<20 {
        let exponent = Int(source.next() % 600) - 300
        terms.append((Int64(bitPattern: source.next()) >> Int64(round % 60), exponent))
      }
      for (significand, exponent) in terms {
        sum.add(significand, exponent: exponent)
        reference = reference + Dyadic(significand, exponent: exponent)
      }
      #expect(sum.value == reference)
      var reversed = ExactSum()
      for (significand, exponent) in terms.reversed() {
        reversed.add(Dyadic(significand, exponent: exponent))
      }
      #expect(reversed.value == reference)
      for (significand, exponent) in terms where significand != .min { sum.add(-significand, exponent: exponent) }
      #expect(terms.contains { $0.0 == .min } || sum.value.isZero)
    }
  }

  @Test func `A stochastic rounding goes up for as many random numbers as the fraction says`() {
    let format = Minifloat.float8E4M3
    for fraction in 0..<64 {
      // Between 8 and 9, and between −9 and −8.
      let value = 8 + Double(fraction) / 64
      for sign in [1.0, -1.0] {
        let below = format.code(for: RealValue(sign * value), rounding: .towardZero, overflow: .standard)
        var ups = 0
        for noise: UInt64 in 0..<16 {
          let code = format.code(
            for: RealValue(sign * value), rounding: .stochastic(RoundingNoise(noise, bits: 4)), overflow: .standard)
          #expect(code == below || code == below + 1)
          if code != below { ups += 1 }
        }
        #expect(ups == fraction / 4)
      }
    }
    let tiny = RealValue(Dyadic(1 as Int64, exponent: -9))
    let integers = IntegerFormat.int8
    #expect(integers.code(for: tiny, rounding: .stochastic(RoundingNoise(511, bits: 9)), overflow: .standard) == 1)
    #expect(integers.code(for: tiny, rounding: .stochastic(RoundingNoise(510, bits: 9)), overflow: .standard) == 0)
    #expect(integers.code(for: tiny, rounding: .stochastic(RoundingNoise(255, bits: 8)), overflow: .standard) == 0)
  }
}
