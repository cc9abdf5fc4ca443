import NumberFormats
import Testbench

extension Xoshiro256 {
  /// A code of `format`, of every class as often as arithmetic needs it: zeros, ends of the ranges, infinities, NaN, powers
  /// of two, numbers near 1, and any.
  mutating func code(_ format: Minifloat) -> UInt64 {
    asOneDraw { random in
      let sign = UInt64(random.integer(below: 2)) << UInt64(format.width - 1)
      let fraction = random.bits(format.fractionBits)
      switch random.integer(below: 16) {
      case 0: return sign
      case 1: return sign | format.greatestFiniteCode &+ 1 & (format.codeMask >> 1)
      // NaN, where such codes are NaN.
      case 2: return sign | (UInt64(1) << UInt64(format.exponentBits) - 1) << UInt64(format.fractionBits) | fraction
      case 3: return sign | fraction
      case 4: return sign | format.greatestFiniteCode &- random.bits(2)
      case 5: return sign | (1 << UInt64(format.fractionBits)) &+ random.bits(2)
      case 6: return sign | random.bits(format.exponentBits) << UInt64(format.fractionBits)
      case 7, 8: return sign | format.field(format.bias + random.integer(in: -4...4)) | fraction
      case 9: return random.operand(bits: format.width)
      default: return random.bits(format.width)
      }
    }
  }

  /// A code whose exponent field is `field`, or the nearest one that a finite number has, with any sign and fraction.
  mutating func code(_ format: Minifloat, field: Int) -> UInt64 {
    asOneDraw { random in
      let sign = UInt64(random.integer(below: 2)) << UInt64(format.width - 1)
      return sign | format.field(field) | random.bits(format.fractionBits)
    }
  }

  /// `code` with another sign and low bits, or one of them, or neither.
  mutating func neighbour(of code: UInt64, _ format: Minifloat) -> UInt64 {
    let change = asOneDraw { random in
      UInt64(random.integer(below: 2)) << UInt64(format.width - 1) | random.bits(2) & (format.codeMask >> 1)
    }
    return code ^ change
  }

  fileprivate mutating func bits(_ count: Int) -> UInt64 { next() >> UInt64(64 - count) }
}

extension Minifloat {
  /// The exponent field `field` in its place; within the finite numbers.
  fileprivate func field(_ field: Int) -> UInt64 {
    let greatest = Int(greatestFiniteCode >> UInt64(fractionBits))
    return UInt64(min(max(field, 0), greatest)) << UInt64(fractionBits)
  }

  /// The exponent field of a code.
  func field(of code: UInt64) -> Int { Int(code >> UInt64(fractionBits)) & (1 << exponentBits - 1) }

  /// 1 in each place of the fraction.
  fileprivate var fractionMask: UInt64 { 1 << UInt64(fractionBits) - 1 }

  /// The code with the other sign.
  func negated(_ code: UInt64) -> UInt64 { code ^ 1 << UInt64(width - 1) }
}

/// Draws the operands of a floating point unit: of any class, and of the relations by which results are hard to round.
struct FloatingOperands {
  let format: Minifloat

  /// Two factors; of each fourth pair the product is near one of the ends of the range.
  func factors(_ step: Int, _ random: inout Xoshiro256) -> [UInt64] {
    let a = random.code(format)
    return [a, factor(for: a, isNearEnd: step % 4 == 0, &random)]
  }

  /// A factor that goes with `a`; where wanted, such that the product is near one of the ends of the range.
  func factor(for a: UInt64, isNearEnd: Bool, _ random: inout Xoshiro256) -> UInt64 {
    guard isNearEnd else { return random.code(format) }
    let greatest = Int(format.greatestFiniteCode >> UInt64(format.fractionBits))
    let wanted = random.integer(in: -format.fractionBits - 3...2) + (random.integer(below: 2) == 0 ? 0 : greatest)
    return random.code(format, field: wanted - format.field(of: a) + format.bias)
  }

