import Netlist

/// One parameter of a generator, declared once: its name, the values that there are, and a sentence with its unit.
///
/// ```swift
/// public struct Delay: DefaultConfigurable {
///   public var width = 8
///   public var isReset = false
///   public init() {}
///   public static let parameters: [Parameter<Self>] = [
///     .integer("width", \.width, in: 1...1024, "Bits of a word"),
///     .flag("isReset", \.isReset, "Whether the registers have a reset"),
///   ]
/// ```
///
/// The elaboration refuses values outside their range, and the command line, the lists and the random designs take names,
/// values and sentences from here. The default is that of `init()`.
public struct Parameter<Value: Sendable>: Sendable {
  /// The name, the same as the property's.
  public let name: String
  /// What it means, with its unit.
  public let help: String
  /// The values that there are.
  public let domain: ParameterDomain
  /// Whether `domain` holds all values that the property may have; a choice may name only the usual ones.
  let isComplete: Bool

  private let read: @Sendable (Value) -> String
  private let write: @Sendable (inout Value, String) -> Bool
  private let property: @Sendable (Value) -> Any
  private var reason: @Sendable (Value) -> String? = { _ in nil }
  /// Whether the parameter is the depth of FIFOs and nothing else: any admissible value computes the same, sooner or later.
  public private(set) var isQueueDepth = false

  private init<Property>(
    _ name: String, _ path: WritableKeyPath<Value, Property> & Sendable, _ domain: ParameterDomain, _ help: String,
    isComplete: Bool, text: @escaping @Sendable (Property) -> String,
    parse: @escaping @Sendable (String, _ old: Property) -> Property?
  ) {
    self.name = name
    self.help = help
    self.domain = domain
    self.isComplete = isComplete
    read = { text($0[keyPath: path]) }
    write = { value, text in
      guard let new = parse(text, value[keyPath: path]) else { return false }
      value[keyPath: path] = new
      return true
    }
    property = { $0[keyPath: path] }
  }

  /// A whole number in `range`.
  public static func integer(
    _ name: String, _ path: WritableKeyPath<Value, Int> & Sendable, in range: ClosedRange<Int>, _ help: String
  ) -> Parameter {
    Parameter(
      name, path, .integer(range), help, isComplete: true, text: { String($0) }, parse: { text, _ in Int(text) })
  }

  /// One of a few numbers.
  public static func integer(
    _ name: String, _ path: WritableKeyPath<Value, Int> & Sendable, of numbers: [Int], _ help: String
  ) -> Parameter {
    Parameter(
      name, path, .words(numbers.map { String($0) }), help, isComplete: true, text: { String($0) },
      parse: { text, _ in Int(text) })
  }

  /// Yes or no.
  public static func flag(
    _ name: String, _ path: WritableKeyPath<Value, Bool> & Sendable, _ help: String
  ) -> Parameter {
    Parameter(
      name, path, .words(["true", "false"]), help, isComplete: true, text: { String($0) },
      parse: { text, _ in Bool(text) })
  }

