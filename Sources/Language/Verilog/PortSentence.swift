import Netlist

/// What the first of some ports is written with.
struct PortSentence {
  var text: String
  /// Whether it is said of several ports and stands above them.
  var isHeading: Bool

  /// Adds the sentences of a part to `sentences`, by the first port that each is said of. What is said of every element
  /// of an array is said once.
  static func add(of part: InterfacePart, to sentences: inout [String: PortSentence]) {
    guard let sentence = part.sharedSentence, let first = part.allPorts.first else {
      for inner in part.parts ?? [] { add(of: inner, to: &sentences) }
      return
    }
    sentences[first] = PortSentence(
      text: ForeignText.verilogComment(sentence), isHeading: part.allPorts.count > 1)
  }
}

extension InterfacePart {
  /// What is said of all that is in it: a port's or a stream's own sentence, or the one that all elements of an array
  /// have.
  fileprivate var sharedSentence: String? {
    guard kind == .array, let parts, let first = parts.first?.sharedSentence else { return sentence }
    return parts.allSatisfy { $0.sharedSentence == first } ? first : nil
  }
}
