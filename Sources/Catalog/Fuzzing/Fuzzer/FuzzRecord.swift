import Testbench

/// What a fuzz run has covered: the file that is kept.
package struct FuzzRecord: Hashable, Sendable, Codable {
  /// Circuits that were made and run.
  package var circuits: Int
  /// The seed of the run.
  package var seed: Seed
  /// Cycles that each circuit ran.
  package var cycles: Int
  /// Circuits on which engines differed, or which one of them could not run.
  package var differences: Int
  /// Circuits on which one version of a tool is wrong and another one agrees with all other engines; none of
  /// ``differences``.
  package var toolDefects: [ToolDefect]
  /// For each engine the number of circuits that it ran.
  package var engines: [String: Int]
  /// For each engine with a tool behind it, the version.
  package var versions: [String: String]
  /// Wall time in seconds.
  package var seconds: Int
}

/// A circuit on which one version of a tool is wrong.
package struct ToolDefect: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Number of the circuit in the run.
  package var circuit: Int
  /// The engine.
  package var tool: String
  /// The version that is wrong.
  package var version: String
  /// The one that shows what all other engines show.
  package var agreeingVersion: String

  /// In a line.
  package var description: String {
    "circuit \(circuit): \(tool) \(version) alone is wrong; \(agreeingVersion) shows what all other engines show"
  }
}

/// A circuit on which engines differ.
package struct FuzzFinding: Hashable, Sendable {
  /// Number of the circuit in the run.
  package var index: Int
  /// The seed of the run.
  package var seed: Seed
  /// What each engine showed in the first cycle that differs, or its words when it could not run the circuit.
  package var shown: [String: String]
  /// The first cycle that differs; nil when an engine could not run the circuit.
  package var cycle: Int?
  /// The smallest program that shows it; nil when the language refused what should be valid.
  package var minimal: CircuitProgram?
  /// Names of the outputs of ``minimal`` that differ.
  package var outputs: [String]
  /// The Verilog of ``minimal``: names and contents of files.
  package var verilog: [VerilogText]

  /// A file of the emitted design.
  package struct VerilogText: Hashable, Sendable {
    /// File name.
    package var name: String
    /// Contents.
    package var text: String
  }
}

extension FuzzFinding: CustomStringConvertible {
  /// What differs, how to repeat it, and the program.
  package var description: String {
    var text = "circuit \(index) of seed \(seed)"
    if let cycle { text += ", cycle \(cycle)" }
    if !outputs.isEmpty { text += ", \(outputs.joined(separator: ", "))" }
    text += ":\n"
    for (engine, line) in shown.sorted(by: { $0.key < $1.key }) { text += "  \(engine): \(line)\n" }
    text += "  repeat it with: systole fuzz --seed \(seed) --first \(index) --count 1\n"
    if let minimal { text += "\n" + minimal.swiftText }
    return text
  }
}
