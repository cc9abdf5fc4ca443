import Netlist

/// A page in HTML that stands by itself: style and all in one file, for light and dark screens.
public struct HTMLDocument: Hashable, Sendable {
  /// The title of the page.
  public var title: String
  /// What stands in the page, as HTML.
  public var body: String

  /// A page.
  public init(_ title: String, body: String) {
    self.title = title
    self.body = body
  }

  /// Text as HTML takes it, between tags and in attributes; characters that are not seen as `\u{…}`, lines as they are.
  public static func escaped(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      ForeignText.visible(String(line)).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        .replacing(">", with: "&gt;").replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }.joined(separator: "\n")
  }

  /// A table with a heading in each row; rows are marked as good, as bad, or not at all.
  ///
  /// - Parameters:
  ///   - heads: What stands above the columns, as text.
  ///   - rows: The cells of each row, the first one its heading, as text.
  public static func table(_ heads: [String], _ rows: [(isGood: Bool?, cells: [String])]) -> String {
    let lines = rows.map { row in
      let mark = row.isGood.map { " class=\"\($0 ? "good" : "bad")\"" } ?? ""
      return "<tr\(mark)><th scope=\"row\">\(escaped(row.cells.first ?? ""))</th>"
        + row.cells.dropFirst().map { "<td>\(escaped($0))</td>" }.joined() + "</tr>"
    }
    return """
      <table>
      <thead><tr>\(heads.map { "<th>\(escaped($0))</th>" }.joined())</tr></thead>
      <tbody>
      \(lines.joined(separator: "\n"))
      </tbody>
      </table>
      """
  }

  /// The whole page.
  public var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>\(Self.escaped(title))</title>
    <style>
    body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1a1a1a; }
    table { border-collapse: collapse; width: 100%; }
    th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid #ddd; }
    th:first-child { text-align: left; font-weight: 500; }
    tr.good th[scope=row]::before { content: "\u{2713} "; color: #14733b; }
    tr.bad { background: #fdecea; }
    tr.bad th[scope=row]::before { content: "\u{2717} "; color: #b3261e; }
    table.text td { text-align: left; }
    pre { background: #f6f6f6; padding: .8rem; overflow-x: auto; font-size: 13px; }
    @media (prefers-color-scheme: dark) {
      body { background: #161616; color: #e6e6e6; } pre { background: #222; }
      th, td { border-color: #333; } tr.bad { background: #3b1a18; }
    }
    </style>
    </head>
    <body>
    \(body)
    </body>
    </html>

    """
  }
}
