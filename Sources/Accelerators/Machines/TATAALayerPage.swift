import TATAA
import TATAAHardware

/// A page that says where the cycles of a run on TATAA go: the figures, and a row for each node with its cycles, its
/// utilisation, and a bar of what the issue of its instructions waited for. One file of HTML without scripts, dark and light.
public struct TATAALayerPage: Sendable {
  private let outcome: TATAAOutcome
  private let heading: String
  private let configuration: Configuration

  /// A page of a run.
  public init(_ outcome: TATAAOutcome, heading: String, configuration: Configuration) {
    (self.outcome, self.heading, self.configuration) = (outcome, heading, configuration)
  }

  /// What a bar shows, in its order: issue of instructions, then each cause of a wait.
  private static let causes: [(name: String, style: String, meaning: String)] =
    [("issue", "k0", "an instruction is issued")]
    + zip(
      StallClass.allCases,
      [
        "the instruction has not come from memory", "the addresses of a transfer are checked",
        "what is read is still loaded", "a store reads what is changed, or FENCE waits for it",
        "a product is under way", "a vector operation is under way",
      ]
    ).enumerated().map { ($1.0.rawValue, "k\($0 + 1)", $1.1) }

  /// The HTML.
  public var text: String {
    let rows = outcome.layers.filter { $0.instructions > 0 }
    let longest = max(1, rows.map(\.issueCycles).max() ?? 1)
    let peak = Double(outcome.macsPerCycle)
    var lines = [
      "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
      "<meta name=\"viewport\" content=\"width=device-width\">", "<title>\(Self.escaped(heading))</title>",
      "<style>\(Self.style)</style>", "</head>", "<body>", "<h1>\(Self.escaped(heading))</h1>", "<dl>",
    ]
    for (term, text) in figures { lines.append("<dt>\(term)</dt><dd>\(Self.escaped(text))</dd>") }
    lines += ["</dl>", "<p class=\"legend\">"]
    for cause in Self.causes {
      lines.append("<span><i class=\"\(cause.style)\"></i>\(cause.name): \(cause.meaning)</span>")
    }
    lines += [
      "</p>", "<table>", "<thead><tr>",
      "<th>node</th><th>cycles</th><th>model</th><th>instructions</th><th>stores</th>",
      "<th>utilisation</th><th>where the model's cycles of issue go</th>", "</tr></thead>", "<tbody>",
    ]
    for row in rows {
      let time = row.cycles ?? row.modelCycles ?? 0
      let share = row.multiplications > 0 && time > 0 ? Double(row.multiplications) / (Double(time) * peak) : nil
      let cells = [
        row.cycles.map(String.init) ?? "–", row.modelCycles.map(String.init) ?? "–", "\(row.instructions)",
        "\(row.stores)",
        share.map(Self.percent) ?? "–",
      ]
      lines.append(
        "<tr><th>\(Self.escaped(row.name))</th>" + cells.map { "<td>\($0)</td>" }.joined() + "<td class=\"bar\">"
          + bar(row, longest) + "</td></tr>")
    }
    lines += ["</tbody>", "</table>", "</body>", "</html>"]
    return lines.joined(separator: "\n") + "\n"
  }

  private var figures: [(String, String)] {
    var figures = [
      (
        "machine",
        "\(configuration.strips) strips of \(configuration.rowsPerStrip) × \(configuration.columns) cells, "
          + "\(outcome.macsPerCycle) multiply-accumulates a cycle, \(configuration.vectorLanes) lanes"
      )
    ]
    if let hardware = outcome.hardware {
      let words = "\(hardware.storesCompared) of \(hardware.stores) stores equal the golden machine"
      figures.append(("bit-exact", outcome.isExact ? "yes: \(words)" : "NO: \(words)"))
      if outcome.isExact { figures.append(("cycles", "\(hardware.cycles)")) }
      if let share = outcome.utilisation { figures.append(("utilisation", Self.percent(share))) }
    } else {
      figures.append(
        (
          "bit-exact",
          "no hardware ran; the golden machine \(outcome.goldenIsExact ? "equals" : "DIFFERS from") "
            + "the quantised model"
        ))
    }
    figures.append(("cycle model", "\(outcome.estimate.cycles) cycles"))
    let total = Double(max(1, outcome.estimate.cycles))
    let waits = StallClass.allCases.compactMap { cause in
      outcome.estimate.stalls[cause].map { "\(cause.rawValue) \(Self.percent(Double($0) / total))" }
    }
    if !waits.isEmpty { figures.append(("stalls", waits.joined(separator: ", "))) }
    return figures
  }

  /// A bar as long as the cycles of issue, in parts of a drawing 1,000 wide.
  private func bar(_ row: TATAAOutcome.Layer, _ longest: Int) -> String {
    let waits = row.stalls.values.reduce(0, +)
    var place = 0.0
    var parts = ""
    var words: [String] = []
    for cause in Self.causes {
      let cycles = cause.name == "issue" ? max(0, row.issueCycles - waits) : row.stalls[cause.name] ?? 0
      guard cycles > 0 else { continue }
      let width = 1000 * Double(cycles) / Double(longest)
      parts +=
        "<rect class=\"\(cause.style)\" x=\"\(Self.fixed(place))\" width=\"\(Self.fixed(width))\" height=\"14\"/>"
      place += width
      words.append("\(cause.name) \(cycles)")
    }
    return
      "<svg viewBox=\"0 0 1000 14\" preserveAspectRatio=\"none\" role=\"img\"><title>\(words.joined(separator: ", "))"
      + "</title>\(parts)</svg>"
  }

  private static func fixed(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
  private static func percent(_ share: Double) -> String { fixed(100 * share) + " %" }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  private static let style = """
    :root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--line:#d8dee4}\
    @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--line:#30363d}}\
    body{font:14px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem}\
    h1{font-size:1.2rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}dt{opacity:.7}dd{margin:0}\
    table{border-collapse:collapse;width:100%}th,td{padding:.15rem .6rem;text-align:right;border-bottom:1px solid \
    var(--line);white-space:nowrap}tbody th,thead th:first-child{text-align:left;font-weight:normal}\
    .bar{width:45%;text-align:left}.bar svg{width:100%;height:14px;display:block}\
    .legend span{margin-right:1.2rem;white-space:nowrap}.legend i{display:inline-block;width:.8rem;height:.8rem;\
    margin-right:.3rem}.k0{background:#2da44e;fill:#2da44e}.k1{background:#8250df;fill:#8250df}\
    .k2{background:#bf8700;fill:#bf8700}.k3{background:#0969da;fill:#0969da}.k4{background:#cf222e;fill:#cf222e}\
    .k5{background:#6e7781;fill:#6e7781}.k6{background:#d4702a;fill:#d4702a}
    """
}
