import HDL

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
      throw .badValue(text, parameter: parameter.name, choices: parameter.domain.description)
    }
  }
  for (parameter, text) in chosen {
    if let obstacle = parameter.obstacle(in: result) { throw .noEffect("\(parameter.name)=\(text)", with: obstacle) }
  }
  return result
}
