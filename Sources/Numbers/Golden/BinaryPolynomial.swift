/// A polynomial over the field of two elements, of degree 1 to 64, with constant term 1.
public struct BinaryPolynomial: Hashable, Sendable {
  /// The degree.
  public let degree: Int
  /// Bit e is 1 where x to the power e has coefficient 1; the leading term is left out.
  public let low: UInt64

  /// x to the powers `exponents`, added up, plus 1. The first exponent is the greatest.
  public init(exponents: [Int]) {
    precondition(exponents.first.map { (1...64).contains($0) } == true, "a polynomial of degree 1 to 64: \(exponents)")
    degree = exponents[0]
    low = exponents.dropFirst().reduce(1) { $0 | 1 << UInt64($1) }
  }

  private var mask: UInt64 { .max >> UInt64(64 - degree) }

  /// `value` times x, modulo the polynomial; bit e of a value is the coefficient of x to the power e.
  public func timesX(_ value: UInt64) -> UInt64 {
    let overflows = value >> UInt64(degree - 1) & 1 == 1
    return (value << 1 & mask) ^ (overflows ? low : 0)
  }

  /// The product of two values modulo the polynomial.
  public func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var (result, shifted): (UInt64, UInt64) = (0, a)
    for bit in 0..<degree {
      if b >> UInt64(bit) & 1 == 1 { result ^= shifted }
      shifted = timesX(shifted)
    }
    return result
  }

  /// x to the power `exponent` modulo the polynomial.
  public func powerOfX(_ exponent: UInt64) -> UInt64 {
    var (result, square, rest) = (UInt64(1), timesX(1), exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = product(result, square) }
      square = product(square, square)
      rest >>= 1
    }
    return result
  }

  /// Whether x runs through all values but zero: its order is 2ⁿ − 1 and no proper divisor of it.
  public var isPrimitive: Bool {
    guard powerOfX(mask) == 1 else { return false }
    return primeFactors(of: mask).allSatisfy { powerOfX(mask / $0) != 1 }
  }

  /// The next value of the sequence that has this as its characteristic polynomial: s(t + n) from s(t) to s(t + n − 1),
  /// of which bit i holds s(t + i).
  public func nextTerm(after terms: UInt64) -> UInt64 { UInt64((terms & low).nonzeroBitCount & 1) }
}

/// The distinct prime factors of `number` in rising order; none for 1.
///
/// Trial division up to a million, then Pollard's rho for what is left, with primality proved by the Miller–Rabin test to
/// the first twelve primes, which decides for all 64-bit numbers.
public func primeFactors(of number: UInt64) -> [UInt64] {
  var factors: Set<UInt64> = []
  var rest = number
  var divisor: UInt64 = 2
  while divisor < 1_000_000, divisor * divisor <= rest {
    while rest % divisor == 0 {
      factors.insert(divisor)
      rest /= divisor
    }
    divisor += 1
  }
  var pending = rest > 1 ? [rest] : []
  while let part = pending.popLast() {
    if isPrime(part) {
      factors.insert(part)
    } else {
      let divisor = properDivisor(of: part)
      pending += [divisor, part / divisor]
    }
  }
  return factors.sorted()
}

/// Whether `number` is a prime.
public func isPrime(_ number: UInt64) -> Bool {
  let bases: [UInt64] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]
  guard number > 1 else { return false }
  if let divisor = bases.first(where: { number % $0 == 0 }) { return number == divisor }
  let twos = (number - 1).trailingZeroBitCount
  return bases.allSatisfy { base in
    var power = modularPower(base, (number - 1) >> UInt64(twos), number)
    if power == 1 || power == number - 1 { return true }
    for _ in 1..<max(2, twos) {
      power = modularProduct(power, power, number)
      if power == number - 1 { return true }
    }
    return false
  }
}

/// A divisor of a composite number other than 1 and itself.
private func properDivisor(of number: UInt64) -> UInt64 {
  var increment: UInt64 = 1
  while true {
    var (slow, fast, divisor): (UInt64, UInt64, UInt64) = (2, 2, 1)
    func step(_ value: UInt64) -> UInt64 {
      let square = modularProduct(value, value, number)
      return square >= number - increment ? square - (number - increment) : square + increment
    }
    while divisor == 1 {
      slow = step(slow)
      fast = step(step(fast))
      divisor = greatestCommonDivisor(slow > fast ? slow - fast : fast - slow, number)
    }
    if divisor != number { return divisor }
    increment += 1
  }
}

private func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}

private func modularProduct(_ a: UInt64, _ b: UInt64, _ modulus: UInt64) -> UInt64 {
  modulus.dividingFullWidth(a.multipliedFullWidth(by: b)).remainder
}

private func modularPower(_ base: UInt64, _ exponent: UInt64, _ modulus: UInt64) -> UInt64 {
  var (result, square, rest) = (UInt64(1), base % modulus, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result = modularProduct(result, square, modulus) }
    square = modularProduct(square, square, modulus)
    rest >>= 1
  }
  return result
}
