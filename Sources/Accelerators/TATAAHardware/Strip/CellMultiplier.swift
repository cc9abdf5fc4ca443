import HDL

/// How a cell multiplies one X operand with its Y operands.
public enum CellMultiplier: Hashable, Sendable {
  /// A multiplier for each Y operand.
  case separate
  /// One multiplier for two Y operands side by side, as a DSP block of 27 × 18 bits holds them; each product is taken
  /// apart before it is added, so that sums of any length are exact.
  case packed

  /// The products of `x` with each of `factors`, not yet taken apart.
  ///
  /// - Parameter width: Bits of a product, in two's complement.
  func products(_ x: SInt, _ factors: [SInt], width: Int) -> [SInt] {
    guard self == .packed, factors.count == 2 else { return factors.map { ($0 * x).resized(to: width) } }
    let packed = (factors[1] << width) + factors[0]
    return [(packed * x).resized(to: 2 * width)]
  }

  /// The products in what a register holds of ``products(_:_:width:)``.
  ///
  /// A negative product in the low field has borrowed 1 from the high one, which gets it back.
  func separated(_ held: [SInt], width: Int) -> [SInt] {
    guard self == .packed, held[0].width == 2 * width else { return held }
    let low = held[0].truncated(to: width)
    let borrow = held[0][width - 1].asUnsigned.extended(to: 2).asSigned
    let high = held[0][width..<2 * width].asSigned
    return [low, high &+ borrow]
  }
}

extension VectorSignal {
  /// The number at another width; the bits that a narrower one lacks are copies of its highest bit, or zeros.
  func resized(to width: Int) -> Self { width < self.width ? truncated(to: width) : extended(to: width) }
}
