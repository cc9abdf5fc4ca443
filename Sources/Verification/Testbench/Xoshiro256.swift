/// The random generator of every bench: xoshiro256**, seeded through splitmix64.
///
/// Fast (about a nanosecond a draw), 256 bits of state, period 2^256 − 1, the same numbers on every machine and in
/// every release. Not for cryptography.
///
/// Source: D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (4), 2021.
///
/// A generator that is named under a ``Seed`` with a ``TapeDeck`` records what it gives, or gives what a tape says.
public struct Xoshiro256: RandomNumberGenerator, Sendable {
  @usableFromInline var s0, s1, s2, s3: UInt64
  /// Nil for a generator that is on no deck.
  @usableFromInline var tape: TapePosition?

  /// Starts from 256 bits of state. A state of all zeros would stay zero and is replaced by the one of seed 0.
  @inlinable
  public init(state: (UInt64, UInt64, UInt64, UInt64)) {
    self.init(seed: 0)
    if state != (0, 0, 0, 0) { (s0, s1, s2, s3) = state }
  }

  /// Starts from 64 bits: the state is the first four outputs of splitmix64 from `seed`.
  @inlinable
  public init(seed: UInt64) {
    var mixer = SplitMix64(state: seed)
    s0 = mixer.next()
    s1 = mixer.next()
    s2 = mixer.next()
    s3 = mixer.next()
  }

  /// The next 64 random bits.
  @inlinable @inline(__always)
  public mutating func next() -> UInt64 {
    if tape != nil { return nextOnTape() }
    let scrambled = s1 &* 5
    let result = (scrambled << 7 | scrambled >> 57) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = s3 << 45 | s3 >> 19
    return result
  }
}

extension Xoshiro256: Hashable {
  /// Equal when both give the same from here.
  public static func == (left: Xoshiro256, right: Xoshiro256) -> Bool {
    (left.s0, left.s1, left.s2, left.s3) == (right.s0, right.s1, right.s2, right.s3)
      && left.tape?.deck === right.tape?.deck && left.tape?.tape == right.tape?.tape
      && left.tape?.position == right.tape?.position
  }

  /// Combines the state.
  public func hash(into hasher: inout Hasher) {
    for word in [s0, s1, s2, s3] { hasher.combine(word) }
    hasher.combine(tape?.position)
  }
}

/// The generator that spreads 64 bits of seed over a larger state.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
@usableFromInline
struct SplitMix64: RandomNumberGenerator {
  @usableFromInline var state: UInt64

  @inlinable
  init(state: UInt64) { self.state = state }

  @inlinable
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// Makes every output bit depend on every input bit.
  @inlinable
  static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
