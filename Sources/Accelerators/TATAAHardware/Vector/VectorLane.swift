import HDL
import NumberFormats
import TATAA

/// One lane of the vector unit: every operation on lanes of the instruction set, one a cycle, bit for bit.
///
/// The significands go to a multiplier outside, in the cycle of the operands, and the product comes one cycle later.
/// Additions, products and sums of both are one path that rounds once. Operands are canonical: no subnormal code, one NaN.
public struct VectorLane: DefaultConfigurable {
  /// The lane; it has no parameters.
  public init() {}

  /// Operands and product in, significands and result out.
  public struct Ports {
    public let operation: Input<UInt>
    public let a, b, c: Input<Bits>
    public let range: Input<CodeRange>
    public let left, right: Output<UInt>
    public let product: Input<UInt>
    public let result: Output<Bits>
  }

  /// The interface.
  public var ports: Ports {
    Ports(
      operation: .init(LaneOperation.width, "The operation's code less that of add; 15 gives a code of a x b"),
      a: .init(16, "The first operand"), b: .init(16, "The second operand"), c: .init(16, "The third operand"),
      range: .init(CodeRange(), "The codes"),
      left: .init(DualModeCell.significandWidth, "A significand for the multiplier"),
      right: .init(DualModeCell.significandWidth, "The other significand for the multiplier"),
      product: .init(2 * DualModeCell.significandWidth, "Their product, one cycle later"),
      result: .init(16, "The result; a code stands in the low 8 bits"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    One bfloat16 lane, one operation a cycle, result \(Self.latency) cycles after its operands. Rounds to nearest, ties to even;
    results below 2^-126 are zeros, there is one NaN.
    """
  }

  /// Cycles from the operands to the result.
  public static let latency = FusedAddition.latency + 1

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let (a, b, c) = (FloatingNumber(bfloat16: io.a), FloatingNumber(bfloat16: io.b), FloatingNumber(bfloat16: io.c))
    let floor = a.rounded.named("floor")
    // a + b is a · 1 + b, and a · b is a · b + −0.
    let isFraction = LaneOperation.isOne(of: .fraction, in: io.operation)
    let addsOnly = LaneOperation.isOne(of: .add, in: io.operation) | isFraction
    let factor = mux(addsOnly, Bits(0x3F80).extended(to: 16), io.b)
    let addend = mux(
      isFraction, FloatingNumber(bfloat16: floor).negated.bits,
      mux(
        addsOnly, io.b,
        mux(LaneOperation.isOne(of: .fusedMultiplyAdd, in: io.operation), io.c, Bits(0x8000).extended(to: 16))))
    let fused = FusedAddition(a, FloatingNumber(bfloat16: factor), plus: FloatingNumber(bfloat16: addend))
    io.left <== fused.left
    io.right <== fused.right

    let one = Bits(0x3F80).extended(to: 16)
    let none = Bits(0).extended(to: 16)
    let others: [(Opcode, Bits)] = [
      (.maximum, FloatingNumber.maximum(a, b).bits), (.minimum, FloatingNumber.minimum(a, b).bits),
      (.less, mux(a.isLess(than: b), one, none)), (.equal, mux(a.isEqual(to: b), one, none)),
      (.select, mux(c.isZero, io.b, io.a)), (.absolute, a.magnitudeBits), (.floor, floor), (.scale, a.scaled(by: b)),
      (.reciprocalSeed, a.reciprocalSeed), (.rootSeed, a.rootSeed),
    ]
    let other = m.wire("other", Bits.self, width: 16, default: io.a)
    m.switch(io.operation) { cases in
      for (opcode, value) in others { cases.case(LaneOperation.code(opcode)) { other.driver <== value } }
      cases.default {}
    }
    let isFused = addsOnly | LaneOperation.isOne(of: .multiply, .fusedMultiplyAdd, in: io.operation)
    let isCode = io.operation .== UInt(LaneOperation.quantize)
    let sum = fused.result(io.product, in: m)
    let code = ProductCode(a, b, range: io.range).result(io.product, in: m)
    let held = m.delayed("other", other, by: FusedAddition.latency)
    let (takesSum, takesCode) = (
      m.delayed("is_fused", isFused, by: FusedAddition.latency), m.delayed("is_code", isCode, by: FusedAddition.latency)
    )
    io.result <== m.register("result", mux(takesCode, code.extended(to: 16), mux(takesSum, sum, held)))
  }
}

/// clamp(rne(a · b) + zero), of the exact product; NaN has the code of zero.
struct ProductCode {
  private let shift: UInt
  private let isNaN, isLarge, sign: Bit
  private let range: CodeRange

  /// The cycle of the operands.
  init(_ a: FloatingNumber, _ b: FloatingNumber, range: CodeRange) {
    // a · b = product / 2^(268 − ea − eb). From 2^8 on every code is at an end of its range; a shift of 17 leaves nothing.
    let exponents = a.exponentField + b.exponentField
    let isZero = a.isZero | b.isZero
    let isInfinite = a.isInfinite | b.isInfinite
    isNaN = a.isNaN | b.isNaN | isInfinite & isZero
    isLarge = !isZero & (exponents .> 261) | isInfinite
    sign = a.signBit ^ b.signBit
    let distance = (UInt(268).extended(to: 9) &- exponents)
    shift = mux(exponents .< 251, 17, distance.asBits[0..<5].asUnsigned)
    self.range = range
  }

  /// The code of 8 bits ``FusedAddition/latency`` cycles after the operands.
  func result(_ product: UInt, in m: Module) -> Bits {
    let places = m.register("code_shift", shift)
    let wide = concatenate(product, Bits(0).extended(to: 17)).asUnsigned >> places
    let whole = wide[17..<27].asUnsigned
    let roundsUp = wide[16] & (wide[0..<16].any | whole[0])
    let large = m.delayed("code_is_large", isLarge, by: 1)
    let magnitude = m.register("code_magnitude", mux(large, 512, whole + roundsUp.asUnsigned.extended(to: 10)))
    let (negative, nan) = (m.delayed("code_sign", sign, by: 2), m.delayed("code_is_nan", isNaN, by: 2))
    let value = magnitude.extended(to: 12).asSigned
    let signed = mux(nan, 0, mux(negative, (-value).truncated(to: 12), value))
    return m.register("code", range.clamped(signed))
  }
}
