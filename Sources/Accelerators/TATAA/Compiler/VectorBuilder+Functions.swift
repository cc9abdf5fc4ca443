import NumberFormats

// Functions as sequences of the machine's operations. The figures are of all 65,536 operands; the tests recompute them.
extension VectorBuilder {
  /// a · b + c.
  public mutating func fma(_ a: VectorValue, _ b: VectorValue, _ c: VectorValue) -> VectorValue {
    apply(.fusedMultiplyAdd, a, b, c)
  }

  /// e^x: 12 operations.
  ///
  /// n = ⌊x · log2 e + 1/2⌋; r = x − n · ln 2, ln 2 in two parts of which the first gives no rounding error; 2^n times a
  /// polynomial of degree 5 in r.
  public mutating func exp(_ x: VectorValue) -> VectorValue {
    let limited = apply(.maximum, apply(.minimum, x, .constant(128)), .constant(-128))
    let steps = apply(.floor, fma(limited, .constant(0x1.71547652B82FEp0), .constant(0.5)))
    var rest = fma(-steps, .constant(0.69140625), limited)
    rest = fma(-steps, .constant(0.0017409305599453), rest)
    var power = fma(rest, .constant(1.0 / 120), .constant(1.0 / 24))
    for coefficient in [1.0 / 6, 0.5, 1, 1] { power = fma(power, rest, .constant(coefficient)) }
    return apply(.scale, power, steps)
  }

  /// How a step of Newton's iteration is computed.
  public enum NewtonStep: Hashable, Sendable {
    /// y ← y + y · (1 − x · y) with fused products.
    case fused
    /// Product, difference and product rounded each, as in ``Golden/NewtonReciprocal`` in bfloat16.
    case separate
  }

  /// 1 / x, of ±0, ±∞ and NaN too: a seed, two operations a step or three, and two for the special operands.
  public mutating func reciprocal(
    _ x: VectorValue, steps: Int = 2, _ kind: NewtonStep = .fused
  ) -> VectorValue {
    let seed = apply(.reciprocalSeed, x)
    var (y, bracket) = (seed, seed)
    for _ in 0..<steps {
      if kind == .fused {
        bracket = fma(-x, y, .constant(1))
        y = fma(y, bracket, y)
      } else {
        bracket = apply(.add, .constant(2), -apply(.multiply, x, y))
        y = apply(.multiply, y, bracket)
      }
    }
    return steps == 0 ? seed : unless(notANumber: bracket, y, seed)
  }

  /// 1 / √x, of ±0, ∞, negative numbers and NaN too: a seed, four or five operations a step, and two for the special operands.
  public mutating func reciprocalSquareRoot(
    _ x: VectorValue, steps: Int = 2, _ kind: NewtonStep = .fused
  ) -> VectorValue {
    let seed = apply(.rootSeed, x)
    var (y, bracket) = (seed, seed)
    for _ in 0..<steps {
      let product = apply(.multiply, x, y)
      if kind == .fused {
        bracket = fma(-apply(.multiply, product, .constant(0.5)), y, .constant(0.5))
        y = fma(y, bracket, y)
      } else {
        let half = apply(.multiply, .constant(0.5), apply(.multiply, product, y))
        bracket = apply(.add, .constant(1.5), -half)
        y = apply(.multiply, y, bracket)
      }
    }
    return steps == 0 ? seed : unless(notANumber: bracket, y, seed)
  }

  /// `value`, or `other` where a number is NaN.
  private mutating func unless(
    notANumber number: VectorValue, _ value: VectorValue, _ other: VectorValue
  ) -> VectorValue {
    apply(.select, value, other, apply(.equal, number, number))
  }

  /// 1 / (1 + e^−x): 20 operations.
  public mutating func sigmoid(_ x: VectorValue) -> VectorValue {
    let sum = apply(.add, exp(-x), .constant(1))
    return reciprocal(sum)
  }

  /// x · sigmoid(x): 22 operations.
  public mutating func silu(_ x: VectorValue) -> VectorValue {
    let limited = apply(.maximum, x, .constant(-128))
    return apply(.multiply, limited, sigmoid(limited))
  }

  /// x · sigmoid(1.702 x): 23 operations.
  public mutating func quickGelu(_ x: VectorValue) -> VectorValue {
    let limited = apply(.maximum, x, .constant(-128))
    return apply(.multiply, limited, sigmoid(apply(.multiply, limited, .constant(1.702))))
  }

  /// GELU in its form with tanh, as x · sigmoid(x · (2 √(2/π) + 0.07135 x²)): 25 operations.
  public mutating func gelu(_ x: VectorValue) -> VectorValue {
    let limited = apply(.maximum, x, .constant(-16))
    let square = apply(.multiply, limited, limited)
    let inner = fma(square, .constant(0.07135481627), .constant(1.5957691216))
    return apply(.multiply, limited, sigmoid(apply(.multiply, limited, inner)))
  }

  /// The sum of numbers that come one after the other: of neighbours, then of neighbours of these sums, until one is left.
  /// So many results are held as the count has binary digits.
  public mutating func sum(
    count: Int, _ number: (inout VectorBuilder, Int) -> VectorValue
  ) -> VectorValue {
    var sum = NeighbourSum()
    for index in 0..<count { sum.add(number(&self, index), &self) }
    return sum.total(&self) ?? .constant(0)
  }
}
