/// Reports as JUnit XML, as continuous integration servers read it: one `testsuite` a report, one `testcase` a bench.
///
/// A cancelled bench counts as skipped, one that could not run as an error.
public struct JUnitDocument: Sendable {
  /// A report, and what kept benches of it from running.
  public struct Suite: Sendable {
    /// The report.
    public var report: BenchReport
    /// Names of benches that could not run, with the reason.
    public var problems: [(test: String, reason: String)]

    /// A suite.
    public init(_ report: BenchReport, problems: [(test: String, reason: String)] = []) {
      self.report = report
      self.problems = problems
    }
  }

  private let name: String
  private let suites: [Suite]

  /// A document of `suites`.
  public init(_ name: String, suites: [Suite]) {
    self.name = name
    self.suites = suites
  }

  /// The whole text.
  public var text: String {
    var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites name=\"\(xml(name))\" \(counts(suites))>"]
    for suite in suites {
      lines.append("  <testsuite name=\"\(xml(suite.report.name))\" \(counts([suite]))>")
      for result in suite.report.results { lines += testCase(result) }
      for problem in suite.problems {
        lines += [
          "    <testcase classname=\"\(xml(suite.report.name))\" name=\"\(xml(problem.test))\" time=\"0\">",
          "      <error message=\"\(xml(problem.reason))\"/>", "    </testcase>",
        ]
      }
      lines.append("  </testsuite>")
    }
    lines += ["</testsuites>", ""]
    return lines.joined(separator: "\n")
  }

  private func counts(_ suites: [Suite]) -> String {
    let results = suites.flatMap(\.report.results)
    let errors = suites.reduce(0) { $0 + $1.problems.count }
    let failed = results.count { $0.verdict == .failed }
    let cancelled = results.count { $0.verdict == .cancelled }
    let time = decimal(results.reduce(0) { $0 + ($1.seconds ?? 0) }, 6)
    return "tests=\"\(results.count + errors)\" failures=\"\(failed)\" errors=\"\(errors)\" skipped=\"\(cancelled)\""
      + " time=\"\(time)\""
  }

  private func testCase(_ result: BenchResult) -> [String] {
    let test = result.test + (result.index == 0 ? "" : " #\(result.index)")
    var lines = [
      "    <testcase classname=\"\(xml(result.module))\" name=\"\(xml(test))\" "
        + "time=\"\(decimal(result.seconds ?? 0, 6))\">"
    ]
    if let failure = result.failure {
      lines.append(
        "      <failure type=\"\(failure.kind.rawValue)\" message=\"\(xml(failure.description))\">"
          + xml(result.text(), inAttribute: false) + "</failure>")
    } else if result.verdict == .cancelled {
      lines.append("      <skipped message=\"cancelled after \(result.cycles) cycles\"/>")
    }
    lines.append("      <system-out>\(xml(result.text(), inAttribute: false))</system-out>")
    lines.append("    </testcase>")
    return lines
  }
}

/// Text as XML takes it; characters that XML 1.0 cannot hold become U+FFFD.
private func xml(_ text: String, inAttribute: Bool = true) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "\n" where inAttribute: result += "&#10;"
    case "\t" where inAttribute: result += "&#9;"
    case "\r": result += "&#13;"
    case "\n", "\t": result.unicodeScalars.append(scalar)
    case "\u{0}"..<"\u{20}", "\u{FFFE}"..."\u{FFFF}": result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
