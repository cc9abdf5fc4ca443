import NumberFormats

/// How far a bfloat16 implementation of a function is from the real value, over many or all inputs.
///
/// The unit of the last place (ulp) of a result is that of the binade in which the real value lies, and 2^−126, the step from
/// zero to the least number, below that. Results of special operands, and those beyond the range, must be the correctly
/// rounded ones; else the maximum is infinite. Relative errors count real values from 2^−126 on.
public struct FunctionError: Hashable, Sendable {
  /// The greatest error in ulp.
  public private(set) var maximumUlp = 0.0
  /// The mean error in ulp, over finite results.
  public private(set) var meanUlp = 0.0
  /// The greatest absolute error.
  public private(set) var maximumAbsolute = 0.0
  /// The mean absolute error.
  public private(set) var meanAbsolute = 0.0
  /// The greatest relative error.
  public private(set) var maximumRelative = 0.0
  /// The mean relative error.
  public private(set) var meanRelative = 0.0
  /// An input at which the error in ulp is greatest.
  public private(set) var worst = BFloat16.zero
  /// How many inputs were measured.
  public private(set) var count = 0

  /// Measures an implementation against a function over inputs; all 65,536 patterns by default.
  public init(
    of implementation: (BFloat16) -> BFloat16, against function: UnaryFunction,
    over inputs: some Sequence<UInt16> = UInt16.min...UInt16.max
  ) {
    var (finite, normal) = (0, 0)
    for pattern in inputs {
      let x = BFloat16(bitPattern: pattern)
      let found = implementation(x)
      count += 1
      guard let real = function.realValue(x), real.magnitude < 0x1.FFp127 else {
        if found != function(x) { record(.infinity, x) }
        continue
      }
      guard !found.isInfinite, !found.isNaN else {
        record(.infinity, x)
        continue
      }
      let error = (found.doubleValue - real).magnitude
      let ulps = error / Self.ulp(of: real)
      record(ulps, x)
      meanUlp += ulps
      maximumAbsolute = max(maximumAbsolute, error)
      meanAbsolute += error
      finite += 1
      if real.magnitude >= 0x1p-126 {
        maximumRelative = max(maximumRelative, error / real.magnitude)
        meanRelative += error / real.magnitude
        normal += 1
      }
    }
    meanUlp /= Double(max(finite, 1))
    meanAbsolute /= Double(max(finite, 1))
    meanRelative /= Double(max(normal, 1))
  }

  /// The step from one result to the next where the real value lies.
  private static func ulp(of real: Double) -> Double {
    Double(sign: .plus, exponent: real.magnitude < 0x1p-126 ? -126 : Int(real.exponent) - 7, significand: 1)
  }

  /// The error in ulp of one result; infinite for a wrong special one, nil where the real value or the right result is not
  /// finite.
  public static func ulps(of found: BFloat16, at x: BFloat16, against function: UnaryFunction) -> Double? {
    guard let real = function.realValue(x), real.magnitude < 0x1.FFp127 else {
      return found == function(x) ? nil : .infinity
    }
    guard !found.isInfinite, !found.isNaN else { return .infinity }
    return (found.doubleValue - real).magnitude / ulp(of: real)
  }

  private mutating func record(_ ulp: Double, _ x: BFloat16) {
    guard ulp > maximumUlp else { return }
    maximumUlp = ulp
    worst = x
  }
}

extension UnaryFunction {
  /// The real value at a number, within 2^−40 of it; nil where it is not finite or not known in `Double`.
  func realValue(_ x: BFloat16) -> Double? {
    switch value(x.realValue) {
    case .exact(let value): value.number?.doubleValue
    case .ratio(let a, let b): a.doubleValue / b.doubleValue
    case .reciprocalRoot(let number): 1 / number.doubleValue.squareRoot()
    case .real(let number): approximation(number.doubleValue)
    }
  }
}

extension FunctionError: CustomStringConvertible {
  /// `0.500 | 0.125 | 0.0039 | 0.0014`: maximum and mean in ulp, maximum and mean relative, as the tables in comments have it.
  public var description: String {
    "\(maximumUlp.rounded(places: 3)) | \(meanUlp.rounded(places: 3)) | \(maximumRelative.rounded(places: 5))"
      + " | \(meanRelative.rounded(places: 5))"
  }
}

extension Double {
  fileprivate func rounded(places: Int) -> String {
    guard isFinite else { return description }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let digits = String(Int((self * scale).rounded()))
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return padded.dropLast(places) + "." + padded.suffix(places)
  }
}
