public import Netlist

extension Pin {
  /// Stores bits of the pin's width.
  public func store(_ value: BitVector) {
    for word in 0..<wordCount {
      self[word: word] = UInt32(truncatingIfNeeded: value.words[word / 2] >> UInt64(word % 2 * 32))
    }
  }

  /// The bits.
  public func load() -> BitVector {
    var words = [UInt64](repeating: 0, count: (width + 63) / 64)
    for word in 0..<wordCount { words[word / 2] |= UInt64(self[word: word]) << UInt64(word % 2 * 32) }
    return BitVector(words: words, width: width)
  }
}
