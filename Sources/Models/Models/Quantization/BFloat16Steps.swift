import NumberFormats

/// The functions of ``NumericsProfile/Functions/bfloat16Steps``: what additions, products and fused products in bfloat16 give,
/// each rounded, with seeds that are patterns. Sums are of neighbours, then of neighbours of these sums, until one is left; in
/// norms so for 16 classes of features.
enum BFloat16Steps {
  private static func fma(_ a: BFloat16, _ b: BFloat16, _ c: BFloat16) -> BFloat16 {
    BFloat16.fusedMultiplyAdd(a, b, c)
  }

  private static func number(_ value: Double) -> BFloat16 { BFloat16(value) }

  static func sum(_ values: [BFloat16]) -> BFloat16 {
    if values.count <= 1 { return values.first ?? .zero }
    // The greatest power of two below the count: both halves are then made of neighbours.
    var half = 1
    while 2 * half < values.count { half *= 2 }
    return sum(Array(values[..<half])) + sum(Array(values[half...]))
  }

  /// 16 sums, each of the numbers with one place modulo 16; then those at a distance of 8, of 4, of 2 and of 1 are added. So
  /// a machine may have 1, 2, 4, 8 or 16 neighbours side by side.
  static func sumOfClasses(_ values: [BFloat16]) -> BFloat16 {
    combined(
      (0..<16).map { place in
        place < values.count ? sum(stride(from: place, to: values.count, by: 16).map { values[$0] }) : nil
      })
  }

  private static func combined(_ classes: [BFloat16?]) -> BFloat16 {
    var sums = classes
    while sums.count > 1 {
      let half = sums.count / 2
      sums = (0..<half).map { place in
        guard let low = sums[place], let high = sums[place + half] else { return sums[place] ?? sums[place + half] }
        return low + high
      }
    }
    return sums[0] ?? .zero
  }

  /// Rows of a product with weights, inputs × outputs: fused products one after the other in each of the 16 classes of inputs,
  /// these as in ``sumOfClasses(_:)``, then the bias.
  static func product(_ row: [BFloat16], _ weights: [BFloat16], _ bias: [BFloat16]?, outputs: Int) -> [BFloat16] {
    (0..<outputs).map { output in
      var sums = [BFloat16?](repeating: nil, count: 16)
      for (input, x) in row.enumerated() {
        let weight = weights[input * outputs + output]
        sums[input % 16] = sums[input % 16].map { fma(x, weight, $0) } ?? x * weight
      }
      return bias.map { combined(sums) + $0[output] } ?? combined(sums)
    }
  }

  /// n = ⌊x · log2 e + 1/2⌋, r = x − n · ln 2 in two steps, 2^n times the polynomial of degree 5 of e^r; x within ±128.
  static func exp(_ x: BFloat16) -> BFloat16 {
    let limited = BFloat16.maximum(BFloat16.minimum(x, number(128)), number(-128))
    let steps = BFloat16(fma(limited, number(0x1.71547652B82FEp0), number(0.5)).doubleValue.rounded(.down))
    var rest = fma(-steps, number(0.69140625), limited)
    rest = fma(-steps, number(0.0017409305599453), rest)
    var power = fma(rest, number(1.0 / 120), number(1.0 / 24))
    for coefficient in [1.0 / 6, 0.5, 1, 1] { power = fma(power, rest, number(coefficient)) }
    guard !steps.isNaN, !power.isNaN else { return .notANumber }
    return BFloat16(power.doubleValue * Double(sign: .plus, exponent: Int(steps.doubleValue), significand: 1))
  }

  /// The pattern 0x7EF3 − x and two steps y ← y + y · (1 − x · y), bracket and sum rounded once each.
  static func reciprocal(_ x: BFloat16) -> BFloat16 {
    if x.isNaN || x.isZero || x.isInfinite { return BFloat16(1 / x.doubleValue) }
    let sign = x.bitPattern & 0x8000
    let bits = x.bitPattern & 0x7FFF
    var y = BFloat16(bitPattern: sign | (bits > 0x7E73 ? 0 : 0x7EF3 - bits))
    for _ in 0..<2 { y = fma(y, fma(-x, y, .one), y) }
    return y
  }

