import Netlist
import Tools

/// What is wrong with a design, on a case as small as was found.
public struct FailureExplanation: Hashable, Sendable, Codable {
  /// A number that was made smaller.
  public struct Change: Hashable, Sendable, Codable {
    /// What it is of.
    public var name: String
    /// As it was at first.
    public var from: String
    /// As it is in the smallest case.
    public var to: String
  }

  /// A transaction or vector that leads to the wrong one.
  public struct Cause: Hashable, Sendable, Codable {
    /// The stream, or nil for a vector of pins.
    public var stream: String?
    /// Its number.
    public var transaction: Int
    /// Names of the fields.
    public var fields: [String]
    /// Their values.
    public var values: [FieldValue]
  }

  /// Runs that were spent on making the case smaller; 0 for a case that is explained as it is.
  public var runs: Int
  /// False when the budget ended before there was nothing left to try.
  public var isComplete: Bool
  /// Cycles of the failing run at first, and of the smallest one.
  public var cycles: [UInt64]
  /// Counts and parameters that became smaller.
  public var changes: [Change]
  /// Everything that decides the smallest run.
  public var inputs: ShrinkInputs
  /// The first thing that is wrong.
  public var failure: BenchFailure
  /// Which bits are wrong, a sentence a field.
  public var bits: [String]
  /// What was sent that should have given what is missing, where the bench knows.
  public var causes: [Cause]
  /// How the bench holds back, a sentence a stream; empty when it never does.
  public var stalls: [String]
  /// The last cycles, drawn.
  public var drawing: String
  /// The wave of the smallest run; nil when none was asked for.
  public var wave: String?
  /// Why there is no wave, or no whole one, although one was asked for.
  public var waveProblem: String?
  /// The save file of GTKWave that goes with it.
  public var saveFile: String?
  /// The command line that repeats the smallest run; filled in by the caller.
  public var reproduce: String?
}

extension FailureExplanation {
  /// The explanation for a person.
  ///
  /// - Parameter colour: Whether to mark what is wrong with ANSI colours.
  public func text(colour: Bool = false) -> String {
    // A case that is explained as it is has said the rest above.
    var facts: [(String, [String])] =
      runs == 0 ? [] : [("smallest", [summary] + changeLines), ("failure", failure.lines)]
    if !bits.isEmpty { facts.append(("bits", bits)) }
    if !causes.isEmpty { facts.append(("caused by", causes.map(\.text))) }
    if !stalls.isEmpty { facts.append(("stalls", stalls)) }
    var lines = Self.lines(facts)
    if colour, let index = lines.firstIndex(where: { $0.hasPrefix("  failure") }) {
      lines[index] = "\u{1B}[1;31m\(lines[index])\u{1B}[0m"
    }
    lines +=
      [""]
      + drawing.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
        $0.isEmpty ? "" : "    " + $0
      }
    var files: [(String, [String])] = []
    if let wave { files.append(("wave", [saveFile.map { "gtkwave \(shellQuoted(wave)) \(shellQuoted($0))" } ?? wave])) }
    if let waveProblem { files.append(("wave", ["none: \(waveProblem)"])) }
    if let reproduce { files.append(("reproduce", [reproduce])) }
    if !files.isEmpty { lines += [""] + Self.lines(files) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ facts: [(String, [String])]) -> [String] {
    facts.flatMap { label, values in
      values.enumerated().map { "  " + ($0.offset == 0 ? label : "").padded(11) + $0.element }
    }
  }

  private var summary: String {
    var text = "\(counted(Int(cycles[1]), "cycle"))"
    if cycles[0] != cycles[1] { text += " of \(cycles[0])" }
    text += ", found in \(counted(runs, "run"))"
    return isComplete ? text : text + "; the budget ended before all was tried"
  }

  private var changeLines: [String] {
    let width = changes.reduce(0) { max($0, $1.name.count) }
    return changes.map { "\($0.name.padded(width))  \($0.from) -> \($0.to)" }
  }
}

extension FailureExplanation.Cause {
  /// More fields than this are left to the machine-readable reports.
  private static let widest = 12

  var text: String {
    let title = stream.map { "'\($0)' transaction \(transaction)" } ?? "vector \(transaction)"
    if fields.isEmpty { return title }
    let shown = zip(fields, values).prefix(Self.widest).map { "\($0) \($1)" }.joined(separator: ", ")
    return "\(title): \(shown)" + (fields.count > Self.widest ? ", and \(fields.count - Self.widest) more" : "")
  }
}

extension BenchFailure.Difference {
  /// Which bits are wrong, and by how much the number is.
  var bitText: String {
    let (wanted, seen) = (expected.bits, got.bits)
    let wrong = wanted.indices.filter { $0 < seen.count && wanted[$0] != seen[$0] }
    var text = "\(field): "
    if wrong.count == 1 {
      text += "bit \(wrong[0]) is \(seen[wrong[0]] ? 1 : 0) and must be \(wanted[wrong[0]] ? 1 : 0)"
    } else {
      text += "\(wrong.count) bits are wrong: \(Self.ranges(wrong))"
    }
    if let wanted = Int64(expected.decimal), let seen = Int64(got.decimal) {
      let (error, overflow) = seen.subtractingReportingOverflow(wanted)
      if !overflow, error != 0 { text += "; \(error.magnitude) too \(error < 0 ? "small" : "large")" }
    }
    return text
  }

  /// "7 to 4, 1" of the bits 1, 4, 5, 6, 7.
  private static func ranges(_ bits: [Int]) -> String {
    var runs: [(low: Int, high: Int)] = []
    for bit in bits {
      if let last = runs.last, last.high + 1 == bit { runs[runs.count - 1].high = bit } else { runs.append((bit, bit)) }
    }
    let words = runs.reversed().map { $0.low == $0.high ? "\($0.low)" : "\($0.high) to \($0.low)" }
    return words.prefix(8).joined(separator: ", ") + (words.count > 8 ? ", and more" : "")
  }
}

extension FieldValue {
  /// The bits from the lowest one on, a few zeros above the width perhaps.
  fileprivate var bits: [Bool] {
    hexadecimal.dropFirst(2).reversed().flatMap { digit in
      let value = digit.hexDigitValue ?? 0
      return (0..<4).map { value >> $0 & 1 == 1 }
    }
  }
}
