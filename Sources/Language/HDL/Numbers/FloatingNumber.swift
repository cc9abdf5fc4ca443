import NumberFormats

/// A floating point number: sign, exponent and fraction of a ``/NumberFormats/Minifloat``, such as bfloat16.
///
/// As a port, `Input<FloatingNumber>` is a plain vector of Verilog; the shape is the format. A subnormal code of a format
/// that flushes them counts as zero wherever it is read.
public struct FloatingNumber: PortElement {
  /// The code.
  public let bits: Bits
  /// What the code means.
  public let format: Minifloat

  /// `bits` read in `format`; they have its width.
  public init(_ bits: Bits, as format: Minifloat) {
    self.bits = bits.checked(width: format.width, as: "a number of format \(format)")
    self.format = format
  }

  /// The shape of a number of this format.
  public static func shape(
    _ format: Minifloat, file: StaticString = #fileID, line: Int = #line
  ) -> FloatingNumber {
    FloatingNumber(.shape(format.width, file: file, line: line), as: format)
  }

  /// The shape of a number of this format.
  public static func form(_ shape: Minifloat) -> FloatingNumber {
    FloatingNumber(.placeholder(shape.width), as: shape)
  }

  /// The same number with another signal.
  public func mapSignals(_ transform: any SignalTransform, at name: FieldName) -> FloatingNumber {
    FloatingNumber(transform.apply(bits, at: name.reading(format)), as: format)
  }

  /// Where to assign a number like `form`.
  public static func drain(
    _ form: FloatingNumber, _ sinks: ArraySlice<FieldSink>
  ) -> NumberSink<FloatingNumber> {
    NumberSink(form: form, sinks: Array(sinks))
  }

  /// Drives all of `drain`.
  public static func drive(_ drain: NumberSink<FloatingNumber>, with value: FloatingNumber) { drain <== value }
}

// What a code is.
extension FloatingNumber {
  /// The sign bit.
  public var signBit: Bit { bits[format.width - 1] }

  /// The biased exponent.
  public var exponentField: UInt { bits[format.fractionBits..<(format.width - 1)].asUnsigned }

  /// The bits after the binary point; nil for a format that has none.
  public var fractionField: UInt? {
    format.fractionBits > 0 ? bits[0..<format.fractionBits].asUnsigned : nil
  }

  /// 1 for a code that is no number.
  public var isNaN: Bit {
    switch format.specials {
    case .ieee: exponentField.all & (fractionField?.any ?? 0)
    case .onlyNaN: bits[0..<(format.width - 1)].all
    case .negativeZeroIsNaN: signBit & !bits[0..<(format.width - 1)].any
    case .none: 0
    }
  }

  /// 1 for an infinity.
  public var isInfinite: Bit {
    format.specials == .ieee ? exponentField.all & !(fractionField?.any ?? 0) : 0
  }

  /// 1 for a zero of either sign, and for a code that is flushed to it.
  public var isZero: Bit {
    if format.subnormals == .flushed {
      return format.specials == .negativeZeroIsNaN ? !exponentField.any & !isNaN : !exponentField.any
    }
    let isMagnitudeZero = !bits[0..<(format.width - 1)].any
    return format.specials == .negativeZeroIsNaN ? isMagnitudeZero & !signBit : isMagnitudeZero
  }

  /// The distance from zero in codes: in the order of the absolute values.
  private var magnitude: UInt {
    let code = bits[0..<(format.width - 1)].asUnsigned
    return format.subnormals == .flushed ? mux(exponentField.any, code, 0) : code
  }

  /// The same number in the code that a result has: subnormals flushed, one NaN.
  public var canonical: FloatingNumber { signed(signBit) }

  /// The number with the other sign; NaN stays NaN.
  public var negated: FloatingNumber { signed(!signBit) }

  private func signed(_ sign: Bit) -> FloatingNumber {
    // −0 is no number of its own where its code is NaN.
    let kept = format.specials == .negativeZeroIsNaN ? sign & !isZero : sign
    let number = concatenate(kept, magnitude.asBits)
    guard let nan = format.canonicalNaN else { return FloatingNumber(number, as: format) }
    return FloatingNumber(mux(isNaN, Bits(Int(bitPattern: Swift.UInt(nan))), number), as: format)
  }
}

extension FloatingNumber: OrderedNumber {
  /// 1 when both are the same number; −0 equals +0, and NaN nothing.
  public func isEqual(to other: FloatingNumber) -> Bit {
    guard let other = read(other) else { return 0 }
    let isSame = (magnitude .== other.magnitude) & (signBit ^ !other.signBit)
    return (isSame | isZero & other.isZero) & !(isNaN | other.isNaN)
  }

  /// 1 when this is the smaller number; 0 where one is NaN.
  public func isLess(than other: FloatingNumber) -> Bit {
    guard let other = read(other) else { return 0 }
    return precedes(other) & !(isZero & other.isZero) & !(isNaN | other.isNaN)
  }

  /// `yes` where the condition is 1, else `no`.
  public static func choose(_ condition: Bit, _ yes: FloatingNumber, _ no: FloatingNumber) -> FloatingNumber {
    mux(condition, yes, no)
  }

  /// The lesser number, −0 being less than +0.
  public static func minimum(
    _ a: FloatingNumber, _ b: FloatingNumber, nan: NaNRule = .propagate
  ) -> FloatingNumber {
    extreme(a, b, nan) { $0.precedes($1) }
  }

  /// The greater number, −0 being less than +0.
  public static func maximum(
    _ a: FloatingNumber, _ b: FloatingNumber, nan: NaNRule = .propagate
  ) -> FloatingNumber {
    extreme(a, b, nan) { $1.precedes($0) }
  }

  private static func extreme(
    _ a: FloatingNumber, _ b: FloatingNumber, _ nan: NaNRule, _ isFirst: (FloatingNumber, FloatingNumber) -> Bit
  ) -> FloatingNumber {
    guard let b = a.read(b) else { return a }
    // The one that is NaN is taken to propagate it, and the other one to ignore it.
    let takesFirst = nan == .propagate ? a.isNaN | isFirst(a, b) & !b.isNaN : b.isNaN | isFirst(a, b) & !a.isNaN
    return mux(takesFirst, a, b).canonical
  }

  /// Whether the code stands before another one in the order of numbers, −0 before +0; neither is NaN.
  private func precedes(_ other: FloatingNumber) -> Bit {
    mux(
      signBit ^ other.signBit, signBit,
      mux(signBit, other.magnitude .< magnitude, magnitude .< other.magnitude))
  }

  /// The other operand, when it has the same format; nil after a diagnostic.
  private func read(_ other: FloatingNumber) -> FloatingNumber? {
    if format == other.format { return other }
    guard let module = bits.module ?? other.bits.module else { return nil }
    module.report(
      .bundleMismatch, "numbers of the formats \(format) and \(other.format) are compared",
      notes: module.notes(value: bits) + module.notes(value: other.bits), fix: Module.formatFix)
    return nil
  }
}
