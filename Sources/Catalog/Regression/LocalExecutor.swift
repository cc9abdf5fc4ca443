import Dispatch
import Foundation
import Synchronization
import Tools

/// Runs units on this machine, each in a process of its own: a module that crashes takes nothing with it.
package struct LocalExecutor: Sendable {
  /// Processes at a time.
  package var jobs: Int
  /// Makes the worker of one unit; its arguments name the folder and the unit.
  package var worker: IsolatedWorker
  /// True to begin no further unit.
  package var isCancelled: @Sendable () -> Bool
  /// Called when a unit is done.
  package var finished: @Sendable (RegressionOutcome) -> Void

  /// An executor of `jobs` processes.
  package init(
    jobs: Int, worker: IsolatedWorker = IsolatedWorker(), isCancelled: @escaping @Sendable () -> Bool,
    finished: @escaping @Sendable (RegressionOutcome) -> Void
  ) {
    self.jobs = jobs
    self.worker = worker
    self.isCancelled = isCancelled
    self.finished = finished
  }

  /// A worker that hangs is a fault of the program, for benches end by themselves; so the limit is generous.
  private static let limit = Duration.seconds(6 * 3600)

  /// Does the open units of `plan`.
  package func run(_ plan: RegressionPlan, in folder: RegressionFolder) throws {
    let open = folder.open(of: plan)
    let state = Mutex((next: 0, failure: RegressionFailure?.none))
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, open.count))) { _ in
      while !isCancelled() {
        let piece = state.withLock { state -> Int? in
          guard state.next < open.count, state.failure == nil else { return nil }
          state.next += 1
          return open[state.next - 1]
        }
        guard let piece else { return }
        do {
          if let outcome = try run(piece, of: plan, in: folder) { finished(outcome) }
        } catch let failure as RegressionFailure {
          state.withLock { $0.failure = failure }
        } catch {
          state.withLock { $0.failure = RegressionFailure("\(error)") }
        }
      }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// The outcome of one unit; nil when it was interrupted.
  private func run(_ unit: Int, of plan: RegressionPlan, in folder: RegressionFolder) throws -> RegressionOutcome? {
    var problem = "the worker left no outcome"
    do {
      _ = try worker.run(RegressionWorker.arguments(folder, unit: unit), timeout: Self.limit)
    } catch {
      problem = "\(error)"
    }
    if isCancelled() { return nil }
    if let outcome = folder.outcome(of: unit) { return outcome }
    let outcome = RegressionOutcome(unit: plan.units[unit], results: [], problem: problem)
    try folder.store(outcome, of: unit)
    return outcome
  }
}
