/// A binary floating point format of 1 to 11 exponent bits and 0 to 52 fraction bits, with a sign.
///
/// A code holds sign, exponent field E and fraction field F, most significant first. With b the bias and p the fraction bits,
/// E > 0 stands for ±2^(E − b) · (1 + F / 2^p) and E = 0 for ±2^(1 − b) · F / 2^p, save what ``specials`` takes away.
public struct Minifloat: Hashable, Sendable {
  /// What becomes of numbers below the least normal one.
  public enum Subnormals: Hashable, Sendable {
    /// They exist, as IEEE 754 has them.
    case kept
    /// They are zero of their sign, when read and when written. A result is judged after it is rounded as if the exponent had
    /// no lower limit, whatever the rounding rule.
    case flushed
  }

  /// Which codes stand for infinities and NaN.
  public enum Specials: Hashable, Sendable {
    /// The greatest exponent field is infinity with F = 0, and NaN else: IEEE 754. NaN is written as +, F = 100…0.
    case ieee
    /// All bits after the sign 1 is NaN; no infinity: "FN" of OCP's 8-bit formats. NaN is written with sign +.
    case onlyNaN
    /// The code of −0 is NaN; no infinity and no −0: "FNUZ".
    case negativeZeroIsNaN
    /// Every code is a number; NaN is written as +0.
    case none
  }

  /// The number of exponent bits, 1 to 11.
  public let exponentBits: Int
  /// The number of fraction bits, 0 to 52.
  public let fractionBits: Int
  /// What is subtracted from the exponent field.
  public let bias: Int
  /// What becomes of numbers below the least normal one.
  public let subnormals: Subnormals
  /// Which codes stand for infinities and NaN.
  public let specials: Specials

  /// Makes a format; the bias is 2^(exponentBits − 1) − 1 when none is given.
  ///
  /// - Throws: ``MinifloatError`` when the fields are out of range, or leave no normal number beside the specials.
  public init(
    exponentBits: Int, fractionBits: Int, bias: Int? = nil, subnormals: Subnormals = .kept, specials: Specials = .ieee
  ) throws(MinifloatError) {
    guard (1...11).contains(exponentBits), (0...52).contains(fractionBits) else {
      throw .fields(exponentBits: exponentBits, fractionBits: fractionBits)
    }
    if let bias, abs(bias) > 4096 { throw .bias(bias) }
    switch specials {
    case .ieee where exponentBits < 2 || fractionBits < 1: throw .noRoomForSpecials(specials)
    case .onlyNaN where exponentBits + fractionBits < 3: throw .noRoomForSpecials(specials)
    default: break
    }
    self.init(checked: exponentBits, fractionBits, bias ?? (1 << (exponentBits - 1)) - 1, subnormals, specials)
  }

  private init(
    checked exponentBits: Int, _ fractionBits: Int, _ bias: Int, _ subnormals: Subnormals, _ specials: Specials
  ) {
    self.exponentBits = exponentBits
    self.fractionBits = fractionBits
    self.bias = bias
    self.subnormals = subnormals
    self.specials = specials
  }

  /// bfloat16 as the hardware treats it: subnormal numbers flushed. ``BFloat16`` is its value type.
  public static let bfloat16 = Minifloat(checked: 8, 7, 127, .flushed, .ieee)
  /// bfloat16 with 8 more fraction bits, 24 bits in all: for what is between two operations.
  public static let bfloat16Extended = Minifloat(checked: 8, 15, 127, .flushed, .ieee)
  /// IEEE 754 binary16.
  public static let float16 = Minifloat(checked: 5, 10, 15, .kept, .ieee)
  /// IEEE 754 binary16 with subnormal numbers flushed.
  public static let float16Flushed = Minifloat(checked: 5, 10, 15, .flushed, .ieee)
  /// OCP's 8-bit E4M3: greatest number 448, no infinity.
  public static let float8E4M3 = Minifloat(checked: 4, 3, 7, .kept, .onlyNaN)
  /// OCP's 8-bit E5M2: greatest number 57344.
  public static let float8E5M2 = Minifloat(checked: 5, 2, 15, .kept, .ieee)
  /// OCP's 6-bit E3M2: greatest number 28.
  public static let float6E3M2 = Minifloat(checked: 3, 2, 3, .kept, .none)
  /// OCP's 6-bit E2M3: greatest number 7.5.
  public static let float6E2M3 = Minifloat(checked: 2, 3, 1, .kept, .none)
  /// OCP's 4-bit E2M1: greatest number 6.
  public static let float4E2M1 = Minifloat(checked: 2, 1, 1, .kept, .none)
  /// IEEE 754 binary32.
  public static let float32 = Minifloat(checked: 8, 23, 127, .kept, .ieee)
  /// IEEE 754 binary64.
  public static let float64 = Minifloat(checked: 11, 52, 1023, .kept, .ieee)
}

extension Minifloat {
  /// The exponent of the least normal numbers.
  public var leastExponent: Int { 1 - bias }

  private var fractionMask: UInt64 { (1 << UInt64(fractionBits)) - 1 }
  private var signBit: UInt64 { 1 << UInt64(exponentBits + fractionBits) }
  private var greatestField: UInt64 { (1 << UInt64(exponentBits)) - 1 }

  /// The code of the greatest finite number.
  public var greatestFiniteCode: UInt64 {
    switch specials {
    case .ieee: greatestField << UInt64(fractionBits) - 1
    case .onlyNaN: signBit - 2
    case .negativeZeroIsNaN, .none: signBit - 1
    }
  }