  /// One case of an enumeration, by its name.
  public static func choice<Case: CaseIterable & Hashable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Value, Case> & Sendable, _ help: String
  ) -> Parameter {
    choice(name, path, Case.allCases.map { ("\($0)", $0) }, help)
  }

  /// One of a few values, written as `words` say; the property may have others, which have no word.
  public static func choice<Case: Hashable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Value, Case> & Sendable, _ words: [(String, Case)], _ help: String
  ) -> Parameter {
    Parameter(
      name, path, .words(words.map(\.0)), help, isComplete: false,
      text: { value in words.first { $0.1 == value }?.0 ?? "\(value)" },
      parse: { text, _ in words.first { $0.0 == text }?.1 })
  }

  /// One case of an enumeration whose cases carry values: setting the case that the property has leaves what it carries,
  /// another one comes with what `words` give it. What a case carries is a parameter of its own, ``unless(_:)`` the
  /// property has another case.
  public static func cases<Case: Sendable>(
    _ name: String, _ path: WritableKeyPath<Value, Case> & Sendable, _ words: [(String, Case)], _ help: String
  ) -> Parameter {
    let kinds = words.map { kind(of: $0.1) }
    return Parameter(
      name, path, .words(words.map(\.0)), help, isComplete: false,
      text: { value in kinds.firstIndex(of: kind(of: value)).map { words[$0].0 } ?? "\(value)" },
      parse: { text, old in
        words.firstIndex { $0.0 == text }.map { kinds[$0] == kind(of: old) ? old : words[$0].1 }
      })
  }

  /// The name of the case that `value` has.
  private static func kind(of value: some Any) -> String {
    Mirror(reflecting: value).children.first?.label ?? "\(value)"
  }

  /// The same parameter, which means nothing for some values of the others.
  ///
  /// - Parameter reason: The setting of another parameter with which this one has no effect, such as `storage=memory`;
  ///   nil where it has one.
  public func unless(_ reason: @escaping @Sendable (Value) -> String?) -> Parameter {
    var parameter = self
    parameter.reason = reason
    return parameter
  }

  /// The same parameter, which is the depth of FIFOs and nothing else: any admissible value computes the same, sooner or
  /// later. What proposes depths may change it.
  public func asQueueDepth() -> Parameter {
    var parameter = self
    parameter.isQueueDepth = true
    return parameter
  }

  /// The same parameter of something that has the value at `path`: `BurstShape.parameters.map { $0.of(\.shape) }`.
  public func of<Whole>(_ path: WritableKeyPath<Whole, Value> & Sendable) -> Parameter<Whole> {
    Parameter<Whole>(self, at: path)
  }

  private init<Part>(_ part: Parameter<Part>, at path: WritableKeyPath<Value, Part> & Sendable) {
    name = part.name
    help = part.help
    domain = part.domain
    isComplete = part.isComplete
    read = { part.read($0[keyPath: path]) }
    write = { part.write(&$0[keyPath: path], $1) }
    property = { part.property($0[keyPath: path]) }
    reason = { part.reason($0[keyPath: path]) }
    isQueueDepth = part.isQueueDepth
  }
}

extension Parameter {
  /// What `value` has, as it is written in a setting.
  public func text(in value: Value) -> String { read(value) }

  /// What `value` has, as it is stored.
  public func property(of value: Value) -> Any { property(value) }

  /// The setting of another parameter with which this one has no effect in `value`.
  public func obstacle(in value: Value) -> String? { reason(value) }

  /// The parameter with what `value` has.
  func declaration(in value: Value) -> DeclaredParameter {
    DeclaredParameter(name: name, value: text(in: value), choices: domain.description, sentence: help)
  }

  /// Gives `value` what `text` says; false when there is no such value.
  public func set(_ text: String, in value: inout Value) -> Bool {
    domain.number(of: text) != nil && write(&value, text)
  }

  /// What is wrong with `value`, and what to write instead.
  func mistake(in value: Value) -> (message: String, fix: String)? {
    guard isComplete, obstacle(in: value) == nil else { return nil }
    let text = text(in: value)
    return domain.number(of: text) == nil ? ("parameter '\(name)' is \(text)", domain.fix) : nil
  }
}

/// The values that a parameter may have.
public enum ParameterDomain: Hashable, Sendable, CustomStringConvertible {
  /// Whole numbers.
  case integer(ClosedRange<Int>)
  /// A few words.
  case words([String])

  /// What may be written, such as `1…1024` or `pipelined | combinational`.
  public var description: String {
    switch self {
    case .integer(let range): "\(range.lowerBound)…\(range.upperBound)"
    case .words(let words): words.joined(separator: " | ")
    }
  }

  /// The same in a sentence, such as `from 1 to 1024` or `32 or 64`.
  public var phrase: String {
    switch self {
    case .integer(let range): "from \(range.lowerBound) to \(range.upperBound)"
    case .words(let words): words.joined(separator: " or ")
    }
  }

  /// What is to be written instead of a value that is not there.
  var fix: String {
    switch self {
    case .integer: "use a value \(phrase)"
    case .words: "use \(phrase)"
    }
  }

  /// The number of a value: itself, or its position among the words; nil when it is none.
  public func number(of text: String) -> Int? {
    switch self {
    case .integer(let range): Int(text).flatMap { range.contains($0) ? $0 : nil }
    case .words(let words): words.firstIndex(of: text)
    }
  }

  /// The value with this number.
  public func text(of number: Int) -> String {
    switch self {
    case .integer: String(number)
    case .words(let words): words[number]
    }
  }
}
