/// What a generator gives is one entry of its tape, however many draws it took: so the shrinker edits values, and a number
/// that it changes moves no other one.
extension Xoshiro256 {
  /// A number that is recorded and changed as one.
  ///
  /// - Parameter draw: Makes the number; not called when a tape says it.
  @inlinable
  public mutating func asOneDraw(_ draw: (inout Xoshiro256) -> UInt64) -> UInt64 {
    tape == nil ? draw(&self) : onTape(draw)
  }

  /// A number with a sign that is recorded and changed as one.
  ///
  /// - Parameter draw: Makes the number; not called when a tape says it.
  @inlinable
  public mutating func asOneSignedDraw(_ draw: (inout Xoshiro256) -> Int64) -> Int64 {
    tape == nil ? draw(&self) : signedOnTape(draw)
  }

  @usableFromInline
  mutating func onTape(_ draw: (inout Xoshiro256) -> UInt64) -> UInt64 {
    guard var place = tape else { return draw(&self) }
    let value: UInt64
    if place.deck.isRecording {
      tape = nil
      value = draw(&self)
      place.deck.record(value, on: place.tape, at: place.position)
    } else {
      value = place.deck.entry(of: place.tape, at: place.position)
    }
    place.position += 1
    tape = place
    return value
  }

  @usableFromInline
  mutating func signedOnTape(_ draw: (inout Xoshiro256) -> Int64) -> Int64 {
    signedValue(of: onTape { entry(of: draw(&$0)) })
  }

  @usableFromInline
  mutating func nextOnTape() -> UInt64 { onTape { $0.next() } }

  /// A generator that goes its own way from here.
  public mutating func fork() -> Xoshiro256 {
    guard let place = tape else { return Xoshiro256(seed: next()) }
    let name = "\(place.name)/\(place.position)"
    var child = Xoshiro256(seed: nextOnTape())
    child.tape = TapePosition(deck: place.deck, tape: place.deck.open(name), name: name)
    return child
  }

  /// A whole number from 0 up to but not including `bound`, every one equally likely.
  @inlinable
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "a bounded draw needs a bound of at least 1, got \(bound)")
    if tape == nil { return Free.integer(&self, below: bound) }
    return Int(asOneDraw { UInt64(Free.integer(&$0, below: bound)) } % UInt64(bound))
  }

  /// A whole number of the closed range, every one equally likely.
  @inlinable
  public mutating func integer(in range: ClosedRange<Int>) -> Int {
    tape == nil ? Free.integer(&self, in: range) : integerOnTape(range)
  }

  @usableFromInline
  mutating func integerOnTape(_ range: ClosedRange<Int>) -> Int {
    // Towards 0 where the range has it, else towards its lower bound.
    let origin = Int64(range.contains(0) ? 0 : range.lowerBound)
    let drawn = asOneSignedDraw { Int64(Free.integer(&$0, in: range)) &- origin } &+ origin
    if range.contains(Int(drawn)) { return Int(drawn) }
    let span = UInt64(bitPattern: Int64(range.upperBound)) &- UInt64(bitPattern: Int64(range.lowerBound))
    let offset = UInt64(bitPattern: drawn) % (span &+ 1)
    return range.lowerBound &+ Int(truncatingIfNeeded: offset)
  }

  /// True with probability `chance`, which is 0 to 1.
  @inlinable
  public mutating func happens(_ chance: Double) -> Bool { asOneDraw { Free.happens(&$0, chance) ? 1 : 0 } != 0 }

  /// An operand of `bits` bits (1 to 64) in the low bits of a word, biased towards the values that break arithmetic: a
  /// corner, alternating ones and zeros, a small number of either sign, a power of two with its neighbours, a number of
  /// random length, or any.
  @inlinable
  public mutating func operand(bits: Int) -> UInt64 {
    precondition((1...64).contains(bits), "an operand has 1 to 64 bits, got \(bits)")
    return asOneDraw { Free.operand(&$0, bits: bits) } & .max >> UInt64(64 - bits)
  }

  /// An unsigned operand of `bits` bits (1 to 63), biased as ``operand(bits:)``.
  @inlinable
  public mutating func unsigned(bits: Int) -> Int {
    precondition(bits < 64, "an unsigned operand of 64 bits does not fit an Int; use operand(bits:)")
    return Int(operand(bits: bits))
  }

  /// A two's complement operand of `bits` bits (1 to 64), biased as ``operand(bits:)``.
  @inlinable
  public mutating func signed(bits: Int) -> Int {
    let unused = 64 - bits
    let drawn = asOneSignedDraw { Int64(Free.signed(&$0, bits: bits)) }
    return (Int(truncatingIfNeeded: drawn) << unused) >> unused
  }
}

/// What every generator has, called through its protocol: the methods above have the same names.
@usableFromInline
enum Free {
  @inlinable @inline(__always)
  static func integer<G: RandomNumberGenerator>(_ generator: inout G, below bound: Int) -> Int {
    generator.integer(below: bound)
  }

  @inlinable @inline(__always)
  static func integer<G: RandomNumberGenerator>(_ generator: inout G, in range: ClosedRange<Int>) -> Int {
    generator.integer(in: range)
  }

  @inlinable @inline(__always)
  static func happens<G: RandomNumberGenerator>(_ generator: inout G, _ chance: Double) -> Bool {
    generator.happens(chance)
  }

  @inlinable @inline(__always)
  static func operand<G: RandomNumberGenerator>(_ generator: inout G, bits: Int) -> UInt64 {
    generator.operand(bits: bits)
  }

  @inlinable @inline(__always)
  static func signed<G: RandomNumberGenerator>(_ generator: inout G, bits: Int) -> Int { generator.signed(bits: bits) }
}
