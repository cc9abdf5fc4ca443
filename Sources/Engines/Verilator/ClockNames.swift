import Netlist

/// Recognises clocks and resets by the names that they usually have.
package enum ClockNames {
  /// The clocks among `ports`, each with its reset.
  ///
  /// A reset goes with the clock that shares the rest of its name (`axi_clk`, `axi_rst_n`); one that shares it with none
  /// goes with every clock that has no other. A reset is asynchronous when `text` waits for an edge of it. A clock falls
  /// when `text` waits for falling edges of that name and for no rising one.
  package static func clocks(among ports: [PortShape], in text: String) -> [ClockShape] {
    let inputs = ports.filter { $0.direction == .input && $0.width == 1 }.map(\.name)
    let awaited = Set(text.matches(of: /(?:posedge|negedge)\s+([A-Za-z_][A-Za-z0-9_$]*)/).map { String($0.output.1) })
    func edges(_ word: String, _ name: String) -> Bool {
      guard let pattern = try? Regex("\\b\(word)\\s+\(name.replacing("$", with: "\\$"))\\b") else { return false }
      return text.firstMatch(of: pattern) != nil
    }
    func edge(_ clock: String) -> ClockEdge {
      edges("negedge", clock) && !edges("posedge", clock) ? .falling : .rising
    }
    let resets = inputs.compactMap { name in
      parsedReset(name).map { (name: name, stem: $0.stem, polarity: $0.polarity) }
    }
    return inputs.compactMap { name -> ClockShape? in
      guard let stem = clockStem(name) else { return nil }
      guard let reset = resets.first(where: { $0.stem == stem }) ?? resets.first(where: { $0.stem.isEmpty }) else {
        return ClockShape(clock: name, reset: nil, edge: edge(name))
      }
      return ClockShape(
        clock: name, reset: reset.name, resetKind: awaited.contains(reset.name) ? .asynchronous : .synchronous,
        resetPolarity: reset.polarity, edge: edge(name))
    }
  }

  /// What is left of a clock's name without the word for clock; nil for any other name.
  package static func clockStem(_ name: String) -> String? {
    let words = words(of: name)
    guard let index = words.firstIndex(where: { ["clk", "clock", "ck", "aclk", "pclk", "hclk"].contains($0) }),
      !words.contains(where: { ["en", "ena", "enable", "gate", "sel", "select", "div"].contains($0) })
    else { return nil }
    return rest(words, without: index)
  }

  /// What is left of a reset's name without the word for reset, and its polarity; nil for any other name.
  static func parsedReset(_ name: String) -> (stem: String, polarity: ResetPolarity)? {
    var words = words(of: name)
    var isLow = false
    if let last = words.last, words.count > 1, ["n", "ni", "b", "l"].contains(last) {
      isLow = true
      words.removeLast()
    }
    let high = ["rst", "reset", "arst", "areset", "preset", "hreset", "srst", "sreset"]
    let low = high.map { $0 + "n" } + ["nrst", "nreset"]
    guard let index = words.firstIndex(where: { high.contains($0) || low.contains($0) }) else { return nil }
    isLow = isLow || low.contains(words[index])
    return (rest(words, without: index), isLow ? .activeLow : .activeHigh)
  }

  /// Lower-case words of a name without the mark of an input.
  private static func words(of name: String) -> [String] {
    var words = name.lowercased().split(separator: "_").map(String.init)
    if words.count > 1, words.first == "i" { words.removeFirst() }
    if words.count > 1, ["i", "in"].contains(words.last) { words.removeLast() }
    return words
  }

  private static func rest(_ words: [String], without index: Int) -> String {
    var words = words
    words.remove(at: index)
    return words.joined(separator: "_")
  }
}
