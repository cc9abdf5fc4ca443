import NumberFormats

/// Functions to any number of bits after the binary point, by their series, in exact arithmetic cut off after some guard
/// bits.
///
/// Every result is within 2^(8 − bits) of the real value where the value is below 2^8; exp keeps as many bits more as its
/// result has before the point. For the few arguments at which `Double` cannot decide a rounding, and for tests.
struct HighPrecision {
  /// The bits after the point.
  let bits: Int

  private var guarded: Int { bits + 32 }

  func extended(by more: Int) -> HighPrecision { HighPrecision(bits: bits + more) }

  private func cut(_ x: Dyadic) -> Dyadic { x.rounded(toMultipleOfPowerOfTwo: -guarded, .towardZero) }

  func product(_ a: Dyadic, _ b: Dyadic) -> Dyadic { cut(a * b) }

  func quotient(_ a: Dyadic, _ b: Dyadic) -> Dyadic { Dyadic.quotient(a, b, quantum: -guarded) }

  private func integer(_ value: Int) -> Dyadic { Dyadic(Int64(value)) }

  /// Σ (±1)^n z^(2n + 1) / (2n + 1): arctangent or its hyperbolic twin, for |z| ≤ 1/2.
  private func arcTangentSeries(_ z: Dyadic, alternating: Bool) -> Dyadic {
    let square = product(z, z)
    var (power, sum, n) = (cut(z), Dyadic.zero, 0)
    while !power.isZero {
      let term = quotient(power, integer(2 * n + 1))
      sum = alternating && n & 1 == 1 ? sum - term : sum + term
      power = product(power, square)
      n += 1
    }
    return sum
  }

  private func inverse(_ n: Int) -> Dyadic { quotient(.one, integer(n)) }

  /// ln 2 = 18 artanh(1/26) − 2 artanh(1/4801) + 8 artanh(1/8749).
  var logarithmOfTwo: Dyadic {
    integer(18) * arcTangentSeries(inverse(26), alternating: false)
      - integer(2) * arcTangentSeries(inverse(4801), alternating: false)
      + integer(8) * arcTangentSeries(inverse(8749), alternating: false)
  }

  /// π = 16 arctan(1/5) − 4 arctan(1/239), by J. Machin.
  var pi: Dyadic {
    integer(16) * arcTangentSeries(inverse(5), alternating: true)
      - integer(4) * arcTangentSeries(inverse(239), alternating: true)
  }

  /// e^x.
  func exp(_ x: Dyadic) -> Dyadic {
    let quotient = (x.doubleValue * 1.4426950408889634).rounded()
    let wide = extended(by: max(0, Int(quotient)) + 32)
    let rest = x - Dyadic(Int64(quotient)) * wide.extended(by: 16).logarithmOfTwo
    // e^(r / 2^8), squared eight times.
    let small = wide.cut(rest.scaled(byPowerOfTwo: -8))
    var (term, sum, n) = (Dyadic.one, Dyadic.one, 1)
    while !term.isZero {
      term = wide.cut(wide.quotient(wide.product(term, small), integer(n)))
      sum = sum + term
      n += 1
    }
    for _ in 0..<8 { sum = wide.product(sum, sum) }
    return sum.scaled(byPowerOfTwo: Int(quotient))
  }

  /// ln x, for x > 0: e · ln 2 + 2 artanh((m − 1) / (m + 1)) with x = m · 2^e and 3/4 ≤ m < 3/2.
  func log(_ x: Dyadic) -> Dyadic {
    var exponent = x.binade
    if x.scaled(byPowerOfTwo: -exponent) >= Dyadic(3 as Int64, exponent: -1) { exponent += 1 }
    let m = x.scaled(byPowerOfTwo: -exponent)
    let artanh = arcTangentSeries(quotient(m - .one, m + .one), alternating: false)
    return integer(exponent) * extended(by: 16).logarithmOfTwo + artanh.scaled(byPowerOfTwo: 1)
  }

  /// 1 / (1 + e^−x).
  func sigmoid(_ x: Dyadic) -> Dyadic {
    // With a power not above 1, of which no bits stand before the point.
    let power = exp(-x.absolute)
    return x.isNegative ? quotient(power, .one + power) : quotient(.one, .one + power)
  }

  /// tanh x = ±(1 − e^(−2|x|)) / (1 + e^(−2|x|)).
  func tanh(_ x: Dyadic) -> Dyadic {
    let power = exp(-x.absolute.scaled(byPowerOfTwo: 1))
    let tanh = quotient(.one - power, .one + power)
    return x.isNegative ? -tanh : tanh
  }

  /// Φ(x) = 1/2 + e^(−x²/2) / √(2π) · Σ x^(2n + 1) / (1 · 3 · 5 ⋯ (2n + 1)), for |x| ≤ 150.
  func normalDistribution(_ x: Dyadic) -> Dyadic {
    // The terms grow to e^(x²/2) before they fall.
    let square = x * x
    let wide = extended(by: Int(square.doubleValue * 0.7213475204444817) + 32)
    var (term, sum, n) = (wide.cut(x), wide.cut(x), 1)
    while !term.isZero {
      term = wide.cut(wide.quotient(wide.product(term, square), integer(2 * n + 1)))
      sum = sum + term
      n += 1
    }
    let density = wide.quotient(
      wide.exp(-square.scaled(byPowerOfTwo: -1)),
      Dyadic.squareRoot(ofQuotient: wide.extended(by: 16).pi.scaled(byPowerOfTwo: 1), quantum: -wide.guarded))
    return Dyadic(1 as Int64, exponent: -1) + wide.product(density, sum)
  }

  /// 2 √(2/π) · (x + 0.044715 x³).
  func geluArgument(_ x: Dyadic) -> Dyadic {
    let root = Dyadic.squareRoot(ofQuotient: integer(8), extended(by: 16).pi, quantum: -guarded)
    let cubic = quotient(integer(44715) * x * x * x, integer(1_000_000))
    return root * (x + cubic)
  }

  /// cos x and sin x, for |x| < 2^32.
  func cosineAndSine(_ x: Dyadic) -> (cosine: Dyadic, sine: Dyadic) {
    // By multiples of π/2, then series for |r| ≤ π/4.
    let quarters = Int((x.doubleValue * 2 / Double.pi).rounded())
    let rest = cut(x - integer(quarters) * extended(by: 48).pi.scaled(byPowerOfTwo: -1))
    let square = product(rest, rest)
    func series(_ first: Dyadic, _ start: Int) -> Dyadic {
      var (term, sum, n) = (first, first, start)
      while !term.isZero {
        term = cut(-quotient(product(term, square), integer((n + 1) * (n + 2))))
        sum = sum + term
        n += 2
      }
      return sum
    }
    let (cosine, sine) = (series(.one, 0), series(rest, 1))
    switch quarters & 3 {
    case 0: return (cosine, sine)
    case 1: return (-sine, cosine)
    case 2: return (-cosine, -sine)
    default: return (sine, -cosine)
    }
  }
}
