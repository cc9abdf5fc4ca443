import NumberFormats
import Testing

@testable import Golden

@Suite struct StochasticRoundingTests {
  @Test(arguments: [2, 3, 5, 8, 12, 13]) func `The register runs through all states`(degree: Int) {
    var source = StochasticRoundingSource(degree: degree, bits: 1, seed: 0)
    #expect(source.state == 1 && source.polynomial.isPrimitive)
    var states: Set<UInt64> = []
    for _ in 0..<1 << degree {
      states.insert(source.state)
      _ = source.next()
    }
    #expect(states.count == (1 << degree) - 1 && !states.contains(0))
  }

  @Test func `Polynomials are the first of their kind`() {
    #expect(BinaryPolynomial.firstPrimitive(degree: 4) == BinaryPolynomial(exponents: [4, 1]))
    #expect(BinaryPolynomial.firstPrimitive(degree: 8) == BinaryPolynomial(exponents: [8, 4, 3, 2]))
    #expect(BinaryPolynomial.firstPrimitive(degree: 32).isPrimitive)
  }

  @Test func `The mean of stochastic roundings is the value`() {
    var source = StochasticRoundingSource(degree: 20, bits: 8, seed: 12345)
    let value = RealValue(3.3125)
    var sum = 0.0
    for _ in 0..<4096 {
      let code = IntegerFormat.int8.code(for: value, rounding: source.next(), overflow: .standard)
      #expect(code == 3 || code == 4)
      sum += Double(code)
    }
    #expect(abs(sum / 4096 - 3.3125) < 0.02)
  }
}
