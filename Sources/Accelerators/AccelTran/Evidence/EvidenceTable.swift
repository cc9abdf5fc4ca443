/// A table of evidence: what it is, under which conditions, and where each figure comes from.
public struct EvidenceTable: Hashable, Sendable, CustomStringConvertible {
  /// Where a figure comes from.
  public enum Origin: String, Hashable, Sendable, CaseIterable {
    /// Printed by this package's models when the table is made.
    case computed
    /// Measured on this machine when the table is made.
    case measured
    /// In a published file or figure.
    case published
    /// Believed to be in the paper, and not checked against it: no claim.
    case recalled
  }

  /// Under which assumptions a figure holds.
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    /// Those of the published simulator.
    case paper
    /// None of them.
    case honest
  }

  /// A column: its heading and where its figures come from.
  public struct Column: Hashable, Sendable {
    /// The heading.
    public let name: String
    /// Where its figures come from; nil for names.
    public let origin: Origin?
    /// What its figures count.
    public let unit: String
    /// Under which assumptions they hold; nil where a column `mode` says so, or where they are none of a machine.
    public let mode: Mode?
    /// The column that has the published figure for each of its figures.
    public let beside: String?

    /// Names a column.
    public init(
      _ name: String, _ origin: Origin? = nil, unit: String = "", mode: Mode? = nil, beside: String? = nil
    ) {
      (self.name, self.origin, self.unit) = (name, origin, unit)
      (self.mode, self.beside) = (mode, beside)
    }
  }

  /// The number of the published result, `R3` to `R13`, or a name.
  public let result: String
  /// What the table shows.
  public let title: String
  /// Under which conditions.
  public let conditions: [String]
  /// The columns.
  public let columns: [Column]
  /// The rows, a text for each column.
  public let rows: [[String]]
  /// What the figures mean, and why a published one cannot follow from its own model.
  public let remarks: [String]

  /// Makes a table.
  public init(
    _ result: String, _ title: String, conditions: [String], columns: [Column], rows: [[String]], remarks: [String] = []
  ) {
    self.result = result
    self.title = title
    self.conditions = conditions
    self.columns = columns
    self.rows = rows
    self.remarks = remarks
  }

  /// The text in a row and a column of a given name.
  public subscript(row: Int, column: String) -> String? {
    guard rows.indices.contains(row), let place = columns.firstIndex(where: { $0.name == column }),
      rows[row].indices.contains(place)
    else { return nil }
    return rows[row][place]
  }

  /// The table in Markdown.
  public var description: String {
    let heads = columns.map { column in column.origin.map { "\(column.name) [\($0.rawValue)]" } ?? column.name }
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    var lines = ["### \(result): \(title)", ""]
    if !conditions.isEmpty { lines += ["Conditions: " + conditions.joined(separator: "; ") + ".", ""] }
    lines += [line(heads), line(heads.map { _ in "---" })] + rows.map(line)
    if !remarks.isEmpty { lines += [""] + remarks.map { "- " + $0 } }
    return lines.joined(separator: "\n")
  }
}

/// Numbers as texts of a fixed number of digits.
enum Figure {
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let number = Int((abs(value) * scale).rounded())
    let sign = value < 0 && number > 0 ? "-" : ""
    if digits == 0 { return sign + String(number) }
    let (whole, part) = number.quotientAndRemainder(dividingBy: Int(scale))
    let text = String(part)
    return sign + String(whole) + "." + String(repeating: "0", count: digits - text.count) + text
  }

  static func percent(_ share: Double, _ digits: Int = 1) -> String { fixed(100 * share, digits) }
}

/// The tables of the published results, each made anew from models and data.
///
/// A function for each result: R3 to R13, and the rows beside other accelerators. R1 and R2 are ratios to devices that are
/// not at hand, and are not computed: see ``reproduction()``.
public enum AccelTranEvidence {}
