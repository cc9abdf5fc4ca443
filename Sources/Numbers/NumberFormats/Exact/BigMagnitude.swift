/// A non-negative integer of any size, for arithmetic that must not round.
///
/// The low 64 bits stand in line, so that a number which fits them needs no storage of its own.
package struct BigMagnitude: Hashable, Sendable {
  private(set) var low: UInt64
  /// The bits from 64 on, least word first; the last word is not 0.
  private(set) var high: [UInt64]

  /// A number of one word.
  package init(_ value: UInt64) {
    low = value
    high = []
  }

  /// A number of words, least first.
  package init(words: [UInt64]) {
    let used = (words.lastIndex { $0 != 0 } ?? -1) + 1
    low = used > 0 ? words[0] : 0
    high = used > 1 ? Array(words[1..<used]) : []
  }

  /// 2^exponent.
  package static func powerOfTwo(_ exponent: Int) -> BigMagnitude { BigMagnitude(1) << exponent }

  package static let zero = BigMagnitude(0)

  var words: [UInt64] { high.isEmpty ? [low] : [low] + high }
  /// The number, when one word holds it.
  package var word: UInt64? { high.isEmpty ? low : nil }
  package var isZero: Bool { low == 0 && high.isEmpty }
  package var isOdd: Bool { low & 1 == 1 }

  /// The number of bits without leading zeros; 0 for zero.
  package var bitWidth: Int {
    high.isEmpty ? 64 - low.leadingZeroBitCount : 64 * (high.count + 1) - high[high.count - 1].leadingZeroBitCount
  }

  /// The number of zero bits below the lowest 1; 0 for zero.
  package var trailingZeroBitCount: Int {
    if low != 0 { return low.trailingZeroBitCount }
    guard let index = high.firstIndex(where: { $0 != 0 }) else { return 0 }
    return 64 * (index + 1) + high[index].trailingZeroBitCount
  }

  /// Whether a 1 stands below bit `count`.
  package func hasBits(below count: Int) -> Bool { !isZero && trailingZeroBitCount < count }

  /// The number modulo 2^count, for `count` up to 64.
  package func lowBits(_ count: Int) -> UInt64 { count >= 64 ? low : low & ((1 << UInt64(count)) &- 1) }
}

extension BigMagnitude: Comparable {
  package static func < (a: BigMagnitude, b: BigMagnitude) -> Bool {
    if a.high.count != b.high.count { return a.high.count < b.high.count }
    for index in stride(from: a.high.count - 1, through: 0, by: -1) where a.high[index] != b.high[index] {
      return a.high[index] < b.high[index]
    }
    return a.low < b.low
  }
}

extension BigMagnitude {
  package static func + (a: BigMagnitude, b: BigMagnitude) -> BigMagnitude {
    if a.high.isEmpty && b.high.isEmpty {
      let (sum, overflow) = a.low.addingReportingOverflow(b.low)
      return overflow ? BigMagnitude(words: [sum, 1]) : BigMagnitude(sum)
    }
    let (long, short) = a.high.count >= b.high.count ? (a.words, b.words) : (b.words, a.words)
    var sum = long
    var carry: UInt64 = 0
    for index in 0..<long.count {
      let other = index < short.count ? short[index] : 0
      let (first, overflow) = long[index].addingReportingOverflow(other)
      let (second, overflowToo) = first.addingReportingOverflow(carry)
      sum[index] = second
      carry = overflow || overflowToo ? 1 : 0
    }
    if carry != 0 { sum.append(carry) }
    return BigMagnitude(words: sum)
  }

  /// The difference of a number and one that is not greater.
  package static func - (a: BigMagnitude, b: BigMagnitude) -> BigMagnitude {
    precondition(!(a < b), "a magnitude has no sign: subtract the smaller from the greater")
    if a.high.isEmpty { return BigMagnitude(a.low - b.low) }
    var difference = a.words
    let other = b.words
    var borrow: UInt64 = 0
    for index in 0..<difference.count {
      let (first, overflow) = difference[index].subtractingReportingOverflow(index < other.count ? other[index] : 0)
      let (second, overflowToo) = first.subtractingReportingOverflow(borrow)
      difference[index] = second
      borrow = overflow || overflowToo ? 1 : 0
    }
    return BigMagnitude(words: difference)
  }

