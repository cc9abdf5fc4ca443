/// Random words by address: the same word for the same key, in whatever order and on however many threads they are
/// asked for.
///
/// A word is the finaliser of splitmix64 over the seed, the purpose, the macro's number and two coordinates. Static
/// effects are keyed by a cell, read noise by an event; hardware and software compute the same words.
public struct CounterNoise: Hashable, Sendable {
  /// What a word is used for; words of two purposes are independent.
  public enum Purpose: UInt64, Sendable, CaseIterable {
    /// Of a cell: error of its programming, whether it is stuck, direction of its drift.
    case cell = 1
    /// Of a column in one read: noise of the current.
    case read = 2
    /// Of a cell in one read: whether it shows its telegraph state.
    case telegraph = 3
    /// Of a converter: offset and gain.
    case converter = 4
  }

  /// The odd constant that splits the sequence of splitmix64.
  public static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Where the words of one purpose start.
  public let start: UInt64

  /// The words of `purpose` in macro number `macro` of a design with `seed`.
  public init(seed: UInt64, macro: UInt32, purpose: Purpose) {
    start = Self.mix(seed &+ Self.increment &* (purpose.rawValue << 32 | UInt64(macro)))
  }

  /// The word at two coordinates, such as row and column, or event and column.
  @inlinable
  public func word(_ first: UInt32, _ second: UInt32) -> UInt64 {
    Self.mix(start &+ Self.increment &* (UInt64(first) << 32 | UInt64(second)))
  }

  /// The word at three coordinates, such as event, row and column.
  @inlinable
  public func word(_ first: UInt32, _ second: UInt32, _ third: UInt32) -> UInt64 {
    Self.mix(word(first, second) &+ Self.increment &* UInt64(third))
  }

  /// The finaliser of splitmix64: a bijection of 64 bits.
  @inlinable
  public static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
