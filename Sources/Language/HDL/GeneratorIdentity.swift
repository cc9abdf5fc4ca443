import Netlist

/// The Verilog name of a generator value, and the value as text.
public struct GeneratorIdentity {
  /// `Type` followed by the parameters that differ from the defaults, such as `SystolicArray_rows64`.
  public let name: String
  /// The value as it would be written in Swift.
  public let summary: String
  /// The stored properties of the value, each as it would be written in Swift.
  public let parameters: [String: String]

  /// Names longer than this are cut and get a hash instead.
  private static let longestName = 96

  /// The identity of `generator`.
  public init<G: Generator>(_ generator: G) {
    let type = Self.plainName(of: G.self)
    let leaves = Self.parameters(of: generator)
    let defaults = (G.self as? any DefaultConfigurable.Type).map { Self.parameters(of: $0.init()) } ?? []
    summary = "\(type)(\(Self.describe(generator)))"
    let changed = leaves.filter { parameter in !defaults.contains { $0 == parameter } }
    parameters = Dictionary(leaves.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    var text = type
    for parameter in changed { text += "_\(parameter.name)\(Self.capitalized(parameter.word))" }
    name = Self.moduleName(text, type: type)
  }

  /// The value behind the name of its parameter: nothing for true, 0 for false, words with a capital letter.
  private static func capitalized(_ word: String) -> String {
    switch word {
    case "true": ""
    case "false": "0"
    default: word.prefix(1).uppercased() + word.dropFirst()
    }
  }

  /// An identifier that every tool takes.
  private static func moduleName(_ text: String, type: String) -> String {
    var name = identifier(text)
    if name.utf8.count > longestName {
      name = "\(identifier(type).prefix(longestName - 17))_\(Identifier.hash(name))"
    }
    if name.isEmpty { name = "Module_\(Identifier.hash(text))" }
    if name.lowercased().hasPrefix(Identifier.helperPrefix) { name = "Design_" + name }
    return Identifier.problem(withModule: name) == nil ? name : name + "_module"
  }

  private struct Parameter: Equatable {
    var name: String
    /// As it would be written in Swift.
    var value: String
    /// As it stands in the name of the module.
    var word: String

    init(name: String, value: String, word: String? = nil) {
      self.name = name
      self.value = value
      self.word = word ?? value
    }
  }

  private static func parameters(of value: Any) -> [Parameter] {
    Mirror(reflecting: value).children.flatMap { parameters(named: $0.label ?? "", $0.value) }
  }

  private static func parameters(named label: String, _ value: Any) -> [Parameter] {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      guard let wrapped = mirror.children.first?.value else { return [Parameter(name: label, value: "nil")] }
      guard Mirror(reflecting: wrapped).displayStyle == .struct else { return parameters(named: label, wrapped) }
      // Something optional that is there: that it is, and what of it is not as usual.
      let usual = (type(of: wrapped) as? any DefaultInitializable.Type).map { parameters(of: $0.init()) } ?? []
      let unusual = parameters(of: wrapped).filter { parameter in !usual.contains { $0 == parameter } }
      return [Parameter(name: label, value: "")]
        + unusual.map { Parameter(name: "\(label).\($0.name)", value: $0.value, word: $0.word) }
    case .struct where !mirror.children.isEmpty && text(value) == nil:
      return parameters(of: value).map { Parameter(name: "\(label).\($0.name)", value: $0.value, word: $0.word) }
    default:
      if let text = text(value) {
        return [Parameter(name: label, value: ForeignText.swiftString(text), word: text)]
      }
      return isValue(value) ? [Parameter(name: label, value: plain(value))] : []
    }
  }

  /// Closures have no text.
  private static func isValue(_ value: Any) -> Bool { !"\(type(of: value))".contains("->") }

  private static func describe(_ value: Any) -> String {
    Mirror(reflecting: value).children.filter { isValue($0.value) }.map { child in
      (child.label.map { $0 + ": " } ?? "") + text(of: child.value)
    }.joined(separator: ", ")
  }

  private static func text(of value: Any) -> String {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.map { text(of: $0.value) } ?? "nil"
    case _ where text(value) != nil: return plain(value)
    case .struct where !mirror.children.isEmpty:
      return "\(plainName(of: type(of: value)))(\(describe(value)))"
    default: return plain(value)
    }
  }

  /// Enum cases without their type, text in quotes, everything else as printed; of what has no order, in one of its own.
  private static func plain(_ value: Any) -> String {
    if let text = text(value) { return ForeignText.swiftString(text) }
    if let names = value as? [String: String], !names.isEmpty {
      let pairs = names.map { "\(ForeignText.swiftString($0)): \(ForeignText.swiftString($1))" }
      return "[\(pairs.sorted().joined(separator: ", "))]"
    }
    return "\(value)"
  }

  /// What is written in quotes.
  private static func text(_ value: Any) -> String? {
    switch value {
    case let text as String: text
    case let text as Substring: String(text)
    case let character as Character: String(character)
    case let scalar as Unicode.Scalar: String(scalar)
    case let text as StaticString: "\(text)"
    default: nil
    }
  }

  private static func plainName(of type: Any.Type) -> String { "\(type)" }

  /// `text` with every character that Verilog does not take replaced; no underscore at the end.
  private static func identifier(_ text: String) -> String {
    var result: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122: result.append(byte)
      case UInt8(ascii: "-"): result += Array("minus".utf8)
      default: if result.last != 95 { result.append(95) }
      }
    }
    while result.last == 95 { result.removeLast() }
    return String(decoding: result, as: UTF8.self)
  }
}
