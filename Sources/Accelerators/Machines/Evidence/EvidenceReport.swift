import Foundation

/// Figures of a machine beside the published ones, as files: `evidence.json`, `evidence.csv`, `evidence.html`, and a drawing
/// for each chart.
///
///     var report = EvidenceReport(machine: "tataa", title: "TATAA, figure by figure")
///     report.rows.append(EvidenceRow("throughput", "int8", ours: 3500, paper: 2935.2, unit: "GOPS", …))
///     for file in try report.files() { print(file.name) }
public struct EvidenceReport: Hashable, Sendable {
  /// The machine, as commands call it.
  public var machine: String
  /// The heading.
  public var title: String
  /// What holds for all rows, a sentence each.
  public var notes: [String] = []
  /// The figures, in groups by the first part of their ids.
  public var rows: [EvidenceRow] = []
  /// The drawings.
  public var charts: [EvidenceChart] = []
  /// The drawings with lines.
  public var plots: [EvidencePlot] = []

  /// A report without figures.
  public init(machine: String, title: String) { (self.machine, self.title) = (machine, title) }

  /// The rows that a table of `id` holds, in their order.
  public subscript(group: String) -> [EvidenceRow] { rows.filter { Self.group($0) == group } }

  /// The row of an id.
  public func row(_ id: String) -> EvidenceRow? { rows.first { $0.id == id } }

  private static func group(_ row: EvidenceRow) -> String { String(row.id.prefix { $0 != "." }) }

  /// The groups in their order.
  public var groups: [String] {
    var seen: Set<String> = []
    return rows.map(Self.group).filter { seen.insert($0).inserted }
  }

  /// Name and contents of each file.
  ///
  /// - Throws: what the encoder says of a figure that is no number.
  public func files() throws -> [(name: String, text: String)] {
    [("evidence.json", try json()), ("evidence.csv", csv), ("evidence.html", html)]
      + charts.map { ($0.name + ".svg", $0.svg) } + plots.map { ($0.name + ".svg", $0.svg) }
  }

  /// The rows as JSON, a list of objects with the keys of ``EvidenceRow``.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(rows), as: UTF8.self) + "\n"
  }

  private static let heads = ["id", "what", "ours", "paper", "unit", "mode", "conditions", "tag", "remark"]

  private static func cells(_ row: EvidenceRow, _ number: (Double?) -> String) -> [String] {
    [
      row.id, row.what, number(row.ours), number(row.paper), row.unit, row.mode.rawValue,
      row.conditions, row.tag.rawValue, row.remark,
    ]
  }

  /// A cell of comma-separated values, quoted where it has to be.
  public static func csvCell(_ text: String) -> String {
    text.contains { ",\"\n\r".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }

  /// The rows as comma-separated values, a heading first (RFC 4180).
  public var csv: String {
    // Numbers with all of their digits: for programs.
    func number(_ value: Double?) -> String {
      value.map { value in Int(exactly: value).map(String.init) ?? "\(value)" } ?? ""
    }
    return ([Self.heads] + rows.map { Self.cells($0, number) }).map { cells in
      cells.map(Self.csvCell).joined(separator: ",") + "\r\n"
    }.joined()
  }

  /// All of it as one page, the drawings in it, dark and light.
  public var html: String {
    func escaped(_ text: String) -> String { EvidenceChart.escaped(text) }
    var lines = [
      "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
      "<meta name=\"viewport\" content=\"width=device-width\">", "<title>\(escaped(title))</title>",
      "<style>\(Self.style)</style>", "</head>", "<body>", "<h1>\(escaped(title))</h1>",
    ]
    lines += notes.map { "<p>\(escaped($0))</p>" }
    for drawing in charts.map(\.svg) + plots.map(\.svg) { lines.append("<figure>\(drawing)</figure>") }
    for group in groups {
      lines += ["<h2>\(escaped(group))</h2>", "<table>", "<thead><tr>"]
      lines += Self.heads.map { "<th>\($0)</th>" } + ["</tr></thead>", "<tbody>"]
      for row in self[group] {
        let cells = Self.cells(row, EvidenceRow.text).enumerated().map { place, cell in
          "<td\((2...3).contains(place) ? " class=\"n\"" : "")>\(escaped(cell))</td>"
        }
        lines.append("<tr>" + cells.joined() + "</tr>")
      }
      lines += ["</tbody>", "</table>"]
    }
    lines += ["</body>", "</html>"]
    return lines.joined(separator: "\n") + "\n"
  }

  private static let style = """
    :root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--line:#d8dee4}\
    @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--line:#30363d}}\
    body{font:14px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem;max-width:80rem}\
    h1{font-size:1.3rem}h2{font-size:1.1rem}table{border-collapse:collapse;width:100%}\
    th,td{padding:.2rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}\
    .n{text-align:right;white-space:nowrap}figure{margin:1rem 0}
    """
}
