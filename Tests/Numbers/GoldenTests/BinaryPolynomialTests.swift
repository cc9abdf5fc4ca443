import Golden
import Testing

@Suite struct BinaryPolynomialTests {
  @Test(arguments: 2...16) func `Primitivity agrees with walking the whole cycle`(degree: Int) {
    // Every trinomial of the degree, whatever its order.
    for middle in 1..<degree {
      let polynomial = BinaryPolynomial(exponents: [degree, middle])
      var (value, period) = (polynomial.timesX(1), 1)
      while value != 1, period < 1 << degree {
        value = polynomial.timesX(value)
        period += 1
      }
      #expect(polynomial.isPrimitive == (period == 1 << degree - 1), "x^\(degree) + x^\(middle) + 1")
    }
  }

  @Test func `Prime factors multiply up to the number they come from`() {
    #expect(primeFactors(of: 1) == [])
    #expect(primeFactors(of: 2 * 2 * 3 * 97) == [2, 3, 97])
    #expect(primeFactors(of: .max) == [3, 5, 17, 257, 641, 65537, 6_700_417])
    #expect(primeFactors(of: (1 << 61) - 1) == [2_305_843_009_213_693_951])
    #expect(primeFactors(of: (1 << 59) - 1) == [179_951, 3_203_431_780_337])
    #expect(primeFactors(of: 4_294_967_291 * 4_294_967_279) == [4_294_967_279, 4_294_967_291])
    for degree in 2...64 {
      let number = UInt64.max >> UInt64(64 - degree)
      var rest = number
      for factor in primeFactors(of: number) {
        #expect(isPrime(factor))
        while rest % factor == 0 { rest /= factor }
      }
      #expect(rest == 1, "2^\(degree) - 1")
    }
  }
}
