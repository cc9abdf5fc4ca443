/// A reader of the expressions in emitted Verilog, for what names say of them.
struct VerilogExpressionReader {
  /// An expression.
  indirect enum Tree {
    case name(String)
    case number(String)
    case part(String, String)
    case unary(String, Tree)
    case binary(String, Tree, Tree)
    case choice(Tree, Tree, Tree)
    case list([Tree])
    case copies(Tree)
  }

  private var tokens: [Substring]
  private var position = 0

  /// Nil where a character belongs to no token.
  init?(_ text: String) {
    tokens = []
    var rest = Substring(text)
    while true {
      rest = rest.drop { $0.isWhitespace }
      if rest.isEmpty { return }
      let pattern =
        /\$signed|\$unsigned|[A-Za-z_][A-Za-z0-9_$]*|-?[0-9]+'s?[bdh][0-9a-fA-F]+|[0-9]+|>>>|<<|>>|==|!=|<=|>=|[-~!&|^+*<>?:(){}\[\],]/
      guard let match = rest.prefixMatch(of: pattern) else { return nil }
      tokens.append(match.output)
      rest = rest[match.range.upperBound...]
    }
  }

  private var next: Substring? { position < tokens.count ? tokens[position] : nil }

  private mutating func take(_ token: Substring) -> Bool {
    guard next == token else { return false }
    position += 1
    return true
  }

  /// The whole text as one expression; nil where it is none.
  mutating func expression() -> Tree? {
    let tree = choice()
    return position == tokens.count ? tree : nil
  }

  private static let levels: [Set<Substring>] = [
    ["|"], ["^"], ["&"], ["==", "!="], ["<", "<=", ">", ">="], ["<<", ">>", ">>>"], ["+", "-"], ["*"],
  ]

  private mutating func choice() -> Tree? {
    guard let condition = binary(0) else { return nil }
    guard take("?") else { return condition }
    guard let yes = choice(), take(":"), let no = choice() else { return nil }
    return .choice(condition, yes, no)
  }

  private mutating func binary(_ level: Int) -> Tree? {
    guard level < Self.levels.count else { return unary() }
    guard var left = binary(level + 1) else { return nil }
    while let symbol = next, Self.levels[level].contains(symbol) {
      position += 1
      guard let right = binary(level + 1) else { return nil }
      left = .binary(String(symbol), left, right)
    }
    return left
  }

  private mutating func unary() -> Tree? {
    guard let symbol = next else { return nil }
    if ["!", "~", "&", "|", "^"].contains(symbol) {
      position += 1
      return unary().map { .unary(String(symbol), $0) }
    }
    return primary()
  }

  private mutating func primary() -> Tree? {
    guard let token = next else { return nil }
    position += 1
    switch token {
    case "(":
      guard let inner = choice(), take(")") else { return nil }
      return inner
    case "$signed", "$unsigned":
      guard take("("), let inner = choice(), take(")") else { return nil }
      return inner
    case "{": return list()
    default: break
    }
    if token.first!.isNumber || token.first == "-" {
      // `16{…}` is the rest of a list of copies.
      if take("{") {
        guard let inner = choice(), take("}") else { return nil }
        return .copies(inner)
      }
      return .number(String(token))
    }
    guard take("[") else { return .name(String(token)) }
    guard let high = next else { return nil }
    position += 1
    var part = String(high)
    if take(":") {
      guard let low = next else { return nil }
      position += 1
      part += "_\(low)"
    }
    return take("]") ? .part(String(token), part) : nil
  }

  private mutating func list() -> Tree? {
    var items: [Tree] = []
    repeat {
      guard let item = choice() else { return nil }
      items.append(item)
    } while take(",")
    return take("}") ? .list(items) : nil
  }
}

extension VerilogExpressionReader.Tree {
  /// The outermost operation.
  var symbol: String {
    switch self {
    case .name, .number, .part, .copies: ""
    case .unary(let symbol, _): symbol
    case .binary(let symbol, _, _): symbol
    case .choice: "?"
    case .list: "{"
    }
  }

  /// The names in it.
  var names: Set<String> {
    switch self {
    case .name(let name), .part(let name, _): [name]
    case .number: []
    case .unary(_, let operand), .copies(let operand): operand.names
    case .binary(_, let a, let b): a.names.union(b.names)
    case .choice(let a, let b, let c): a.names.union(b.names).union(c.names)
    case .list(let items): items.reduce(into: []) { $0.formUnion($1.names) }
    }
  }

