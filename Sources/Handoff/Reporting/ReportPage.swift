import Testbench

/// A page of sections under a headline, with marks that say at once what holds: one file, light and dark, narrow and wide, and
/// by keyboard as by pointer.
struct ReportPage {
  /// What a mark says.
  enum State: String {
    case good, bad, open
  }

  /// The title.
  var title: String
  /// A sentence below it.
  var lead: String
  private var marks: [String] = []
  private var sections: [(id: String, title: String, body: String)] = []

  init(_ title: String, lead: String) {
    self.title = title
    self.lead = lead
  }

  /// Adds a mark at the top that leads to a section.
  mutating func mark(_ text: String, _ state: State, section: String) {
    let sign = state == .good ? "\u{2713} " : state == .bad ? "\u{2717} " : "\u{25CB} "
    marks.append(
      "<li class=\"\(state.rawValue)\"><a href=\"#\(section)\">\(sign)\(HTMLDocument.escaped(text))</a></li>")
  }

  /// Adds a section; the identifier is what marks lead to.
  mutating func section(_ id: String, _ title: String, _ body: String) { sections.append((id, title, body)) }

  /// A table with the names of values at the left; texts stand at the left of their cells, numbers at the right.
  static func table(_ heads: [String], _ rows: [[String]], texts: Set<Int> = []) -> String {
    let head = heads.enumerated().map {
      "<th scope=\"col\"\(texts.contains($0) ? " class=\"text\"" : "")>\(HTMLDocument.escaped($1))</th>"
    }
    let lines = rows.map { row in
      let cells = row.enumerated().map { index, cell in
        index == 0
          ? "<th scope=\"row\">\(HTMLDocument.escaped(cell))</th>"
          : "<td\(texts.contains(index) ? " class=\"text\"" : "")>\(HTMLDocument.escaped(cell))</td>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    return "<div class=\"wide\" tabindex=\"0\"><table><thead><tr>\(head.joined())</tr></thead><tbody>\n"
      + lines.joined(separator: "\n") + "\n</tbody></table></div>"
  }

  /// Text as it stands.
  static func plain(_ text: String) -> String { "<pre tabindex=\"0\">\(HTMLDocument.escaped(text))</pre>" }

  /// Something that is wide, in a frame of its own that scrolls.
  static func wide(_ content: String) -> String { "<div class=\"wide\" tabindex=\"0\">\(content)</div>" }

  /// The whole page.
  var text: String {
    let contents = sections.map { "<li><a href=\"#\($0.id)\">\(HTMLDocument.escaped($0.title))</a></li>" }
    let bodies = sections.map {
      "<section id=\"\($0.id)\"><h2>\(HTMLDocument.escaped($0.title))</h2>\n\($0.body)\n</section>"
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(HTMLDocument.escaped(title))</title>
      <style>
      :root { color-scheme: light dark; --fg: #1a1a1a; --bg: #fff; --soft: #f4f5f6; --line: #dcdfe3; --mute: #5d656f;
        --link: #225a9c; --good: #14733b; --bad: #b3261e; }
      @media (prefers-color-scheme: dark) { :root { --fg: #e6e6e6; --bg: #161616; --soft: #212225; --line: #34373c;
        --mute: #9aa2ab; --link: #7db0ee; --good: #7fd1a0; --bad: #ff8a80; } }
      body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem auto; max-width: 66rem; padding: 0 1rem; color: var(--fg);
        background: var(--bg); }
      h1 { margin-bottom: .2rem; overflow-wrap: anywhere; } h2 { margin-top: 2.2rem; border-bottom: 2px solid var(--line); }
      .lead { color: var(--mute); margin-top: 0; overflow-wrap: anywhere; } a { color: var(--link); }
      a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
      .marks, nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem .8rem; padding: 0; }
      .marks li { border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .8rem; background: var(--soft); }
      .marks a { text-decoration: none; color: var(--fg); } .good a { color: var(--good); } .bad a { color: var(--bad); }
      .wide { overflow-x: auto; } table { border-collapse: collapse; min-width: 50%; }
      th, td { padding: .25rem .8rem .25rem 0; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); }
      th:first-child, .text { text-align: left; } tbody th { font-weight: 500; }
      pre { background: var(--soft); padding: .8rem; overflow-x: auto; font-size: 13px; line-height: 1.35; }
      svg { display: block; width: 100%; height: auto; } small { color: var(--mute); } code { overflow-wrap: anywhere; }
      ul.tree, ul.tree ul { list-style: none; padding-left: 1.1rem; } summary { cursor: pointer; }
      .bar { display: inline-block; height: .7rem; background: var(--link); opacity: .7; vertical-align: middle; }
      @media print { nav { display: none } details { display: block } }
      </style>
      </head>
      <body>
      <h1>\(HTMLDocument.escaped(title))</h1>
      <p class="lead">\(HTMLDocument.escaped(lead))</p>
      \(marks.isEmpty ? "" : "<ul class=\"marks\">\(marks.joined())</ul>")
      <nav aria-label="Contents"><ul>\(contents.joined())</ul></nav>
      \(bodies.joined(separator: "\n"))
      </body>
      </html>

      """
  }
}
