import NumberFormats

/// A number in fixed point: an integer times 2^−``fractionBits``.
///
/// Sum, difference and product are exact and grow, as those of ``Integer``; operands may have different binary points. What
/// must be narrower is ``converted(to:rounding:overflow:)``. As a port, `Input<FixedPoint>` is a vector of Verilog,
/// `signed` where the format has a sign; the shape is the format.
public struct FixedPoint: PortElement {
  /// The bits as an integer.
  public let code: Integer
  /// Bits after the binary point; may be negative, or greater than the width.
  public let fractionBits: Int

  /// `code` · 2^−`fractionBits`.
  public init(_ code: Integer, fractionBits: Int) {
    guard abs(fractionBits.clamped(to: Module.mostBits + 1)) <= Module.mostBits else {
      let bits = code.bits.unfit(
        Refusal.Mistake(
          code: .badWidth, message: "a number in fixed point has \(fractionBits) bits after the binary point",
          fix: "use \(-Module.mostBits) to \(Module.mostBits)"), width: code.width)
      self.code = code.isSigned ? .signed(bits.asSigned) : .unsigned(bits.asUnsigned)
      self.fractionBits = 0
      return
    }
    self.code = code
    self.fractionBits = fractionBits
  }

  /// `bits` read in `format`; they have its width.
  public init(_ bits: Bits, as format: FixedPointFormat) {
    self.init(Integer(bits, as: format.codes), fractionBits: format.fractionBits)
  }

  /// Bits of the code.
  public var width: Int { code.width }

  /// The shape of a number of this format.
  public static func shape(
    _ format: FixedPointFormat, file: StaticString = #fileID, line: Int = #line
  ) -> FixedPoint {
    FixedPoint(.shape(format.codes, file: file, line: line), fractionBits: format.fractionBits)
  }

  /// The shape of a number of this format.
  public static func form(_ shape: FixedPointFormat) -> FixedPoint {
    FixedPoint(.form(shape.codes), fractionBits: shape.fractionBits)
  }

  /// The same number with another signal.
  public func mapSignals(_ transform: any SignalTransform, at name: FieldName) -> FixedPoint {
    let format = FixedPointReading(transform: transform, fractionBits: fractionBits)
    return FixedPoint(code.mapSignals(format, at: name), fractionBits: fractionBits)
  }

  /// Where to assign a number like `form`.
  public static func drain(_ form: FixedPoint, _ sinks: ArraySlice<FieldSink>) -> NumberSink<FixedPoint> {
    NumberSink(form: form, sinks: Array(sinks))
  }

  /// Drives all of `drain`.
  public static func drive(_ drain: NumberSink<FixedPoint>, with value: FixedPoint) { drain <== value }
}

extension Int {
  /// The number, or the nearest one from -`limit` to `limit`.
  fileprivate func clamped(to limit: Int) -> Int { Swift.min(Swift.max(self, -limit), limit) }
}

/// Says in the names of signals where the binary point is.
private struct FixedPointReading: SignalTransform {
  let transform: any SignalTransform
  let fractionBits: Int

  func apply<S: Signal>(_ signal: S, at name: FieldName) -> S {
    let integerBits = signal.declaredWidth - fractionBits
    return transform.apply(
      signal, at: name.reading("\(S.isSigned ? "" : "U")Q(\(integerBits), \(fractionBits))"))
  }
}

extension FixedPoint: FixedPointNumber {
  /// The exact sum: one bit more than the integer bits of both, and the fraction bits of both.
  public static func + (a: FixedPoint, b: FixedPoint) -> FixedPoint { aligned(a, b) { $0 + $1 } }

  /// The exact difference, which has a sign.
  public static func - (a: FixedPoint, b: FixedPoint) -> FixedPoint { aligned(a, b) { $0 - $1 } }

  /// The exact product: integer bits and fraction bits are the sums of those of the factors.
  public static func * (a: FixedPoint, b: FixedPoint) -> FixedPoint {
    FixedPoint(a.code * b.code, fractionBits: a.fractionBits + b.fractionBits)
  }

  /// The number with the other sign, one bit wider.
  public static prefix func - (a: FixedPoint) -> FixedPoint { FixedPoint(-a.code, fractionBits: a.fractionBits) }

  /// 1 when both are the same number.
  public func isEqual(to other: FixedPoint) -> Bit {
    let fractionBits = max(fractionBits, other.fractionBits)
    return code(fractionBits).isEqual(to: other.code(fractionBits))
  }