  /// Its words, and how loosely they hold together: 0 a name, 1 arithmetic, 2 a comparison, 3 `and`, 4 `or`; nil where
  /// words would be ambiguous.
  var spelled: (text: String, level: Int)? {
    switch self {
    case .name(let name): return (name, 0)
    case .part(let name, let part): return ("\(name)_\(part)", 0)
    case .number(let text): return number(text).map { ($0, 0) }
    case .copies, .choice: return nil
    case .list(let items):
      // A value made wider is the value.
      guard let last = items.last, items.dropLast().allSatisfy(\.isFiller) else { return nil }
      return last.spelled
    case .unary(let symbol, let operand):
      if ["!", "~"].contains(symbol), case .name(let name) = operand {
        return complemented(name)
      }
      guard let operand = operand.spelled, operand.level == 0 else { return nil }
      let word = ["!": "not", "~": "not", "&": "all", "|": "any", "^": "parity"][symbol]!
      return ("\(word)_\(operand.text)", 0)
    case .binary(let symbol, let a, let b): return joined(symbol, a, b)
    }
  }

  /// `a_eq_b` complemented is `a_ne_b`.
  private func complemented(_ name: String) -> (text: String, level: Int) {
    let opposites = ["eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"]
    let parts = name.split(separator: "_").map(String.init)
    let places = parts.indices.filter { opposites[parts[$0]] != nil && $0 > 0 && $0 < parts.count - 1 }
    let isComparison = !parts.contains { ["and", "or", "not"].contains($0) }
    guard isComparison, let place = places.first, places.count == 1 else { return ("not_\(name)", 0) }
    var result = parts
    result[place] = opposites[parts[place]]!
    return (result.joined(separator: "_"), 2)
  }

  private var isFiller: Bool {
    switch self {
    case .number(let text): !text.contains { ("1"..."9").contains($0) } || text.hasSuffix("'d0")
    case .copies, .part: true
    default: false
    }
  }

  private func number(_ text: String) -> String? {
    guard let mark = text.firstIndex(of: "'") else { return text }
    var digits = text[text.index(after: mark)...]
    if digits.first == "s" { digits.removeFirst() }
    let radix = ["b": 2, "d": 10, "h": 16][digits.removeFirst()]!
    guard let value = UInt64(digits, radix: radix) else { return nil }
    return text.hasPrefix("-") ? "m\(value)" : "\(value)"
  }

  private func joined(_ symbol: String, _ a: Self, _ b: Self) -> (text: String, level: Int)? {
    if symbol == "&", let handshake = handshake(a, b) ?? handshake(b, a) { return (handshake, 0) }
    let (word, level, loosest): (String, Int, Int) =
      switch symbol {
      case "|": ("or", 4, 4)
      case "&": ("and", 3, 3)
      case "==": ("eq", 2, 1)
      case "!=": ("ne", 2, 1)
      case "<": ("lt", 2, 1)
      case "<=": ("le", 2, 1)
      case ">": ("gt", 2, 1)
      case ">=": ("ge", 2, 1)
      case "^": ("xor", 1, 0)
      case "+": ("plus", 1, 0)
      case "-": ("minus", 1, 0)
      case "*": ("times", 1, 0)
      case "<<": ("shl", 1, 0)
      default: ("shr", 1, 0)
      }
    guard let left = a.spelled, let right = b.spelled, left.level <= loosest, right.level <= loosest else { return nil }
    return ("\(left.text)_\(word)_\(right.text)", level)
  }

  private func handshake(_ valid: Self, _ ready: Self) -> String? {
    guard case .name(let valid) = valid, valid.hasSuffix("valid") else { return nil }
    let stream = valid.dropLast("valid".count)
    let separator = stream.isEmpty || stream.hasSuffix("_") ? "" : "_"
    if case .name(let ready) = ready, ready == "\(stream)ready" { return "\(stream)\(separator)transfer" }
    if case .unary("!", .name(let ready)) = ready, ready == "\(stream)ready" { return "\(stream)\(separator)stalled" }
    return nil
  }
}
