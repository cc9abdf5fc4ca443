import HDL
import NumberFormats

/// Two floating point numbers of one format, with what decides their order: every value has a name.
struct FloatingOrder {
  /// A number as its order needs it.
  private struct Side {
    let number: FloatingNumber
    let sign: Bit
    let isNaN: Bit
    let isZero: Bit
    /// The distance from zero in codes.
    let magnitude: UInt
    /// The code that a result has: subnormals flushed; nothing is said of NaN.
    let code: Bits

    init(_ number: FloatingNumber, _ name: String) {
      let format = number.format
      let distance = number.bits[0..<(format.width - 1)].asUnsigned
      self.number = number
      sign = number.signBit
      isNaN = format.canonicalNaN == nil ? 0 : number.isNaN.named("\(name)_is_nan")
      isZero = number.isZero.named("\(name)_is_zero")
      guard format.subnormals == .flushed else {
        magnitude = distance
        code = number.bits
        return
      }
      magnitude = mux(isZero, 0, distance).named("\(name)_magnitude")
      // The one zero of a format in which the code of −0 is NaN.
      let resultSign = format.specials == .negativeZeroIsNaN ? sign & !isZero : sign
      code = concatenate(resultSign, magnitude.asBits).named("\(name)_code")
    }
  }

  private let a, b: Side
  private let signsDiffer, areZero: Bit
  /// 1 where a stands before b, −0 before +0; neither is NaN.
  private let aPrecedes: Bit
  /// 1 when one of them is NaN.
  let isUnordered: Bit

  /// The order of two numbers of one format; `names` are theirs.
  init(_ a: FloatingNumber, _ b: FloatingNumber, names: (a: String, b: String)) {
    (self.a, self.b) = (Side(a, names.a), Side(b, names.b))
    let (a, b) = (self.a, self.b)
    isUnordered = a.number.format.canonicalNaN == nil ? 0 : (a.isNaN | b.isNaN).named("either_is_nan")
    let isNearer = (a.magnitude .< b.magnitude).named("\(names.a)_is_nearer_to_zero")
    let isFarther = (b.magnitude .< a.magnitude).named("\(names.b)_is_nearer_to_zero")
    signsDiffer = (a.sign ^ b.sign).named("signs_differ")
    areZero = (a.isZero & b.isZero).named("both_are_zero")
    aPrecedes = mux(signsDiffer, a.sign, mux(a.sign, isFarther, isNearer))
      .named("\(names.a)_precedes_\(names.b)")
  }

  /// 1 when a is the smaller number; 0 where one is NaN.
  var isLess: Bit { aPrecedes & !areZero & !isUnordered }

  /// 1 when both are the same number; −0 equals +0, and NaN nothing.
  var isEqual: Bit { ((a.magnitude .== b.magnitude) & !signsDiffer | areZero) & !isUnordered }

  /// The lesser number, −0 being less than +0, as a result is written.
  func minimum(_ rule: NaNRule) -> FloatingNumber { extreme(rule, takesA: aPrecedes, "takes_a_as_minimum") }

  /// The greater number, −0 being less than +0, as a result is written.
  func maximum(_ rule: NaNRule) -> FloatingNumber { extreme(rule, takesA: !aPrecedes, "takes_a_as_maximum") }

  private func extreme(_ rule: NaNRule, takesA: Bit, _ name: String) -> FloatingNumber {
    let format = a.number.format
    guard let nan = format.canonicalNaN else {
      return FloatingNumber(mux(takesA, a.code, b.code), as: format)
    }
    let code = Bits(Int(bitPattern: Swift.UInt(nan)))
    switch rule {
    case .propagate: return FloatingNumber(mux(isUnordered, code, mux(takesA, a.code, b.code)), as: format)
    case .ignore:
      let takesA = (b.isNaN | takesA & !a.isNaN).named(name)
      return FloatingNumber(mux(a.isNaN & b.isNaN, code, mux(takesA, a.code, b.code)), as: format)
    }
  }
}
