import HDL
import NumberFormats

/// a · b + c in bfloat16, rounded once, around a multiplier of significands that stands elsewhere.
///
/// The product has 16 bits. The addend is aligned in a frame with its own 8 bits, 2 bits of distance and the 16 of the
/// product: an addend that is far above leaves the product where it is, since anything that is less than a quarter of the
/// last place rounds alike; one that is below keeps what leaves the frame as a sticky bit.
struct FusedAddition {
  /// Significands for the multiplier, in the cycle of the operands.
  let left, right: UInt

  private let special: BFloat16Rounding.Special
  private let aligned: Bits
  private let top: SInt
  private let productSign, addendSign: Bit

  /// Bits of the frame.
  private static let frame = 26

  /// Cycles from the operands to the result.
  static let latency = 3

  /// The cycle of the operands.
  init(_ a: FloatingNumber, _ b: FloatingNumber, plus c: FloatingNumber) {
    left = a.significand
    right = b.significand
    let sign = a.signBit ^ b.signBit
    let isZero = a.isZero | b.isZero
    let isInfinite = a.isInfinite | b.isInfinite
    special = BFloat16Rounding.Special(
      isNaN: a.isNaN | b.isNaN | c.isNaN | isInfinite & isZero | isInfinite & c.isInfinite & (sign ^ c.signBit),
      isInfinite: isInfinite | c.isInfinite, sign: mux(isInfinite, sign, c.signBit))
    // Biased exponent of the frame's highest bit, as the product has it.
    let exponents = (a.exponentField + b.exponentField).extended(to: 11).asSigned
    let productTop = (exponents - 116).truncated(to: 11)
    let addendTop = c.exponentField.extended(to: 11).asSigned
    let distance = (productTop - addendTop).named("distance")
    let addendLeads = isZero | (distance .<= 0) & !c.isZero
    let shift = mux(addendLeads | (distance .< 0), 0, mux(distance .> 31, 31, distance.asBits[0..<5].asUnsigned))
    let wide = concatenate(c.significand, Bits(0).extended(to: Self.frame)).asUnsigned >> shift
    aligned = concatenate(wide[8..<Self.frame + 8], wide[0..<8].any)
    top = mux(addendLeads, addendTop, productTop)
    productSign = sign
    addendSign = c.signBit
  }

  /// The result ``latency`` cycles after the operands; `product` is that of the significands one cycle after them.
  func result(_ product: UInt, in m: Module) -> Bits {
    let bits = Self.frame + 1
    let addend = m.register("aligned", aligned.asUnsigned)
    let (sign, otherSign) = (m.register("product_sign", productSign), m.register("addend_sign", addendSign))
    let factor = concatenate(product, Bits(0).extended(to: 1)).asUnsigned.extended(to: bits)
    let isSame = !(sign ^ otherSign)
    let isReversed = factor .< addend
    let difference = mux(isReversed, addend, factor) &- mux(isReversed, factor, addend)
    let magnitude = m.register("magnitude", mux(isSame, factor + addend, difference.extended(to: bits + 1)))
    // Of numbers that cancel, plus.
    let isCancelled = !isSame & (factor .== addend)
    let sumSign = m.register("sum_sign", mux(isReversed, otherSign, sign) & !isCancelled)
    let sumTop = m.delayed("top", top, by: 2)

    let (normal, zeros) = BFloat16Rounding.normalized(magnitude, "normal")
    let held = m.register("normal", normal)
    let exponent = m.register("exponent", (sumTop + 1 - zeros.extended(to: 6).asSigned).truncated(to: 12))
    let heldSign = m.register("sign", sumSign)
    return BFloat16Rounding.code(
      held, exponent: exponent, sign: heldSign, special: m.delayed("special", special, by: Self.latency))
  }
}
