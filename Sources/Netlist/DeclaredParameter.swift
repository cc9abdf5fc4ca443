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