  package static func * (a: BigMagnitude, b: BigMagnitude) -> BigMagnitude {
    if a.high.isEmpty && b.high.isEmpty {
      let product = a.low.multipliedFullWidth(by: b.low)
      return product.high == 0 ? BigMagnitude(product.low) : BigMagnitude(words: [product.low, product.high])
    }
    let (left, right) = (a.words, b.words)
    var product = [UInt64](repeating: 0, count: left.count + right.count)
    for i in 0..<left.count {
      var carry: UInt64 = 0
      for j in 0..<right.count {
        let (high, low) = left[i].multipliedFullWidth(by: right[j])
        let (first, overflow) = low.addingReportingOverflow(product[i + j])
        let (second, overflowToo) = first.addingReportingOverflow(carry)
        product[i + j] = second
        carry = high &+ (overflow ? 1 : 0) &+ (overflowToo ? 1 : 0)
      }
      product[i + right.count] = carry
    }
    return BigMagnitude(words: product)
  }

  /// The number times 2^count; `count` is not negative.
  package static func << (a: BigMagnitude, count: Int) -> BigMagnitude {
    precondition(count >= 0, "a left shift is not negative")
    if a.isZero || count == 0 { return a }
    if a.high.isEmpty && count <= a.low.leadingZeroBitCount { return BigMagnitude(a.low << UInt64(count)) }
    let (wordCount, bitCount) = (count / 64, UInt64(count % 64))
    let words = a.words
    var result = [UInt64](repeating: 0, count: words.count + wordCount + 1)
    for index in 0..<words.count {
      result[index + wordCount] |= words[index] << bitCount
      if bitCount > 0 { result[index + wordCount + 1] = words[index] >> (64 - bitCount) }
    }
    return BigMagnitude(words: result)
  }

  /// The number divided by 2^count, rounded down; `count` is not negative.
  package static func >> (a: BigMagnitude, count: Int) -> BigMagnitude {
    precondition(count >= 0, "a right shift is not negative")
    if count == 0 { return a }
    if count >= a.bitWidth { return .zero }
    if a.high.isEmpty { return BigMagnitude(a.low >> UInt64(count)) }
    let (wordCount, bitCount) = (count / 64, UInt64(count % 64))
    let words = a.words
    var result = [UInt64](repeating: 0, count: words.count - wordCount)
    for index in 0..<result.count {
      result[index] = words[index + wordCount] >> bitCount
      if bitCount > 0, index + wordCount + 1 < words.count {
        result[index] |= words[index + wordCount + 1] << (64 - bitCount)
      }
    }
    return BigMagnitude(words: result)
  }

  /// Quotient, rounded down, and remainder; the divisor is not zero.
  package func quotientAndRemainder(
    dividingBy divisor: BigMagnitude
  ) -> (quotient: BigMagnitude, remainder: BigMagnitude) {
    precondition(!divisor.isZero, "a divisor is not zero")
    if self < divisor { return (.zero, self) }
    if high.isEmpty { return (BigMagnitude(low / divisor.low), BigMagnitude(low % divisor.low)) }
    if divisor.high.isEmpty {
      var quotient = words
      var remainder: UInt64 = 0
      for index in stride(from: quotient.count - 1, through: 0, by: -1) {
        (quotient[index], remainder) = divisor.low.dividingFullWidth((remainder, quotient[index]))
      }
      return (BigMagnitude(words: quotient), BigMagnitude(remainder))
    }
    // Long division, one bit at a time.
    let steps = bitWidth - divisor.bitWidth
    var remainder = self >> (steps + 1)
    var quotient = [UInt64](repeating: 0, count: steps / 64 + 1)
    let dividend = words
    for bit in stride(from: steps, through: 0, by: -1) {
      remainder = remainder << 1
      if dividend[bit / 64] >> UInt64(bit % 64) & 1 == 1 { remainder = remainder + BigMagnitude(1) }
      if !(remainder < divisor) {
        remainder = remainder - divisor
        quotient[bit / 64] |= 1 << UInt64(bit % 64)
      }
    }
    return (BigMagnitude(words: quotient), remainder)
  }

  /// The greatest integer of which the square is not greater, and whether the square is the number itself.
  package func squareRoot() -> (root: BigMagnitude, isExact: Bool) {
    guard !isZero else { return (self, true) }
    // Newton's iteration from above falls until it reaches the root.
    let excess = max(0, bitWidth - 62) & ~1
    let top = Double((self >> excess).low).squareRoot()
    var root = (BigMagnitude(UInt64(top)) + BigMagnitude(2)) << (excess / 2)
    while true {
      let next = (root + quotientAndRemainder(dividingBy: root).quotient) >> 1
      if !(next < root) { break }
      root = next
    }
    return (root, root * root == self)
  }
}
