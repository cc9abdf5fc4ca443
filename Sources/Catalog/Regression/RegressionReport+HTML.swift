import Testbench

extension RegressionReport {
  /// A page that stands by itself: the table with what failed first, then every failure in full.
  package func html() -> String {
    let ordered = rows.sorted { ($0.failed + $0.missing > 0 ? 0 : 1) < ($1.failed + $1.missing > 0 ? 0 : 1) }
    let table = HTMLDocument.table(
      ["block", "passed", "failed", "not run", "cycles", "values compared"],
      ordered.map { row in
        (
          row.failed + row.missing == 0,
          [row.title, "\(row.passed)", "\(row.failed)", "\(row.missing)", "\(row.cycles)", "\(row.values)"]
        )
      })
    var failures: [String] = []
    func add(_ title: String, _ text: String) {
      failures.append("<h2>\(HTMLDocument.escaped(title))</h2>\n<pre>\(HTMLDocument.escaped(text))</pre>")
    }
    for outcome in outcomes {
      for result in outcome.results where result.verdict == .failed {
        add("\(outcome.unit.title), run \(result.index)", result.text())
      }
      if let problem = outcome.problem { add(outcome.unit.title, problem) }
    }
    return HTMLDocument(
      "Regression: \(passed ? "passed" : "not passed")",
      body: """
        <h1>Regression</h1>
        <p>\(HTMLDocument.escaped(summary))</p>
        \(table)
        \(failures.joined(separator: "\n"))
        """
    ).text
  }
}
