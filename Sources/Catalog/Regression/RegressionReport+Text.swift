import Foundation

extension RegressionReport {
  /// The table, and below it every failure with the command that repeats it.
  package func text(colour: Bool = false) -> String {
    let heads = ["block", "passed", "failed", "not run", "cycles", "values compared"]
    let cells =
      [heads]
      + rows.map { row in
        [row.title, "\(row.passed)", "\(row.failed)", "\(row.missing)", "\(row.cycles)", "\(row.values)"]
      }
    let widths = heads.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    var lines = cells.map { row in
      row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + space : space + cell
      }.joined(separator: "  ")
    }
    for outcome in outcomes where !outcome.passed {
      for result in outcome.results where result.verdict == .failed { lines += ["", result.text(colour: colour)] }
      if let problem = outcome.problem { lines += ["", "\(outcome.unit.title): \(problem)"] }
    }
    lines += ["", summary]
    return lines.joined(separator: "\n") + "\n"
  }

  /// One line.
  package var summary: String {
    var parts = ["\(passedRuns) of \(plan.totalRuns) runs passed"]
    if failedRuns > 0 { parts.append("\(failedRuns) failed") }
    if missingRuns > 0 { parts.append("\(missingRuns) could not run") }
    if !isComplete { parts.append("\(plan.units.count - outcomes.count) of \(plan.units.count) units are not done") }
    return "regression: " + parts.joined(separator: ", ") + " (seed \(plan.seed), engine \(plan.engine.rawValue))"
  }
}
