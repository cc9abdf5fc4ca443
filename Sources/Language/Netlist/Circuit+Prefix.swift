extension Circuit {
  /// The same design with `prefix` before the name of every module, so that two designs of one chip never share a name.
  ///
  /// Modules that are written elsewhere keep their names.
  ///
  /// - Throws: ``InvalidPrefix`` where a module's name would be none.
  public func prefixed(_ prefix: String) throws(InvalidPrefix) -> Circuit {
    let foreign = Set(definitions.compactMap { $0.foreign?.module.lowercased() })
    var definitions = definitions
    for index in definitions.indices where Self.isWritten(definitions[index]) {
      let name = prefix + definitions[index].name
      if let problem = Identifier.problem(withModule: name) { throw InvalidPrefix(name: name, problem: problem) }
      if foreign.contains(name.lowercased()) {
        throw InvalidPrefix(name: name, problem: "the name of a module that is written elsewhere")
      }
      definitions[index].name = name
    }
    return Circuit(valid: definitions)
  }
}

/// A prefix that gives a module no name.
public struct InvalidPrefix: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name that a module would have.
  public var name: String
  /// What is wrong with it, as the end of a sentence.
  public var problem: String

  /// One sentence with the remedy.
  public var description: String {
    "'\(ForeignText.visible(name))' is \(problem); take a prefix of letters, digits and underscores, such as 'acme_'"
  }
}
