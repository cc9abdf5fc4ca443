import NumberFormats
import Testing

@testable import Golden

/// The errors that stand in the comments of the approximations, measured anew over all inputs.
@Suite struct FunctionErrorTests {
  @Test(arguments: [
    (FixedPointExponential.Fraction?.none, "0.849 | 0.033 | 0.00388 | 0.00019"),
    (.table(indexBits: 7), "1.148 | 0.043 | 0.00638 | 0.00024"),
    (.table(indexBits: 5), "3.179 | 0.122 | 0.01385 | 0.00066"),
    (.table(indexBits: 4), "5.505 | 0.226 | 0.02478 | 0.00123"), (.quadratic, "1.253 | 0.046 | 0.00774 | 0.00026"),
  ])
  func `The exponential errs as its comment says`(form: FixedPointExponential.Fraction?, stated: String) throws {
    let exponential = try form.map { try FixedPointExponential($0) }
    let error = FunctionError(of: { exponential?($0) ?? UnaryFunction.exp($0) }, against: .exp)
    #expect("\(error)" == stated, "\(String(describing: form))")
    #expect(error.count == 65536)
  }

  @Test(arguments: [
    (NewtonReciprocal?.none, "0.992 | 0.240 | 0.00388 | 0.00140", "0.498"),
    (try! NewtonReciprocal(steps: 0, arithmetic: .bfloat16), "134.295 | 5.647 | 1.00000 | 0.03300", "12.016"),
    (try! NewtonReciprocal(steps: 1, arithmetic: .bfloat16), "134.295 | 0.498 | 1.00000 | 0.00304", "1.603"),
    (try! NewtonReciprocal(steps: 2, arithmetic: .bfloat16), "134.295 | 0.413 | 1.00000 | 0.00243", "1.376"),
    (
      try! NewtonReciprocal(steps: 1, arithmetic: .fixedPoint(fractionBits: 12)), "128.000 | 0.299 | 1.00000 | 0.00177",
      "1.016"
    ),
    (
      try! NewtonReciprocal(steps: 2, arithmetic: .fixedPoint(fractionBits: 12)), "0.992 | 0.240 | 0.00391 | 0.00140",
      "0.512"
    ),
    (
      try! NewtonReciprocal(seed: .table(indexBits: 4), steps: 1, arithmetic: .fixedPoint(fractionBits: 12)),
      "0.992 | 0.244 | 0.00391 | 0.00142", "0.579"
    ),
  ])
  func `The reciprocal errs as its comment says`(form: NewtonReciprocal?, stated: String, within: String) {
    let error = FunctionError(of: { form?($0) ?? UnaryFunction.reciprocal($0) }, against: .reciprocal)
    #expect("\(error)" == stated, "\(String(describing: form))")
    let inside = (UInt16.min...UInt16.max).lazy.filter { (0x0100...0x7E00).contains($0 & 0x7FFF) }
    let narrow = FunctionError(of: { form?($0) ?? UnaryFunction.reciprocal($0) }, against: .reciprocal, over: inside)
    #expect("\(narrow)".hasPrefix(within), "\(String(describing: form))")
  }

  @Test(arguments: [
    (NewtonReciprocalSquareRoot?.none, "0.499 | 0.247 | 0.00387 | 0.00142"),
    (try! NewtonReciprocalSquareRoot(steps: 0, arithmetic: .bfloat16), "8.023 | 4.088 | 0.03580 | 0.02299"),
    (try! NewtonReciprocalSquareRoot(steps: 1, arithmetic: .bfloat16), "1.641 | 0.368 | 0.00906 | 0.00211"),
    (try! NewtonReciprocalSquareRoot(steps: 2, arithmetic: .bfloat16), "1.275 | 0.339 | 0.00602 | 0.00191"),
    (
      try! NewtonReciprocalSquareRoot(steps: 1, arithmetic: .fixedPoint(fractionBits: 12)),
      "0.800 | 0.276 | 0.00567 | 0.00159"
    ),
    (
      try! NewtonReciprocalSquareRoot(steps: 2, arithmetic: .fixedPoint(fractionBits: 12)),
      "0.534 | 0.248 | 0.00391 | 0.00143"
    ),
    (
      try! NewtonReciprocalSquareRoot(seed: .table(indexBits: 4), steps: 1, arithmetic: .fixedPoint(fractionBits: 12)),
      "0.563 | 0.248 | 0.00391 | 0.00143"
    ),
  ])
  func `The reciprocal square root errs as its comment says`(form: NewtonReciprocalSquareRoot?, stated: String) {
    let error = FunctionError(
      of: { form?($0) ?? UnaryFunction.reciprocalSquareRoot($0) }, against: .reciprocalSquareRoot)
    #expect("\(error)" == stated, "\(String(describing: form))")
  }