  /// The pattern 0x5F37 − (x >> 1) and two steps y ← y + y · (1/2 − (x · y / 2) · y), product, bracket and sum rounded once
  /// each.
  static func reciprocalSquareRoot(_ x: BFloat16) -> BFloat16 {
    if x.isNaN || x.isInfinite || x.isZero || x.isNegative {
      return x.isZero && x.isNegative ? BFloat16(-Double.infinity) : BFloat16(1 / x.doubleValue.squareRoot())
    }
    var y = BFloat16(bitPattern: 0x5F37 - (x.bitPattern >> 1))
    for _ in 0..<2 { y = fma(y, fma(-(x * y * number(0.5)), y, number(0.5)), y) }
    return y
  }

  /// 1 / (1 + e^(−x)).
  static func sigmoid(_ x: BFloat16) -> BFloat16 { reciprocal(exp(-x) + .one) }

  static func activation(_ function: GraphOperation.Activation, _ x: BFloat16) -> BFloat16 {
    switch function {
    case .relu: return BFloat16.maximum(x, .zero)
    case .silu:
      let limited = BFloat16.maximum(x, number(-128))
      return limited * sigmoid(limited)
    case .quickGelu:
      let limited = BFloat16.maximum(x, number(-128))
      return limited * sigmoid(limited * number(1.702))
    case .gelu, .geluTanh:
      let limited = BFloat16.maximum(x, number(-16))
      // 2 √(2/π), and that times 0.044715.
      let inner = fma(limited * limited, number(0.07135481627), number(1.5957691216))
      return limited * sigmoid(limited * inner)
    case .tanh: return BFloat16(function.exact(x.doubleValue))
    }
  }

  /// A pair of features turned: a · cos − b · sin and b · cos + a · sin, the products with the cosine rounded, then the fused
  /// products with the sine.
  static func rotated(
    _ a: BFloat16, _ b: BFloat16, cosine: BFloat16, sine: BFloat16
  ) -> (BFloat16, BFloat16) {
    (fma(-b, sine, a * cosine), fma(a, sine, b * cosine))
  }

  /// The row of a norm; without scale and shift 1 and 0.
  static func normalized(
    _ row: [BFloat16], _ scale: [BFloat16]?, _ shift: [BFloat16]?, epsilon: Double, centres: Bool
  ) -> [BFloat16] {
    let share = number(1 / Double(row.count))
    var distances = row
    // Twice: what is left of the mean after its rounding is taken off too.
    for _ in 0..<(centres ? 2 : 0) {
      let mean = sumOfClasses(distances) * share
      distances = distances.map { $0 - mean }
    }
    let factor = reciprocalSquareRoot(fma(sumOfClasses(distances.map { $0 * $0 }), share, number(epsilon)))
    return distances.indices.map { index in
      let normal = distances[index] * factor
      switch (scale?[index], shift?[index]) {
      case (let scale?, let shift?): return fma(normal, scale, shift)
      case (let scale?, nil): return normal * scale
      case (nil, let shift?): return normal + shift
      case (nil, nil): return normal
      }
    }
  }

  /// e^(x − maximum) of a row, and the reciprocal of its sum; 0 where nothing is seen.
  static func softmax(_ row: [BFloat16], isSeen: [Bool]) -> (powers: [BFloat16], reciprocal: BFloat16) {
    var maximum: BFloat16?
    for (score, seen) in zip(row, isSeen) where seen {
      maximum = maximum.map { BFloat16.maximum($0, score) } ?? score
    }
    guard let maximum else { return (row.map { _ in .zero }, .zero) }
    let powers = zip(row, isSeen).map { score, seen in seen ? exp(score - maximum) : .zero }
    let total = sum(powers)
    return (powers, total.isZero ? .zero : reciprocal(total))
  }
}
