/// Operations on words of up to 64 bits, bit by bit as they are defined.
public struct WordOperations: Hashable, Sendable {
  /// Bits of the word, 1 to 64.
  public let width: Int

  /// Operations on words of `width` bits.
  public init(width: Int) {
    precondition((1...64).contains(width), "a word has 1 to 64 bits, got \(width)")
    self.width = width
  }

  private func bits(_ word: UInt64) -> [Bool] { (0..<width).map { word >> UInt64($0) & 1 == 1 } }

  private func word(_ bits: [Bool]) -> UInt64 {
    bits.enumerated().reduce(0) { $1.element ? $0 | 1 << UInt64($1.offset) : $0 }
  }

  /// How many bits are 1.
  public func populationCount(_ word: UInt64) -> Int { bits(word).count { $0 } }

  /// How many zeros stand above the highest 1; the width for zero.
  public func leadingZeroCount(_ word: UInt64) -> Int { bits(word).reversed().prefix { !$0 }.count }

  /// The word moved by `amount` bits to the left (towards the high bits) or to the right, with zeros or, to the right
  /// with `keepsSign`, copies of the top bit entering.
  public func shifted(_ word: UInt64, by amount: Int, left: Bool, keepsSign: Bool = false) -> UInt64 {
    let old = bits(word)
    let fill = keepsSign && !left && old[width - 1]
    return self.word(
      (0..<width).map { position in
        let source = left ? position - amount : position + amount
        return old.indices.contains(source) ? old[source] : fill
      })
  }

  /// The word with every bit moved by `amount` places, those that leave entering at the other end.
  public func rotated(_ word: UInt64, by amount: Int, left: Bool) -> UInt64 {
    let old = bits(word)
    let turn = left ? width - amount % width : amount % width
    return self.word((0..<width).map { old[($0 + turn) % width] })
  }
}

/// The sums of the first 1, 2, … terms, modulo 2⁶⁴.
public func prefixSums(_ terms: [UInt64]) -> [UInt64] {
  var total: UInt64 = 0
  return terms.map {
    total &+= $0
    return total
  }
}
