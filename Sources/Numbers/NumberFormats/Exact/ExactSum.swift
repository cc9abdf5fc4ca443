/// A sum of dyadic numbers without rounding, for long rows: a fixed-point number that grows at both ends as it must.
///
/// Adding costs the same whatever the sum has become. Up to 2^31 numbers may be added.
public struct ExactSum: Hashable, Sendable {
  /// Digits of 32 bits with a sign each, not yet carried; digit i weighs 2^(32 · (lowest + i)).
  private var digits: [Int64] = []
  private var lowest = 0
  private var count = 0

  /// The empty sum.
  public init() {}

  /// Adds `significand` · 2^`exponent`.
  public mutating func add(_ significand: Int64, exponent: Int) {
    let magnitude = significand.magnitude
    guard magnitude != 0 else { return }
    let position = exponent >> 5
    let shift = UInt64(exponent & 31)
    makeRoom(from: position)
    let index = position - lowest
    let low = magnitude << shift
    let high = shift == 0 ? 0 : magnitude >> (64 - shift)
    let (first, second, third) = (Int64(low & 0xFFFF_FFFF), Int64(low >> 32), Int64(high))
    if significand < 0 {
      digits[index] &-= first
      digits[index &+ 1] &-= second
      digits[index &+ 2] &-= third
    } else {
      digits[index] &+= first
      digits[index &+ 1] &+= second
      digits[index &+ 2] &+= third
    }
    count += 1
    if count == 1 << 30 { carry() }
  }

  /// Adds a number.
  public mutating func add(_ number: Dyadic) {
    for (index, word) in number.magnitude.words.enumerated() {
      for (half, bits) in [word & 0xFFFF_FFFF, word >> 32].enumerated() {
        let digit = Int64(bits)
        add(number.isNegative ? -digit : digit, exponent: number.exponent + 64 * index + 32 * half)
      }
    }
  }

  /// The sum.
  public var value: Dyadic {
    var carried = self
    carried.carry()
    // The top digit holds the sign.
    let isNegative = (carried.digits.last ?? 0) < 0
    if isNegative {
      carried.digits = carried.digits.map { -$0 }
      carried.carry()
    }
    var words = [UInt64](repeating: 0, count: carried.digits.count / 2 + 1)
    for (index, digit) in carried.digits.enumerated() {
      words[index / 2] |= UInt64(digit) << (index & 1 == 0 ? 0 : 32)
    }
    return Dyadic(isNegative: isNegative, magnitude: BigMagnitude(words: words), exponent: 32 * lowest)
  }

  private mutating func makeRoom(from position: Int) {
    if digits.isEmpty { lowest = position }
    if position < lowest {
      digits.insert(contentsOf: repeatElement(0, count: lowest - position), at: 0)
      lowest = position
    }
    let missing = position + 4 - lowest - digits.count
    if missing > 0 { digits.append(contentsOf: repeatElement(0, count: missing)) }
  }

  /// Brings all digits but the top one to 0 up to 2^32 − 1.
  private mutating func carry() {
    count = 1
    guard !digits.isEmpty else { return }
    if digits[digits.count - 1] != 0 { digits += [0, 0] }
    for index in 0..<digits.count - 1 {
      digits[index + 1] += digits[index] >> 32
      digits[index] &= 0xFFFF_FFFF
    }
  }
}
