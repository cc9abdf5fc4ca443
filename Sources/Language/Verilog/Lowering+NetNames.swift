import Netlist

/// Names of nets, taken from what the expressions say: `count_ne_16`, `rows_left_gt_128`, `input_transfer`.
///
/// A name reads as an expression with the usual precedence: comparisons bind tighter than `and`, `and` tighter than `or`.
/// An expression that would be ambiguous or long is called after its operation and one of its operands, such as
/// `sum_with_partial`. Nothing is called after what reads it.
extension Lowering {
  /// How tightly the words of a name hold together.
  enum NameBinding: Int8, Comparable {
    case name, arithmetic, comparison, conjunction, disjunction
    /// Words that go on: nothing can stand behind them.
    case phrase
    static func < (left: NameBinding, right: NameBinding) -> Bool { left.rawValue < right.rawValue }
  }

  /// What a value is called.
  struct NetName {
    var text: String
    var binding = NameBinding.name
  }

  /// Longest name that is made of an expression, and of one operand.
  private static let (longestName, longestOperand) = (40, 28)
  /// Greatest constant that stands in a name.
  private static let largestNumber: UInt64 = 9999
  /// How deep an expression is searched for a name.
  private static let deepest = 8

  /// Names the operations that are nets of their own.
  mutating func nameNets() {
    netNames = [String](repeating: "", count: table.nodes.count)
    for (node, carrier) in carriers {
      netNames[Int(node)] = carrier.name
    }
    for index in table.nodes.indices where plan.isNet[index] && plan.uses[index] > 0 && netNames[index].isEmpty {
      let id = NodeID(Int32(index))
      if let name = described(id, depth: 0), isName(name.text) {
        let text = unique(name.text)
        netNames[index] = text
        // With a number behind it the words are no expression.
        if text == name.text { netBindings[Int32(index)] = name.binding }
      } else {
        let name = shortName(id)
        netNames[index] = unique(name.text)
        netBindings[Int32(index)] = name.binding
      }
    }
  }

  /// Whether the words are an identifier, and short.
  private func isName(_ text: String) -> Bool {
    text.utf8.count <= Self.longestName
      && text.utf8.first.map { $0 < UInt8(ascii: "0") || $0 > UInt8(ascii: "9") } ?? false
  }

  /// The words of an operation; nil where they would be ambiguous.
  private func described(_ id: NodeID, depth: Int) -> NetName? {
    guard depth < Self.deepest else { return nil }
    let node = table[id]
    func operand(_ index: Int32, _ loosest: NameBinding) -> NetName? {
      guard let name = read(NodeID(index), depth: depth + 1), name.binding <= loosest else { return nil }
      return name
    }
    func joined(_ word: String, _ binding: NameBinding, operands loosest: NameBinding) -> NetName? {
      guard let a = operand(node.a, loosest), let b = operand(node.b, loosest),
        a.text.utf8.count + b.text.utf8.count <= Self.longestName
      else { return nil }
      return NetName(text: "\(a.text)_\(word)_\(b.text)", binding: binding)
    }
    func prefixed(_ word: String) -> NetName? {
      operand(node.a, .name).map { NetName(text: "\(word)_\($0.text)") }
    }
    switch node.operation {
    case .constant, .signal: return read(id, depth: depth)
    case .not: return complement(NodeID(node.a), depth: depth + 1)
    case .and: return handshake(node, depth: depth) ?? joined("and", .conjunction, operands: .conjunction)
    case .or: return joined("or", .disjunction, operands: .disjunction)
    case .xor: return joined("xor", .arithmetic, operands: .name)
    case .add: return joined("plus", .arithmetic, operands: .name)
    case .subtract:
      if table.constantValue(NodeID(node.a))?.isZero == true {
        return operand(node.b, .name).map { NetName(text: "minus_\($0.text)") }
      }
      return joined("minus", .arithmetic, operands: .name)
    case .multiply: return joined("times", .arithmetic, operands: .name)
    case .equal: return joined("eq", .comparison, operands: .arithmetic)
    case .less: return compared(node, isTrue: true, depth: depth)
    case .shiftLeft: return joined("shl", .arithmetic, operands: .name)
    case .shiftRight: return joined("shr", .arithmetic, operands: .name)
    case .reduce:
      switch Reduction(rawValue: node.b)! {
      case .and: return prefixed("all")
      case .or: return prefixed("any")
      case .xor: return prefixed("parity")
      }
    case .slice:
      let vector = table[NodeID(node.a)]
      if vector.operation == .signal, let (plan, port) = gridOutput(Int(vector.a)),
        let name = gridName(plan, port: port, low: Int(node.b), width: Int(node.width))
      {
        return NetName(text: name)
      }
      guard let name = operand(node.a, .name) else { return nil }
      let high = node.b + node.width - 1
      return NetName(text: high == node.b ? "\(name.text)_\(node.b)" : "\(name.text)_\(high)_\(node.b)")
    case .extend: return prefixed("wide")
    case .reinterpret: return prefixed(node.isSigned ? "signed" : "unsigned")
    case .mux, .select, .concatenate: return nil
    }
  }

