import Campaigns
import Catalog
import Entries
import HDL
import Testbench
import Verilator

extension RegressionUnit {
  /// Does the runs; a failing one does not keep the others from taking place.
  ///
  /// - Parameters:
  ///   - plan: What the unit is a part of.
  ///   - waves: Folder for waves of failing runs.
  ///   - isCancelled: True to stop; the outcome is nil then.
  package func run(
    _ plan: RegressionPlan, waves: String, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) -> RegressionOutcome? {
    var outcome = RegressionOutcome(unit: self, results: [])
    do {
      let recipe = recipe(in: plan)
      let block = try recipe.catalogBlock()
      let builder = plan.engine == .native ? nil : try ModelBuilder()
      let suffix = builder?.toolchain.bestWaveFormat.rawValue ?? "vcd"
      for run in firstRun..<firstRun + runs {
        var job = Cosimulation(block, recipe.conditions, runs: run..<run + 1)
        job.covers = plan.covers
        job.wavePath = "\(waves)/\(block.name)-\(configuration)-\(run).\(suffix)"
        job.isCancelled = isCancelled
        let report = try job.run(with: try builder ?? ModelBuilder()).report
        if isCancelled() || report.results.contains(where: { $0.verdict == .cancelled }) { return nil }
        outcome.engine = report.engine
        for var result in report.results {
          result.reproduce = recipe.command(run: run)
          if result.verdict == .failed {
            let files = "\(waves)/\(block.name)-\(configuration)-\(run)"
            result.explain {
              try Self.explanation(of: FailingCase(recipe, run: run), files: files, isCancelled: isCancelled)
            }
          }
          outcome.results.append(result)
        }
      }
    } catch {
      if isCancelled() { return nil }
      outcome.problem = "\(error)"
    }
    return outcome
  }

  /// The smallest case that fails as `failing` does. The budget is in runs and cycles, not in seconds, so that every
  /// machine finds the same one.
  static func explanation(
    of failing: FailingCase, files: String, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> FailureExplanation? {
    var shrinker = CaseShrinker(failing)
    shrinker.maximumRuns = 2_000
    shrinker.maximumCycles = 20_000_000
    shrinker.files = files
    shrinker.isCancelled = isCancelled
    return try shrinker.run(with: try ModelBuilder())?.explanation
  }
}