  /// The code in which NaN is written; nil where the format has none.
  public var canonicalNaN: UInt64? {
    switch specials {
    case .ieee: greatestField << UInt64(fractionBits) | 1 << UInt64(fractionBits - 1)
    case .onlyNaN: signBit - 1
    case .negativeZeroIsNaN: signBit
    case .none: nil
    }
  }

  private var hasInfinity: Bool { specials == .ieee }
}

extension Minifloat: NumberFormat {
  /// Sign, exponent and fraction bits.
  public var width: Int { 1 + exponentBits + fractionBits }

  /// What a code stands for, exactly.
  public func value(of code: UInt64) -> RealValue {
    let sign: FloatingPointSign = code & signBit != 0 ? .minus : .plus
    let magnitude = code & (signBit - 1)
    let field = magnitude >> UInt64(fractionBits)
    let fraction = magnitude & fractionMask
    switch specials {
    case .ieee where field == greatestField: return fraction == 0 ? .infinity(sign) : .notANumber
    case .onlyNaN where magnitude == signBit - 1: return .notANumber
    case .negativeZeroIsNaN where magnitude == 0 && sign == .minus: return .notANumber
    default: break
    }
    if magnitude == 0 || field == 0 && subnormals == .flushed {
      return .zero(specials == .negativeZeroIsNaN ? .plus : sign)
    }
    let significand = field == 0 ? fraction : fraction | 1 << UInt64(fractionBits)
    return .finite(
      Dyadic(
        isNegative: sign == .minus, magnitude: BigMagnitude(significand),
        exponent: Int(max(field, 1)) - bias - fractionBits))
  }

  /// The code of a value, rounded once. Overflow is decided after rounding as if the exponent had no upper limit.
  public func code(for value: RealValue, rounding: RoundingRule, overflow: OverflowRule) -> UInt64 {
    let sign = value.sign == .minus ? signBit : 0
    switch value {
    case .zero: return signedZero(sign)
    case .notANumber: return canonicalNaN ?? 0
    case .infinity: return beyond(sign, overflow)
    case .finite(let number): return code(for: number, sign, rounding, overflow)
    }
  }

  private func code(for number: Dyadic, _ sign: UInt64, _ rounding: RoundingRule, _ overflow: OverflowRule) -> UInt64 {
    var binade = number.binade
    if subnormals == .kept { binade = max(binade, leastExponent) }
    // A number that far away has too many bits to be shifted; any number beyond the range stands for it.
    if binade > leastExponent + 2 + Int(greatestField) { return beyond(sign, rounding, overflow) }
    var significand = number.multiple(ofPowerOfTwo: binade - fractionBits, rounding: rounding).word ?? 0
    if significand >> UInt64(fractionBits) > 1 {
      significand >>= 1
      binade += 1
    }
    let isNormal = significand >> UInt64(fractionBits) == 1
    if isNormal && binade < leastExponent { return signedZero(sign) }
    let field = isNormal ? binade + bias : 0
    let magnitude = UInt64(max(field, 0)) << UInt64(fractionBits) | significand & fractionMask
    if field > Int(greatestField) || magnitude > greatestFiniteCode { return beyond(sign, rounding, overflow) }
    return magnitude == 0 ? signedZero(sign) : sign | magnitude
  }

  private func signedZero(_ sign: UInt64) -> UInt64 { specials == .negativeZeroIsNaN ? 0 : sign }

  private func beyond(_ sign: UInt64, _ rounding: RoundingRule, _ overflow: OverflowRule) -> UInt64 {
    switch rounding {
    case .towardZero: sign | greatestFiniteCode
    case .down where sign == 0, .up where sign != 0: sign | greatestFiniteCode
    default: beyond(sign, overflow)
    }
  }

  private func beyond(_ sign: UInt64, _ overflow: OverflowRule) -> UInt64 {
    guard overflow != .saturating else { return sign | greatestFiniteCode }
    return hasInfinity ? sign | greatestField << UInt64(fractionBits) : canonicalNaN ?? sign | greatestFiniteCode
  }

  /// The last place of a binade; of the least normal numbers for what is below them, unless subnormal numbers are flushed.
  public func quantum(atBinade binade: Int) -> Int {
    (subnormals == .kept ? max(binade, leastExponent) : binade) - fractionBits
  }

  /// `E4M3`, with the bias where it is not the usual one, and what differs from IEEE 754.
  public var description: String {
    let usual = (1 << (exponentBits - 1)) - 1
    let ending =
      switch specials {
      case .ieee: ""
      case .onlyNaN: "FN"
      case .negativeZeroIsNaN: "FNUZ"
      case .none: " without specials"
      }
    return "E\(exponentBits)M\(fractionBits)\(ending)" + (bias == usual ? "" : " bias \(bias)")
      + (subnormals == .flushed ? " flushed" : "")
  }
}

extension Minifloat: CustomReflectable {
  /// No parts: in the name of a module a format is one parameter.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a floating point format cannot be made.
public enum MinifloatError: Error, Hashable, CustomStringConvertible {
  /// The exponent bits are not 1 to 11, or the fraction bits not 0 to 52.
  case fields(exponentBits: Int, fractionBits: Int)
  /// The bias is not −4096 to 4096.
  case bias(Int)
  /// The infinities and NaN would leave no normal number.
  case noRoomForSpecials(Minifloat.Specials)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .fields(let exponentBits, let fractionBits):
      "a floating point format has 1 to 11 exponent bits and 0 to 52 fraction bits, not \(exponentBits) and \(fractionBits)"
    case .bias(let bias): "a bias is -4096 to 4096, not \(bias)"
    case .noRoomForSpecials(let specials):
      "the format has too few bits for the specials \(specials): give more bits, or specials .none"
    }
  }
}
