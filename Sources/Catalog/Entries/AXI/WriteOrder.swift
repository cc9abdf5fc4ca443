import Testbench

/// In which order a subordinate of AXI takes the address and the words of a write. All of them are legal, for a manager
/// must not wait for one channel before it offers on the other.
enum WriteOrder: CaseIterable {
  /// Each channel for itself.
  case any
  /// Words of a burst after its address.
  case addressFirst
  /// The address of a burst after all of its words.
  case wordsFirst
  /// An address only in a clock in which a word is offered too.
  case together
  /// The address of a write with its last word.
  case withLastWord
  /// An address and a word in the clock after both were offered, until then neither.
  case afterBoth

  /// Any one.
  static func random(_ random: inout Xoshiro256) -> WriteOrder { allCases[random.integer(below: allCases.count)] }

  /// Which of what is offered is taken in a clock.
  ///
  /// - Parameters:
  ///   - offers: What the manager offers.
  ///   - taken: Whether the address of the words that come has been taken, or the words of the address that comes.
  ///   - endsWrite: Whether the word that comes is the last one of its write.
  ///   - wereBothOffered: Whether an address and a word were offered in the clock before, and none was taken.
  ///   - eager: What would be taken if each channel were on its own.
  func takes(
    _ offers: (address: Bool, word: Bool), taken: (address: Bool, words: Bool), endsWrite: Bool, wereBothOffered: Bool,
    eager: (address: Bool, word: Bool)
  ) -> (address: Bool, word: Bool) {
    let both = offers.address && offers.word
    switch self {
    case .any: return eager
    case .addressFirst: return (eager.address, eager.word && taken.address)
    case .wordsFirst: return (eager.address && taken.words, eager.word)
    case .together: return (both && eager.address, taken.address ? eager.word : both && eager.address)
    case .withLastWord:
      let ends = both && endsWrite && eager.word && !taken.address
      return (ends, endsWrite ? ends : eager.word)
    case .afterBoth: return (both && wereBothOffered, wereBothOffered && both || taken.address && eager.word)
    }
  }
}
