import Netlist

/// One thing to be proved of a module.
public struct Property: Hashable, Sendable {
  /// What a property is about.
  public enum Subject: Hashable, Sendable {
    /// What a checker asserts of the module's ports.
    case checker(CheckerCircuit)
    /// That something a checker covers can happen.
    case cover(CheckerCircuit, module: String, label: String)
    /// What the module and those inside it assert of themselves.
    case design
  }

  /// The name to ask for, in words with hyphens.
  public var name: String
  /// One sentence.
  public var summary: String
  /// What it is about.
  public var subject: Subject

  /// That every assertion inside the design holds.
  public static let assertionsOfDesign = Property(
    name: "assertions", summary: "What the design asserts of itself holds.", subject: .design)

  /// What `checker` states: its assertions, if it has any, and each of its covers.
  public static func all(of checker: CheckerCircuit) -> [Property] {
    let asserted =
      checker.states(.assert)
      ? [Property(name: checker.name, summary: checker.summary, subject: .checker(checker))] : []
    return asserted
      + checker.covers.map { module, label in
        Property(
          name: "\(checker.name)-\(label.replacing("_", with: "-"))", summary: "It can happen.",
          subject: .cover(checker, module: module, label: label))
      }
  }

  /// Whether a counterexample is what is looked for.
  var isCover: Bool { if case .cover = subject { true } else { false } }
}
