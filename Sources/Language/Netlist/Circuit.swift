/// A complete, valid design: modules bottom first, the last one being the top.
///
/// The only way to make one is to pass every check, so whoever holds a `Circuit` need not check again.
public struct Circuit: Hashable, Sendable {
  /// Modules; each one instantiates only modules that stand before it.
  public let definitions: [Definition]

  /// Checks `definitions` and takes them over.
  ///
  /// - Throws: all mistakes found, as one ``DiagnosticList``.
  public init(definitions: [Definition]) throws(DiagnosticList) {
    let mistakes = CircuitCheck(definitions: definitions).run()
    if !mistakes.isEmpty { throw DiagnosticList(mistakes) }
    self.definitions = definitions
  }

  /// Checks `definitions` and takes them over; `paths` are those of each module then.
  package init(definitions: [Definition], paths: inout [CombinationalPaths]) throws(DiagnosticList) {
    let mistakes = CircuitCheck(definitions: definitions).run(&paths)
    if !mistakes.isEmpty { throw DiagnosticList(mistakes) }
    self.definitions = definitions
  }

  /// Takes over the result of a pass, which keeps a valid circuit valid; debug builds check that it did.
  init(valid definitions: [Definition]) {
    assert(CircuitCheck(definitions: definitions).run().isEmpty, "a pass has broken the circuit")
    self.definitions = definitions
  }

  /// Whether a definition is a module with a text of its own: neither written elsewhere nor an array of cells.
  static func isWritten(_ definition: Definition) -> Bool { definition.foreign == nil && definition.grid == nil }

  /// The module that nothing instantiates.
  public var top: Definition { definitions[definitions.count - 1] }

  /// How often each definition occurs below the top, in the order of ``definitions``; 1 for the top.
  public var occurrences: [Int] {
    var count = [Int](repeating: 0, count: definitions.count)
    count[count.count - 1] = 1
    for index in definitions.indices.reversed() {
      for instance in definitions[index].instances { count[Int(instance.definition)] += count[index] }
      if let grid = definitions[index].grid { count[Int(grid.cell)] += count[index] * grid.count }
    }
    return count
  }
}