  /// The words for a value where it is read.
  private func read(_ id: NodeID, depth: Int) -> NetName? {
    if isNet(id) { return NetName(text: netNames[Int(id.index)], binding: netBindings[id.index] ?? .name) }
    let node = table[id]
    switch node.operation {
    case .constant:
      let value = table.constants[Int(node.a)]
      if node.isSigned, value.isNegative {
        guard value.width <= 64 else { return nil }
        let magnitude = ~value.extended(to: 64, signed: true).words[0] &+ 1
        return magnitude <= Self.largestNumber ? NetName(text: "m\(magnitude)") : nil
      }
      guard let number = value.unsigned, number <= Self.largestNumber else { return nil }
      return NetName(text: "\(number)")
    case .signal:
      let name = name(Int(node.a))
      return name.utf8.count <= Self.longestOperand ? NetName(text: name) : nil
    // The value is the same.
    case .extend: return read(NodeID(node.a), depth: depth + 1)
    default: return described(id, depth: depth)
    }
  }

  private func complement(_ operand: NodeID, depth: Int) -> NetName? {
    let node = table[operand]
    switch node.operation {
    case .equal:
      if let a = read(NodeID(node.a), depth: depth + 1), let b = read(NodeID(node.b), depth: depth + 1),
        a.binding <= .arithmetic, b.binding <= .arithmetic
      {
        return NetName(text: "\(a.text)_ne_\(b.text)", binding: .comparison)
      }
    case .less:
      if let name = compared(node, isTrue: false, depth: depth) { return name }
    default: break
    }
    guard let name = read(operand, depth: depth), name.binding == .name else { return nil }
    return NetName(text: "not_\(name.text)")
  }

  /// As the text has it, a constant on the right.
  private func compared(_ node: Node, isTrue: Bool, depth: Int) -> NetName? {
    guard let a = read(NodeID(node.a), depth: depth + 1), let b = read(NodeID(node.b), depth: depth + 1),
      a.binding <= .arithmetic, b.binding <= .arithmetic
    else { return nil }
    let isSwapped = table[NodeID(node.a)].operation == .constant
    let word = isSwapped ? (isTrue ? "gt" : "le") : (isTrue ? "lt" : "ge")
    return NetName(
      text: isSwapped ? "\(b.text)_\(word)_\(a.text)" : "\(a.text)_\(word)_\(b.text)", binding: .comparison)
  }

  /// `input_transfer` for `input_valid & input_ready`, `input_stalled` where it is not ready.
  private func handshake(_ node: Node, depth: Int) -> NetName? {
    for (first, second) in [(node.a, node.b), (node.b, node.a)] {
      let inverse = table[NodeID(second)]
      let isInverse = !isNet(NodeID(second)) && inverse.operation == .not
      let ready = handshakeNames(NodeID(second))
      let unready = isInverse ? handshakeNames(NodeID(inverse.a)) : []
      for valid in handshakeNames(NodeID(first)) where valid.hasSuffix("valid") {
        let stream = valid.dropLast("valid".count)
        let separator = stream.isEmpty || stream.hasSuffix("_") ? "" : "_"
        if ready.contains("\(stream)ready") { return NetName(text: "\(stream)\(separator)transfer") }
        if unready.contains("\(stream)ready") { return NetName(text: "\(stream)\(separator)stalled") }
      }
    }
    return nil
  }

  /// The name of a value, and those of the ports that have it.
  private func handshakeNames(_ id: NodeID) -> [String] {
    (atom(id).map { [$0] } ?? []) + portsByDriver[id.index, default: []]
  }

  /// The name of something that has one.
  private func atom(_ id: NodeID) -> String? {
    if isNet(id) { return netBindings[id.index] ?? .name == .name ? netNames[Int(id.index)] : nil }
    return table[id].operation == .signal ? name(Int(table[id].a)) : nil
  }

