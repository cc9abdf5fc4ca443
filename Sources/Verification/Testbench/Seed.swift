/// The one number that decides every random choice of a run. It is printed with every report.
///
/// Seeds form a tree: a run has a master seed, a test derives its own from it, and each stream of random numbers inside
/// the test derives its own again. Derivation goes by name, so that a test or a stream added later does not shift the
/// others.
///
/// A seed may carry a ``TapeDeck``: generators under it are then recorded or replayed. Equality is that of the 64 bits.
public struct Seed: Sendable {
  /// The 64 bits.
  public var value: UInt64
  /// The deck of all generators under this seed.
  fileprivate var deck: TapeDeck?
  /// What the names of tapes begin with; nil for a master seed.
  private var prefix: String?

  /// The seed `value`.
  public init(_ value: UInt64) { self.value = value }

  /// The master seed `value`, the generators under it on `deck`.
  public init(_ value: UInt64, _ deck: TapeDeck) {
    self.value = value
    self.deck = deck
  }

  /// A seed from the operating system's entropy.
  public static func random() -> Seed {
    var system = SystemRandomNumberGenerator()
    return Seed(system.next())
  }

  /// The seed that belongs to `name` and `index` under this one.
  ///
  /// FNV-1a (64 bits) over this seed's 8 bytes little endian, the name in UTF-8, the byte 0xFF (which UTF-8 never has)
  /// and the index's 8 bytes; then the finaliser of splitmix64.
  public func derived(_ name: String, index: Int = 0) -> Seed {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func absorb(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for shift in stride(from: 0, to: 64, by: 8) { absorb(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
    for byte in name.utf8 { absorb(byte) }
    absorb(0xFF)
    for shift in stride(from: 0, to: 64, by: 8) { absorb(UInt8(truncatingIfNeeded: index >> shift)) }
    var seed = self
    seed.value = SplitMix64.mix(hash)
    // The first name is that of the test; a deck is for one.
    if deck != nil { seed.prefix = prefix.map { $0 + name + (index == 0 ? "" : "#\(index)") + "/" } ?? "" }
    return seed
  }

  /// A generator for the stream of random numbers called `name`.
  public func generator(_ name: String, index: Int = 0) -> Xoshiro256 {
    var generator = Xoshiro256(seed: derived(name, index: index).value)
    if let deck {
      let tape = (prefix ?? "/") + name + (index == 0 ? "" : "#\(index)")
      generator.tape = TapePosition(deck: deck, tape: deck.open(tape), name: tape)
    }
    return generator
  }
}

extension Seed {
  /// Says that a transaction or vector has been drawn.
  @inlinable
  func mark() { if isTaped { markTapes() } }

  @usableFromInline var isTaped: Bool { deck != nil }

  @usableFromInline
  func markTapes() { deck?.mark() }
}

extension Seed: Hashable {
  /// Compares the 64 bits.
  public static func == (left: Seed, right: Seed) -> Bool { left.value == right.value }

  /// Combines the 64 bits.
  public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension Seed: LosslessStringConvertible, ExpressibleByIntegerLiteral {
  /// The literal's value.
  public init(integerLiteral value: UInt64) { self.init(value) }

  /// Reads `0x` and up to 16 hexadecimal digits, or a decimal number below 2^64.
  public init?(_ text: String) {
    let lowered = text.lowercased()
    let value = lowered.hasPrefix("0x") ? UInt64(lowered.dropFirst(2), radix: 16) : UInt64(lowered)
    guard let value, !lowered.contains("+") else { return nil }
    self.init(value)
  }

  /// `0x` and 16 hexadecimal digits.
  public var description: String { "0x" + hexadecimal(value, digits: 16) }
}

extension Seed: Codable {
  /// Reads the text form: numbers of 64 bits do not survive every JSON reader.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let seed = Seed(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is not a seed; write 0x and up to 16 hexadecimal digits")
    }
    self = seed
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// `value` in lower-case hexadecimal with at least `digits` digits.
func hexadecimal(_ value: UInt64, digits: Int) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