  /// 1 when this is the smaller number.
  public func isLess(than other: FixedPoint) -> Bit {
    let fractionBits = max(fractionBits, other.fractionBits)
    return code(fractionBits).isLess(than: other.code(fractionBits))
  }

  /// `yes` where the condition is 1, else `no`, in a format that holds both.
  public static func choose(_ condition: Bit, _ yes: FixedPoint, _ no: FixedPoint) -> FixedPoint {
    aligned(yes, no) { Integer.choose(condition, $0, $1) }
  }

  private static func aligned(
    _ a: FixedPoint, _ b: FixedPoint, _ combine: (Integer, Integer) -> Integer
  ) -> FixedPoint {
    let fractionBits = max(a.fractionBits, b.fractionBits)
    return FixedPoint(combine(a.code(fractionBits), b.code(fractionBits)), fractionBits: fractionBits)
  }

  /// The number times 2^`fractionBits`, which is not less than its own.
  private func code(_ fractionBits: Int) -> Integer {
    let zeros = fractionBits - self.fractionBits
    if zeros == 0 { return code }
    switch code {
    case .signed(let value): return .signed(value << zeros)
    case .unsigned(let value): return .unsigned(value << zeros)
    }
  }

  /// The number of `format` that this becomes, in a combinational circuit.
  ///
  /// Equal to ``/NumberFormats/NumberFormat/code(for:rounding:overflow:)`` of the exact value for every code and every
  /// rule; a stochastic rounding takes the one random number that its rule holds.
  public func converted(to format: FixedPointFormat, rounding: RoundingRule, overflow: OverflowRule) -> FixedPoint {
    let cut = fractionBits - format.fractionBits
    let rounded = cut > 0 ? code.number.rounded(shift: cut, rounding) : code(format.fractionBits).number
    return FixedPoint(rounded.narrowed(to: format.codes, overflow), fractionBits: format.fractionBits)
  }
}

extension SInt {
  /// The number divided by 2^`shift` (at least 1) and rounded; one bit wider than what is left of it, at least 2.
  fileprivate func rounded(shift: Int, _ rule: RoundingRule) -> SInt {
    // A sign bit stays above the bits that are cut off.
    let value = extended(to: max(width, shift + 1))
    let floor = value[shift..<value.width].asSigned
    let rest = value[0..<shift].asUnsigned
    guard let roundsUp = roundsUp(floor, rest, rule) else { return floor.extended(to: floor.width + 1) }
    return floor + roundsUp.asUnsigned.extended(to: 2).asSigned
  }

  /// Whether the number above the floor is taken; nil for never.
  private func roundsUp(_ floor: SInt, _ rest: UInt, _ rule: RoundingRule) -> Bit? {
    let half = rest[rest.width - 1]
    let sticky = rest.width > 1 ? rest[0..<(rest.width - 1)].any : nil
    switch rule {
    case .nearestEven: return half & (sticky.map { $0 | floor[0] } ?? floor[0])
    case .nearestAway: return half & (sticky.map { $0 | !isNegative } ?? !isNegative)
    case .towardZero: return isNegative & rest.any
    case .down: return nil
    case .up: return rest.any
    case .stochastic(let noise):
      // Of the magnitude, as the rule says: the fraction of a negative number is what is missing to the number above.
      let magnitude = mux(isNegative, (0 &- rest.extended(to: rest.width + 1)), rest.extended(to: rest.width + 1))
      let fraction = magnitude.truncated(to: rest.width)
      let first =
        noise.bits >= rest.width
        ? (fraction << (noise.bits - rest.width)) : fraction[(rest.width - noise.bits)..<rest.width].asUnsigned
      let carries = (first + UInt(Int(noise.value)))[noise.bits]
      return mux(isNegative, rest.any & !carries, carries)
    }
  }

  /// The number in a range of integers: the nearest one, or the low bits.
  fileprivate func narrowed(to format: IntegerFormat, _ overflow: OverflowRule) -> Integer {
    let width = format.width
    if overflow == .wrapping {
      let bits = width <= self.width ? truncated(to: width) : extended(to: width)
      return format.isSigned ? .signed(bits) : .unsigned(bits.asUnsigned)
    }
    if format.isSigned { return .signed(width <= self.width ? saturated(to: width) : extended(to: width)) }
    // Without its sign, and 0 where there was one.
    let magnitude = asUnsigned.truncated(to: max(1, self.width - 1))
    let limited = width <= magnitude.width ? magnitude.saturated(to: width) : magnitude.extended(to: width)
    return .unsigned(mux(isNegative, 0, limited))
  }
}
