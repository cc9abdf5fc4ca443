extension RegressionReport {
  /// A page that stands by itself: the table with what failed first, then every failure in full.
  public func html() -> String {
    let ordered = rows.sorted { ($0.failed + $0.missing > 0 ? 0 : 1) < ($1.failed + $1.missing > 0 ? 0 : 1) }
    let body = ordered.map { row in
      let isGood = row.failed + row.missing == 0
      let numbers = ["\(row.passed)", "\(row.failed)", "\(row.missing)", "\(row.cycles)", "\(row.values)"]
      return "<tr class=\"\(isGood ? "good" : "bad")\"><th scope=\"row\">\(escaped(row.title))</th>"
        + numbers.map { "<td>\($0)</td>" }.joined() + "</tr>"
    }
    var failures: [String] = []
    for outcome in outcomes {
      for result in outcome.results where result.verdict == .failed {
        failures.append(
          "<h2>\(escaped(outcome.unit.title)), run \(result.index)</h2>\n<pre>\(escaped(result.text()))</pre>")
      }
      if let problem = outcome.problem {
        failures.append("<h2>\(escaped(outcome.unit.title))</h2>\n<pre>\(escaped(problem))</pre>")
      }
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>Regression: \(passed ? "passed" : "not passed")</title>
      <style>
      body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1a1a1a; }
      table { border-collapse: collapse; width: 100%; }
      th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid #ddd; }
      th:first-child { text-align: left; font-weight: 500; }
      tr.good th[scope=row]::before { content: "\u{2713} "; color: #14733b; }
      tr.bad { background: #fdecea; }
      tr.bad th[scope=row]::before { content: "\u{2717} "; color: #b3261e; }
      pre { background: #f6f6f6; padding: .8rem; overflow-x: auto; font-size: 13px; }
      @media (prefers-color-scheme: dark) {
        body { background: #161616; color: #e6e6e6; } pre { background: #222; }
        th, td { border-color: #333; } tr.bad { background: #3b1a18; }
      }
      </style>
      </head>
      <body>
      <h1>Regression</h1>
      <p>\(escaped(summary))</p>
      <table>
      <thead><tr><th>block</th><th>passed</th><th>failed</th><th>not run</th><th>cycles</th><th>values compared</th></tr></thead>
      <tbody>
      \(body.joined(separator: "\n"))
      </tbody>
      </table>
      \(failures.joined(separator: "\n"))
      </body>
      </html>

      """
  }
}

private func escaped(_ text: String) -> String {
  text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    .replacing("\"", with: "&quot;")
}
