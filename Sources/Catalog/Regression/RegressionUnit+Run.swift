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
      let block = try Catalog.entry(block).block(configuration: configuration, settings: [], workload: [])
      let builder = plan.engine == .native ? nil : try ModelBuilder()
      let suffix = builder?.toolchain.bestWaveFormat.rawValue ?? "vcd"
      for run in firstRun..<firstRun + runs {
        var job = Cosimulation(block, seed: plan.seed, runs: run..<run + 1)
        job.engine = plan.engine
        job.covers = plan.covers
        job.wavePath = "\(waves)/\(block.name)-\(configuration)-\(run).\(suffix)"
        job.isCancelled = isCancelled
        let report = try job.run(with: try builder ?? ModelBuilder()).report
        if isCancelled() || report.results.contains(where: { $0.verdict == .cancelled }) { return nil }
        outcome.engine = report.engine
        for var result in report.results {
          result.reproduce = reproduce(run: run, in: plan)
          if result.verdict == .failed {
            let files = "\(waves)/\(block.name)-\(configuration)-\(run)"
            var failing = FailingCase(block: block.name, seed: plan.seed, run: run)
            failing.configuration = configuration
            failing.engine = plan.engine
            result.explain { try Self.explanation(of: failing, files: files, isCancelled: isCancelled) }
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