  /// Operation and operand, for an expression that is too long for a name.
  private func shortName(_ id: NodeID) -> NetName {
    let node = table[id]
    let word = plan.isTable(id) && node.operation == .mux ? "choice" : word(for: node)
    var subject = id
    var link = "with"
    if plan.isTable(id) {
      subject = node.operation == .select ? NodeID(node.a) : runs.subject(of: id)
      link = "by"
    } else if node.operation == .mux, leaf(NodeID(node.a), depth: depth(of: NodeID(node.a))) != nil {
      subject = NodeID(node.a)
      link = "by"
    }
    // The text shows a net by its name, not by its operands.
    func depth(of id: NodeID) -> Int { isNet(id) ? 1 : 0 }
    let depth = subject == id ? 0 : depth(of: subject)
    // `signed_with_a_times_b` would read as a product.
    let isUnary = [.not, .slice, .extend, .reduce, .reinterpret].contains(node.operation)
    guard let leaf = leaf(subject, depth: depth, mayBeExpression: !isUnary) else { return NetName(text: word) }
    return NetName(text: "\(word)_\(link)_\(leaf)", binding: .phrase)
  }

  /// The first operand with a name; where it may not be the words of an expression, with a name of its own.
  private func leaf(_ id: NodeID, depth: Int, mayBeExpression: Bool = true) -> String? {
    guard depth < Self.deepest else { return nil }
    if depth > 0 || table[id].operation == .signal {
      let name = isNet(id) && mayBeExpression ? netNames[Int(id.index)] : atom(id)
      if let name, name.utf8.count <= Self.longestOperand { return name }
    }
    guard !isNet(id) || depth == 0 else { return nil }
    var result: String?
    table.forEachOperand(of: table[id]) { operand in
      if result == nil { result = leaf(operand, depth: depth + 1, mayBeExpression: mayBeExpression) }
    }
    return result
  }

  private func word(for node: Node) -> String {
    switch node.operation {
    case .constant, .signal: "value"
    case .not: "complement"
    case .and: "and"
    case .or: "or"
    case .xor: "xor"
    case .add: "sum"
    case .subtract: "difference"
    case .multiply: "product"
    case .equal: "match"
    case .less: "comparison"
    case .shiftLeft, .shiftRight: "shift"
    case .mux: "mux"
    case .select: "lookup"
    case .concatenate: "concat"
    case .slice: "slice"
    case .extend: "extension"
    case .reduce:
      switch Reduction(rawValue: node.b)! {
      case .and: "all"
      case .or: "any"
      case .xor: "parity"
      }
    case .reinterpret: node.isSigned ? "signed" : "unsigned"
    }
  }
}

/// A port or net that has the value of an operation: whoever reads the value reads it there.
struct ValueCarrier {
  let name: String
  /// The signal of a net; nil for a port.
  let signal: Int32?
}

extension Lowering {
  /// The operations that ports and nets are driven with, and the first of each that has the value.
  ///
  /// A part of a vector stays one, for it is read as such; the value of a table has a variable of its own.
  mutating func findCarriers() {
    func mayCarry(_ driver: NodeID, _ width: Int, _ isSigned: Bool) -> Bool {
      let node = table[driver]
      guard Int(node.width) == width, node.isSigned == isSigned, carriers[driver.index] == nil else { return false }
      switch node.operation {
      case .constant, .signal, .slice, .reinterpret, .select: return false
      case .mux: return !runs.isHead(driver)
      default: return true
      }
    }
    for port in definition.ports {
      if let driver = port.driver, port.shape.width == 1 {
        portsByDriver[driver.index, default: []].append(port.shape.name)
      }
      if let driver = port.driver, mayCarry(driver, port.shape.width, port.shape.isSigned) {
        carriers[driver.index] = ValueCarrier(name: port.shape.name, signal: nil)
      }
    }
    for (index, signal) in definition.signals.enumerated() {
      if case .net(let driver) = signal.kind, mayCarry(driver, signal.width, signal.isSigned) {
        carriers[driver.index] = ValueCarrier(name: signal.name, signal: Int32(index))
      }
    }
  }

  /// What drives a port or net, written out where others read the value there.
  mutating func driver(_ driver: NodeID, of name: String) -> VerilogExpression {
    carriers[driver.index]?.name == name ? operation(driver) : expression(driver)
  }

  /// Notes that bits of a net are read; all of them when there is no range.
  mutating func noteRead(ofNet id: NodeID, _ bits: Range<Int>? = nil) {
    func note(_ use: inout SignalUse) { if let bits { use.read(bits) } else { use.readAll() } }
    guard let carrier = carriers[id.index] else { return note(&netUses[id.index, default: SignalUse()]) }
    if let signal = carrier.signal { note(&signalUses[Int(signal)]) }
  }
}
