public import Testbench

/// What a fuzz run has covered: the file that is kept.
public struct FuzzRecord: Hashable, Sendable, Codable {
  /// Circuits that were made and run.
  public var circuits: Int
  /// The seed of the run.
  public var seed: Seed
  /// Cycles that each circuit ran.
  public var cycles: Int
  /// Circuits on which engines differed, or which one of them could not run.
  public var differences: Int
  /// Circuits on which one version of a tool is wrong and another one agrees with all other engines; none of
  /// ``differences``.
  public var toolDefects: [ToolDefect]
  /// For each engine the number of circuits that it ran.
  public var engines: [String: Int]
  /// For each engine with a tool behind it, the version.
  public var versions: [String: String]
  /// Wall time in seconds.
  public var seconds: Int
}

/// A circuit on which one version of a tool is wrong.
public struct ToolDefect: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Number of the circuit in the run.
  public var circuit: Int
  /// The engine.
  public var tool: String
  /// The version that is wrong.
  public var version: String
  /// The one that shows what all other engines show.
  public var agreeingVersion: String

  /// In a line.
  public var description: String {
    "circuit \(circuit): \(tool) \(version) alone is wrong; \(agreeingVersion) shows what all other engines show"
  }
}

/// A circuit on which engines differ.
public struct FuzzFinding: Hashable, Sendable {
  /// Number of the circuit in the run.
  public var index: Int
  /// The seed of the run.
  public var seed: Seed
  /// What each engine showed in the first cycle that differs, or its words when it could not run the circuit.
  public var shown: [String: String]
  /// The first cycle that differs; nil when an engine could not run the circuit.
  public var cycle: Int?
  /// The smallest program that shows it; nil when the language refused what should be valid.
  public var minimal: CircuitProgram?
  /// Names of the outputs of ``minimal`` that differ.
  public var outputs: [String]
  /// The Verilog of ``minimal``: names and contents of files.
  public var verilog: [VerilogText]

  /// A file of the emitted design.
  public struct VerilogText: Hashable, Sendable {
    /// File name.
    public var name: String
    /// Contents.
    public var text: String
  }
}

extension FuzzFinding: CustomStringConvertible {
  /// What differs, how to repeat it, and the program.
  public var description: String {
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
