import HDL

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
  package var domain = ParameterDomain.words([])
  /// Whether it is the depth of FIFOs and nothing else.
  package var isQueueDepth = false

  private enum CodingKeys: String, CodingKey { case name, value, choices, help }
}

extension Parameter {
  /// The parameter with what `value` has.
  ///
  /// - Parameter benched: The values that the bench takes, where these are fewer than there are.
  func description(in value: Value, benched: ParameterDomain? = nil) -> ParameterDescription {
    ParameterDescription(
      name: name, value: text(in: value), choices: domain.description,
      help: help + (benched.map { "; the bench takes \($0)" } ?? ""), domain: domain,
      isQueueDepth: isQueueDepth)
  }
}
