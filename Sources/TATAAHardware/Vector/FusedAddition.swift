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

  private let special: Special
  private let aligned: Bits
  private let top: SInt
  private let productSign, addendSign: Bit

  /// What no arithmetic with significands gives.
  private struct Special: SignalBundle {
    let isNaN, isInfinite, sign: Bit
  }

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
    special = Special(
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

    var normal = magnitude
    var places: [Bit] = []
    for step in (0..<5).reversed() {
      let count = 1 << step
      let isEmpty = !normal[(normal.width - count)..<normal.width].any
      normal = mux(isEmpty, (normal << count).truncated(to: normal.width), normal).named("normal_\(count)")
      places.append(isEmpty)
    }
    let held = m.register("normal", normal)
    let exponent = m.register(
      "exponent", (sumTop + 1 - concatenate(places).asUnsigned.extended(to: 6).asSigned).truncated(to: 12))
    let heldSign = m.register("sign", sumSign)
    let held3 = m.delayed("special", special, by: 3)
    return Self.packed(held, exponent, heldSign, held3)
  }

  /// Rounds a significand whose highest bit is 1, or a 0.
  private static func packed(_ normal: UInt, _ exponent: SInt, _ sign: Bit, _ special: Special) -> Bits {
    let width = normal.width
    let kept = normal[(width - 8)..<width].asUnsigned
    let roundsUp = normal[width - 9] & (normal[0..<width - 9].any | kept[0])
    let rounded = kept + roundsUp.asUnsigned.extended(to: 8)
    let carried = exponent + rounded[8].asUnsigned.extended(to: 2).asSigned
    let isZero = !normal[width - 1] | (carried .<= 0)
    let isInfinite = special.isInfinite | !isZero & (carried .>= 255)
    let finite = mux(isZero, Bits(0).extended(to: 15), concatenate(carried.asBits[0..<8], rounded[0..<7]))
    let number = concatenate(
      mux(special.isInfinite, special.sign, sign), mux(isInfinite, Bits(0x7F80).extended(to: 15), finite))
    return mux(special.isNaN, Bits(0x7FC0).extended(to: 16), number)
  }
}