  /// Two terms; two pairs of three are of exponents so near that both count, and of these some cancel.
  func terms(_ step: Int, _ random: inout Xoshiro256) -> [UInt64] {
    let a = random.code(format)
    switch step % 6 {
    case 0, 1: return [a, random.code(format)]
    case 2: return [a, random.neighbour(of: a, format)]
    default:
      let distance = format.fractionBits + 3
      return [a, random.code(format, field: format.field(of: a) + random.integer(in: -distance...distance))]
    }
  }

  /// Two factors of which the product has one or two digits more than a number, and so is often a tie.
  private func tie(_ random: inout Xoshiro256) -> [UInt64] {
    let middle = format.bias + random.integer(in: -2...2)
    let sesqui = random.code(format, field: middle) & ~format.fractionMask
    return [random.code(format, field: middle), sesqui | 1 << UInt64(format.fractionBits - 1)]
  }

  /// Two factors and an addend; three of four addends are near the product, and of these some cancel it. A power of two, far
  /// below a product that is a tie, decides it by one bit.
  func productAndAddend(_ step: Int, _ random: inout Xoshiro256) -> [UInt64] {
    if step % 8 == 3, format.fractionBits > 1 {
      let pair = tie(&random)
      let product = format.field(of: pair[0]) + format.field(of: pair[1]) - format.bias
      let addend = random.code(format, field: product - random.integer(below: 3 * format.fractionBits + 8))
      return pair + [addend & ~format.fractionMask]
    }
    let pair = factors(step, &random)
    switch step % 8 {
    case 1, 5: return pair + [random.code(format)]
    case 2: return pair + [random.neighbour(of: format.negated(format.multiply(pair[0], pair[1])), format)]
    default:
      let distance = 2 * format.fractionBits + 4
      let product = format.field(of: pair[0]) + format.field(of: pair[1]) - format.bias
      return pair + [random.code(format, field: product + random.integer(in: -distance...distance))]
    }
  }

  /// Pairs of factors whose products are of the ends of the range: great ones all of one sign; one that two halves of it cancel,
  /// in any place; or a tie, the other ones being the least there are.
  func series(_ count: Int, _ random: inout Xoshiro256) -> [[UInt64]] {
    let great = format.greatestFiniteCode
    func near() -> UInt64 { great &- (random.next() >> 62) }
    func signed(_ code: UInt64) -> UInt64 { random.integer(below: 2) == 0 ? code : format.negated(code) }
    let one = UInt64(1) << UInt64(format.fractionBits)
    var pairs: [[UInt64]]
    switch random.integer(below: 3) {
    case 0:
      let sign = random.integer(below: 2) == 0
      pairs = (0..<count).map { _ in [sign ? format.negated(near()) : near(), near()] }
    case 1:
      let (a, b) = (signed(near()), near())
      pairs = [[a, b]] + [[UInt64]](repeating: [format.negated(a), b &- one], count: 2)
      while pairs.count < count {
        pairs.append([signed(random.integer(below: 3) == 0 ? 0 : 1), 1 + random.next() >> 62])
      }
    default:
      pairs = [tie(&random).map(signed)]
      while pairs.count < count { pairs.append([signed(1), random.integer(below: 2) == 0 ? 1 : one]) }
    }
    pairs = Array(pairs.prefix(count))
    for index in pairs.indices.dropFirst() { pairs.swapAt(index, random.integer(below: index + 1)) }
    return pairs
  }

  /// Pairs of factors, all first ones before all second ones; of two sums of three, each second product cancels the one
  /// before it, or nearly.
  func products(_ count: Int, _ step: Int, _ random: inout Xoshiro256) -> [UInt64] {
    if step % 4 == 3 {
      let pairs = series(count, &random)
      return pairs.map { $0[0] } + pairs.map { $0[1] }
    }
    var (a, b): ([UInt64], [UInt64]) = ([], [])
    for term in 0..<count {
      if term % 2 == 1, step % 3 != 0 {
        a.append(random.neighbour(of: format.negated(a[term - 1]), format))
        b.append(step % 3 == 1 ? b[term - 1] : random.neighbour(of: b[term - 1], format))
      } else {
        let pair = factors(step + term, &random)
        a.append(pair[0])
        b.append(pair[1])
      }
    }
    return a + b
  }
}
