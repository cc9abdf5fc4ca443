/// One parameter of a generator or of a workload as it is set by name: `rows=32`.
public struct Parameter<Value: Sendable>: Sendable {
  /// The name on the command line, the same as the property's.
  public let name: String
  /// What it means, with its unit.
  public let help: String
  /// What may be written, such as `1…1024` or `pipelined | combinational`.
  public var choices: String { domain.description }
  /// The values that there are.
  private(set) var domain: ParameterDomain
  /// Whether the values that there are follow from the generator.
  private(set) var followsGenerator = false
  /// The values that the bench takes, where these are fewer than there are.
  private(set) var benched: ClosedRange<Int>?

  private let read: @Sendable (Value) -> String
  private let write: @Sendable (inout Value, String) -> Bool
  private var obstacle: @Sendable (Value) -> String? = { _ in nil }

  private init(
    _ name: String, _ domain: ParameterDomain, _ help: String, read: @escaping @Sendable (Value) -> String,
    write: @escaping @Sendable (inout Value, String) -> Bool
  ) {
    self.name = name
    self.help = help
    self.domain = domain
    self.read = read
    self.write = write
  }

  /// An integer with values of its own, such as one of a workload.
  public static func integer(
    _ name: String, _ path: WritableKeyPath<Value, Int> & Sendable, in range: ClosedRange<Int>, _ help: String
  ) -> Parameter {
    Parameter(
      name, .integer(range), help, read: { String($0[keyPath: path]) },
      write: { value, text in
        guard let number = Int(text) else { return false }
        value[keyPath: path] = number
        return true
      })
  }

  /// An integer of a generator, whose `validate` states the range under the same name.
  ///
  /// - Parameters:
  ///   - benched: The values that the bench takes, where these are fewer.
  public static func integer(
    _ name: String, _ path: WritableKeyPath<Value, Int> & Sendable, _ help: String, benched: ClosedRange<Int>? = nil
  ) -> Parameter {
    let limit = benched.map { "; the bench takes \(ParameterDomain.integer($0).description)" } ?? ""
    var parameter = integer(name, path, in: .min ... .max, help + limit)
    parameter.followsGenerator = true
    parameter.benched = benched
    return parameter
  }

  /// The same parameter, which means nothing for some values of the others.
  ///
  /// - Parameter obstacle: The setting of another parameter with which this one has no effect; nil where it has one.
  public func unless(_ obstacle: @escaping @Sendable (Value) -> String?) -> Parameter {
    var parameter = self
    parameter.obstacle = obstacle
    return parameter
  }

  /// The same parameter with the range that the generator states.
  func ranged(_ ranges: [String: ClosedRange<Int>]) -> Parameter {
    guard followsGenerator else { return self }
    guard let range = ranges[name] else { preconditionFailure("no range is stated for parameter '\(name)'") }
    var parameter = self
    parameter.domain = .integer(range)
    return parameter
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

  /// The setting of another parameter with which this one has no effect in `value`.
  func obstacle(in value: Value) -> String? { obstacle(value) }

  /// Whether the bench takes what `value` has.
  func isBenched(in value: Value) -> Bool {
    guard let benched, let number = Int(text(in: value)) else { return true }
    return benched.contains(number)
  }

  func set(_ text: String, in value: inout Value) -> Bool {
    guard domain.number(of: text) != nil else { return false }
    return write(&value, text)
  }
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

/// Applies settings to a value, in whatever order they are given.
///
/// - Throws: ``CatalogError`` also for a parameter that is set twice, and for one that has no effect with the others.
func apply<Value>(
  _ settings: [Setting], of parameters: [Parameter<Value>], to value: Value, kind: String, block: String
) throws(CatalogError) -> Value {
  for (index, setting) in settings.enumerated() {
    guard parameters.contains(where: { $0.name == setting.name }) else {
      throw .unknownParameter(setting.name, kind: kind, block: block, known: parameters.map(\.name))
    }
    if let first = settings[..<index].first(where: { $0.name == setting.name }) {
      throw .setTwice(setting.name, first.value, setting.value)
    }
  }
  // A parameter that decides what another one means stands before it.
  var result = value
  let chosen = parameters.compactMap { parameter in
    settings.first { $0.name == parameter.name }.map { (parameter: parameter, text: $0.value) }
  }
  for (parameter, text) in chosen {
    guard parameter.set(text, in: &result) else {
      throw .badValue(text, parameter: parameter.name, choices: parameter.choices)
    }
  }
  for (parameter, text) in chosen {
    if let obstacle = parameter.obstacle(in: result) { throw .noEffect("\(parameter.name)=\(text)", with: obstacle) }
  }
  return result
}
