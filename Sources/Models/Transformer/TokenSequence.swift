/// The tokens of a text, or of a pair of texts, as an encoder takes them.
public struct TokenSequence: Hashable, Sendable {
  /// The number of each token in the vocabulary.
  public let ids: [Int32]
  /// The segment of each token: 0 for the first text, 1 for the second.
  public let typeIds: [Int32]
  /// Whether attention sees the token: false for padding only.
  public let attentionMask: [Bool]
  /// The number of tokens that the text has beyond these, and that were cut off: 0 when the whole text is here.
  public let cut: Int
  /// Whether those stood before these: the beginning was cut off instead of the end.
  public let cutsBeginning: Bool

  /// Makes a sequence of tokens that are all seen by attention and belong to the first text.
  public init(ids: [Int32]) {
    self.init(ids: ids, typeIds: Array(repeating: 0, count: ids.count))
  }

  package init(ids: [Int32], typeIds: [Int32], cut: Int = 0, cutsBeginning: Bool = false) {
    self.cutsBeginning = cutsBeginning
    self.ids = ids
    self.typeIds = typeIds
    self.cut = cut
    attentionMask = Array(repeating: true, count: ids.count)
  }

  private init(ids: [Int32], typeIds: [Int32], attentionMask: [Bool], cut: Int, cutsBeginning: Bool) {
    self.cutsBeginning = cutsBeginning
    self.cut = cut
    self.ids = ids
    self.typeIds = typeIds
    self.attentionMask = attentionMask
  }

  /// The number of tokens, padding included.
  public var count: Int { ids.count }

  /// The sequence with padding appended up to a length, which attention does not see.
  ///
  /// A sequence that is longer already is returned as it is.
  public func padded(to length: Int, with id: Int32 = 0) -> TokenSequence {
    let missing = max(0, length - count)
    return TokenSequence(
      ids: ids + Array(repeating: id, count: missing), typeIds: typeIds + Array(repeating: 0, count: missing),
      attentionMask: attentionMask + Array(repeating: false, count: missing), cut: cut, cutsBeginning: cutsBeginning)
  }
}
