/// What a circuit showed in an engine.
package enum Trace: Hashable, Sendable {
  /// For each cycle the outputs in the order of the ports, hexadecimal, with blanks between.
  case lines([String])
  /// The engine could not run it: its own words.
  case failed(String)
}

/// Something that runs circuits of the netlist.
///
/// State that a circuit does not define starts as zeros in every engine: that is what the fuzzer takes for its meaning.
package protocol CircuitEngine: Sendable {
  /// Name in reports.
  var name: String { get }
  /// The version of the tool behind it; empty when there is none.
  var version: String { get }

  /// The traces of all circuits, in their order.
  ///
  /// - Throws: When the batch as a whole could not be run; then the circuits are tried one by one.
  func run(_ batch: CircuitBatch) throws -> [Trace]
}
