/// One parameter of a generator or of a workload as it is set by name: `rows=32`.
public struct Parameter<Value: Sendable>: Sendable {
  /// The name on the command line, the same as the property's.
  public let name: String
  /// What it means, with its unit.
  public let help: String
  /// What may be written, such as `1…1024` or `pipelined | combinational`.
  public let choices: String
  /// The values that there are.
  let domain: ParameterDomain

  private let read: @Sendable (Value) -> String
  private let write: @Sendable (inout Value, String) -> Bool

  private init(
    _ name: String, _ domain: ParameterDomain, _ help: String, read: @escaping @Sendable (Value) -> String,
    write: @escaping @Sendable (inout Value, String) -> Bool
  ) {
    self.name = name
    self.help = help
    self.domain = domain
    choices = domain.description
    self.read = read
    self.write = write
  }

  /// An integer. Values outside `range` are refused here; finer rules belong to the generator.
  public static func integer(
    _ name: String, _ path: WritableKeyPath<Value, Int> & Sendable, in range: ClosedRange<Int>, _ help: String
  ) -> Parameter {
    Parameter(
      name, .integer(range), help, read: { String($0[keyPath: path]) },
      write: { value, text in
        guard let number = Int(text), range.contains(number) else { return false }
        value[keyPath: path] = number
        return true
      })
  }

  /// Yes or no.
  public static func flag(
    _ name: String, _ path: WritableKeyPath<Value, Bool> & Sendable, _ help: String
  ) -> Parameter {
    Parameter(
      name, .words(["true", "false"]), help, read: { String($0[keyPath: path]) },
      write: { value, text in
        guard let flag = Bool(text) else { return false }
        value[keyPath: path] = flag
        return true
      })
  }

  /// One of a few cases, written as `words` say.
  public static func choice<Case: Hashable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Value, Case> & Sendable, _ words: [(String, Case)], _ help: String
  ) -> Parameter {
    Parameter(
      name, .words(words.map(\.0)), help,
      read: { value in words.first { $0.1 == value[keyPath: path] }?.0 ?? "\(value[keyPath: path])" },
      write: { value, text in
        guard let word = words.first(where: { $0.0 == text }) else { return false }
        value[keyPath: path] = word.1
        return true
      })
  }

  func text(in value: Value) -> String { read(value) }

  func set(_ text: String, in value: inout Value) -> Bool { write(&value, text) }
}

/// A parameter with its default, for people and scripts.
public struct ParameterDescription: Hashable, Sendable, Codable {
  /// The name to set it by.
  public var name: String
  /// The default.
  public var value: String
  /// What may be written.
  public var choices: String
  /// What it means.
  public var help: String
  /// The values that there are.
  var domain = ParameterDomain.words([])

  private enum CodingKeys: String, CodingKey { case name, value, choices, help }
}

extension Parameter {
  func description(in value: Value) -> ParameterDescription {
    ParameterDescription(name: name, value: text(in: value), choices: choices, help: help, domain: domain)
  }
}

/// The values that a parameter may have.
enum ParameterDomain: Hashable, Sendable, CustomStringConvertible {
  /// Whole numbers.
  case integer(ClosedRange<Int>)
  /// A few words.
  case words([String])

  /// What may be written.
  var description: String {
    switch self {
    case .integer(let range): "\(range.lowerBound)…\(range.upperBound)"
    case .words(let words): words.joined(separator: " | ")
    }
  }

  /// The number of a value: itself, or its position among the words.
  func number(of text: String) -> Int? {
    switch self {
    case .integer(let range): Int(text).flatMap { range.contains($0) ? $0 : nil }
    case .words(let words): words.firstIndex(of: text)
    }
  }

  /// The value with this number.
  func text(of number: Int) -> String {
    switch self {
    case .integer: String(number)
    case .words(let words): words[number]
    }
  }
}

/// A `name=value` given by a user.
public struct Setting: Hashable, Sendable {
  /// The name of a parameter.
  public var name: String
  /// The value as written.
  public var value: String

  /// Sets `name` to `value`.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// Splits `name=value`; nil when there is no `=` or no name.
  public init?(_ text: String) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
    name = String(text[..<equals])
    value = String(text[text.index(after: equals)...])
  }
}

/// Applies settings to a value, in order.
func apply<Value>(
  _ settings: [Setting], of parameters: [Parameter<Value>], to value: Value, kind: String, block: String
) throws(CatalogError) -> Value {
  var result = value
  for setting in settings {
    guard let parameter = parameters.first(where: { $0.name == setting.name }) else {
      throw .unknownParameter(setting.name, kind: kind, block: block, known: parameters.map(\.name))
    }
    guard parameter.set(setting.value, in: &result) else {
      throw .badValue(setting.value, parameter: setting.name, choices: parameter.choices)
    }
  }
  return result
}
