import NumberFormats

/// DynaTran's run-time pruning: an element is kept where |x| > τ, strictly, and is +0 elsewhere.
///
/// τ = 0 switches pruning off: every element is kept as it is, zeros too, so that the result is bit for bit the dense one.
/// NaN is kept. Source: S. Tuli, N. K. Jha, AccelTran, 2023, section III-A.
public enum DynaTran {
  /// Which bfloat16 numbers are kept; the sign of τ is ignored, a τ of NaN prunes nothing.
  public static func mask(_ values: [BFloat16], threshold: BFloat16) -> [Bool] {
    let limit = threshold.magnitude
    guard !limit.isZero, !limit.isNaN else { return values.map { _ in true } }
    return values.map { value in
      switch value.magnitude.compared(to: limit) {
      case .greater, nil: true
      case .less, .equal: false
      }
    }
  }

  /// Which integers are kept.
  public static func mask<Element: FixedWidthInteger>(_ values: [Element], threshold: Element.Magnitude) -> [Bool] {
    values.map { threshold == 0 || $0.magnitude > threshold }
  }

  /// Which codes of a floating point format are kept; the sign of τ is ignored, a τ of NaN prunes nothing.
  public static func mask(codes: [UInt64], in format: Minifloat, threshold: UInt64) -> [Bool] {
    func magnitude(_ code: UInt64) -> RealValue {
      format.value(of: code).sign == .minus ? -format.value(of: code) : format.value(of: code)
    }
    let limit = magnitude(threshold)
    if limit == .notANumber || limit == .zero(.plus) { return codes.map { _ in true } }
    return codes.map { code in
      switch magnitude(code).compared(to: limit) {
      case .greater, nil: true
      case .less, .equal: false
      }
    }
  }

  /// Which codes of an integer format are kept; τ is a magnitude of as many bits, without a sign.
  public static func mask(codes: [UInt64], in format: IntegerFormat, threshold: UInt64) -> [Bool] {
    codes.map { code in
      let magnitude = format.isSigned ? format.integer(of: code).magnitude : code
      return threshold == 0 || magnitude > threshold
    }
  }

  /// The numbers with the pruned ones as +0.
  public static func pruned(_ values: [BFloat16], threshold: BFloat16) -> [BFloat16] {
    zip(values, mask(values, threshold: threshold)).map { $1 ? $0 : .zero }
  }

  /// The integers with the pruned ones as 0.
  public static func pruned<Element: FixedWidthInteger>(
    _ values: [Element], threshold: Element.Magnitude
  ) -> [Element] {
    zip(values, mask(values, threshold: threshold)).map { $1 ? $0 : 0 }
  }
}
