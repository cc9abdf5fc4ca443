/// What a generator declares of one of its parameters, and what this module has.
public struct DeclaredParameter: Hashable, Sendable, Codable {
  /// The name to set it by.
  public var name: String
  /// The value, as it is written in a setting.
  public var value: String
  /// What may be written, such as `1…1024` or `pipelined | combinational`.
  public var choices: String
  /// What it means, with its unit.
  public var sentence: String

  /// A parameter with its value.
  public init(name: String, value: String, choices: String, sentence: String) {
    (self.name, self.value, self.choices, self.sentence) = (name, value, choices, sentence)
  }
}

/// The parameters of the generator that made a module.
///
/// One reference, for definitions are copied on stacks that may be small.
public struct ModuleParameters: Hashable, Sendable {
  private struct Content: Hashable, Sendable {
    var values: [String: String]
    var declared: [DeclaredParameter]
  }
  private var content: [Content] = []

  /// None.
  public init() {}

  /// Properties by name, and those that are declared.
  public init(_ values: [String: String], declared: [DeclaredParameter]) {
    content = [Content(values: values, declared: declared)]
  }

  /// All by name, as they would be written in Swift.
  public var values: [String: String] { content.first?.values ?? [:] }

  /// Those that the generator declares, in its order, without those that mean nothing in the module.
  public var declared: [DeclaredParameter] { content.first?.declared ?? [] }
}