  @Test(arguments: UnaryFunction.all)
  func `A correctly rounded function errs by half a last place at most`(function: UnaryFunction) {
    let error = FunctionError(of: { function($0) }, against: function)
    // Below 2^−126, where results are flushed, by one step.
    #expect(error.maximumUlp <= 1 && error.maximumRelative <= 0x1p-8 || error.worst.isZero)
    #expect(error.meanUlp < 0.5)
  }

  @Test func `The measure sees a wrong special value and a wrong last place`() {
    let broken = FunctionError(of: { $0.isInfinite ? .one : UnaryFunction.exp($0) }, against: .exp)
    #expect(broken.maximumUlp == .infinity)
    let next = FunctionError(
      of: { x in
        let y = UnaryFunction.exp(x)
        return x == .one ? BFloat16(bitPattern: y.bitPattern + 2) : y
      }, against: .exp)
    #expect(next.maximumUlp > 1.5 && next.worst == .one)
  }

  @Test func `Tables hold the real values rounded once`() throws {
    let exponential = try FunctionTables.exponentialFractions(indexBits: 3)
    #expect(exponential == [0, 12, 24, 38, 53, 69, 87, 107])
    #expect(try FunctionTables.exponentialFractions(indexBits: 10).last == 128)
    #expect(try FunctionTables.decayingExponentials(indexBits: 1, fractionBits: 8) == [256, 181])
    #expect(try FunctionTables.reciprocals(indexBits: 1, fractionBits: 8) == [205, 146])
    #expect(try FunctionTables.reciprocalSquareRoots(indexBits: 0, fractionBits: 8) == [209, 148])
    let gelu = try FunctionTables.codes(
      of: .gelu, from: IntegerFormat.int8, inputScale: Dyadic(1 as Int64, exponent: -4), to: IntegerFormat.int8,
      outputScale: Dyadic(1 as Int64, exponent: -4))
    #expect(gelu.count == 256 && gelu[16] == 13 && gelu[0xF0] == UInt64(bitPattern: -3) & 0xFF && gelu[0x80] == 0)
  }

  @Test func `Tables that cannot be are refused with a reason`() {
    #expect(throws: FunctionTableError.index(17)) { try FunctionTables.exponentialFractions(indexBits: 17) }
    #expect(throws: FunctionTableError.fraction(0)) { try FunctionTables.reciprocals(indexBits: 4, fractionBits: 0) }
    #expect(throws: FunctionTableError.scale(.zero)) {
      try FunctionTables.codes(of: .exp, from: IntegerFormat.int8, inputScale: .zero, to: IntegerFormat.int8)
    }
    #expect(
      "\(FunctionTableError.fraction(41))"
        == "a fraction of 41 bits is out of range: tables have 1 to 40, Newton's iteration 9 to 24")
    #expect(throws: FunctionTableError.index(13)) { try FixedPointExponential(.table(indexBits: 13)) }
    #expect(throws: FunctionTableError.steps(-1)) { try NewtonReciprocal(steps: -1, arithmetic: .bfloat16) }
    #expect(throws: FunctionTableError.fraction(8)) {
      try NewtonReciprocalSquareRoot(steps: 1, arithmetic: .fixedPoint(fractionBits: 8))
    }
  }
}
