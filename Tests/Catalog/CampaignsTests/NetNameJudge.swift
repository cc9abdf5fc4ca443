/// Reads emitted Verilog and says which nets have a name that their expression contradicts.
///
/// The words of a name (`_and_`, `_ne_`, `not_`, `_transfer` …) are claims. The expression is parsed from the text and
/// spelled in the same words; a name with such words must be that spelling, or name the operation and one thing in it
/// (`sum_with_total`). Written from the Verilog alone: it knows nothing of the emitter.
struct NetNameJudge {
  /// What a net is called and driven with.
  struct Net {
    var name: String
    var expression: String
  }

  /// The contradictions, a line each.
  static func contradictions(in verilog: String) -> [String] {
    // `assign input_ready = ready;`: whoever reads `ready` reads the port.
    let ports = Dictionary(
      verilog.matches(of: /assign ([A-Za-z0-9_]+) = ([A-Za-z0-9_]+);/).map { (String($0.2), String($0.1)) },
      uniquingKeysWith: { first, _ in first })
    return nets(in: verilog).compactMap { net in
      guard let found = contradiction(of: net) else { return nil }
      let read = net.expression.replacing(/[A-Za-z_][A-Za-z0-9_]*/) { ports[String($0.output)] ?? String($0.output) }
      guard contradiction(of: Net(name: net.name, expression: read)) != nil else { return nil }
      return "\(net.name) = \(net.expression): \(found)"
    }
  }

  /// Nets that are declared with what drives them.
  static func nets(in verilog: String) -> [Net] {
    let pattern = /wire (?:signed )?(?:\[[0-9]+:0\] )?([A-Za-z_][A-Za-z0-9_$]*) = ([^;]*);/
    return verilog.matches(of: pattern).map { match in
      Net(name: String(match.1), expression: match.2.split { $0.isWhitespace }.joined(separator: " "))
    }
  }

  private static let words = [
    "and", "or", "xor", "plus", "minus", "times", "eq", "ne", "lt", "le", "gt", "ge", "shl", "shr",
  ]
  private static let prefixes = ["not", "any", "all", "parity"]
  private static let suffixes = ["transfer", "stalled"]
  private static let operations: [String: Set<String>] = [
    "and": ["&"], "or": ["|"], "xor": ["^"], "sum": ["+"], "difference": ["-"], "product": ["*"],
    "match": ["==", "!="],
    "comparison": ["<", "<=", ">", ">="], "shift": ["<<", ">>", ">>>"], "mux": ["?"], "concat": ["{"],
  ]

  /// What is wrong with the name of `net`; nil when nothing is.
  static func contradiction(of net: Net) -> String? {
    guard var parser = VerilogExpressionReader(net.expression) else { return "cannot be read" }
    guard let tree = parser.expression() else { return "cannot be read" }
    let parts = net.name.split(separator: "_").map(String.init)
    for (word, symbols) in operations where net.name.hasPrefix("\(word)_with_") || net.name.hasPrefix("\(word)_by_") {
      guard symbols.contains(tree.symbol) else { return "is no \(word)" }
      let subject = net.name.drop { $0 != "_" }.dropFirst().drop { $0 != "_" }.dropFirst()
      let numberless = String(subject.replacing(/_[0-9]+$/, with: ""))
      let isThere = tree.names.contains(String(subject)) || tree.names.contains(String(numberless))
      return isThere ? nil : "has no \(subject)"
    }
    let claims: Bool =
      parts.dropFirst().dropLast().contains { words.contains($0) } || prefixes.contains(parts[0]) && parts.count > 1
      || suffixes.contains(parts[parts.count - 1])
    guard claims else { return nil }
    guard let spelled = tree.spelled else { return "says more than it can" }
    let numberless = net.name.replacing(/_[0-9]+$/, with: "")
    return [net.name, numberless].contains(spelled.text) ? nil : "is \(spelled.text)"
  }
}
