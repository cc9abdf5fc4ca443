import Foundation
import Testbench

/// What a regression found: every unit of the plan, those that are not done without results.
package struct RegressionReport: Hashable, Sendable, Codable {
  /// What was to be done.
  package var plan: RegressionPlan
  /// What became of the units that are done, ordered by block and configuration.
  package var outcomes: [RegressionOutcome]

  /// What is known in `folder`.
  package init(_ plan: RegressionPlan, in folder: RegressionFolder) {
    self.plan = plan
    outcomes = plan.units.indices.compactMap(folder.outcome).sorted {
      ($0.unit.block, $0.unit.configuration, $0.unit.firstRun) < (
        $1.unit.block, $1.unit.configuration, $1.unit.firstRun
      )
    }
  }

  /// Whether every unit is done.
  package var isComplete: Bool { outcomes.count == plan.units.count }
  /// Whether every run of the plan took place and passed.
  package var passed: Bool { isComplete && outcomes.allSatisfy(\.passed) }

  /// All results.
  package var results: [BenchResult] { outcomes.flatMap(\.results) }
  /// Runs that took place and passed.
  package var passedRuns: Int { results.count { $0.verdict == .passed } }
  /// Runs that took place and failed.
  package var failedRuns: Int { results.count { $0.verdict == .failed } }
  /// Runs that could not take place.
  package var missingRuns: Int { outcomes.reduce(0) { $0 + $1.unit.runs - $1.results.count } }

  /// One line of the table: all runs of one configuration.
  package struct Row: Hashable, Sendable {
    /// The block and, unless it is the default one, the configuration.
    package var title: String
    /// Runs that passed, failed, and did not take place.
    package var passed, failed, missing: Int
    /// Clock edges of all runs.
    package var cycles: UInt64
    /// Values compared in all runs.
    package var values: Int
    /// Seconds of simulation.
    package var seconds: Double
  }

  /// The configurations in order.
  package var rows: [Row] {
    var rows: [Row] = []
    for outcome in outcomes {
      if rows.last?.title != outcome.unit.title {
        rows.append(Row(title: outcome.unit.title, passed: 0, failed: 0, missing: 0, cycles: 0, values: 0, seconds: 0))
      }
      let last = rows.count - 1
      rows[last].missing += outcome.unit.runs - outcome.results.count
      for result in outcome.results {
        if result.verdict == .passed { rows[last].passed += 1 } else { rows[last].failed += 1 }
        rows[last].cycles += result.cycles
        rows[last].values += result.valuesCompared
        rows[last].seconds += result.seconds ?? 0
      }
    }
    return rows
  }

  /// All of it as JSON, keys sorted.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// All of it as JUnit XML, a suite for each configuration.
  package func junit() -> String {
    var suites: [JUnitDocument.Suite] = []
    for outcome in outcomes {
      if suites.last?.report.name != outcome.unit.title {
        suites.append(.init(BenchReport(outcome.unit.title, [], engine: outcome.engine)))
      }
      suites[suites.count - 1].report.results += outcome.results
      guard let problem = outcome.problem else { continue }
      suites[suites.count - 1].problems.append(
        (test: "run \(outcome.unit.firstRun + outcome.results.count) and on", reason: problem))
    }
    return JUnitDocument("regression", suites: suites).text
  }
}
