/// The work of one process of a regression.
package enum RegressionWorker {
  /// Name of the hidden subcommand.
  package static let command = "regress-unit"

  /// The units of task `task` of `tasks` that share the plan in `folder`.
  package static func stripe(_ task: Int, of tasks: Int, in folder: RegressionFolder) -> [Int] {
    Array(stride(from: task, to: folder.plan?.units.count ?? 0, by: tasks))
  }

  static func arguments(_ folder: RegressionFolder, unit: Int) -> [String] {
    [command, folder.path, "--unit", String(unit)]
  }

  /// Does the open ones of `units`, and keeps what becomes of them.
  ///
  /// - Throws: ``RegressionFailure`` when there is no such plan, or when no room is left.
  package static func run(
    _ units: some Sequence<Int>, in folder: RegressionFolder, isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    guard let plan = folder.plan else { throw RegressionFailure("there is no plan in '\(folder.path)'") }
    for unit in units where folder.outcome(of: unit) == nil && !isCancelled() {
      guard plan.units.indices.contains(unit) else {
        throw RegressionFailure("the plan in '\(folder.path)' has no unit \(unit)")
      }
      guard let outcome = plan.units[unit].run(plan, waves: folder.waves, isCancelled: isCancelled) else { return }
      try folder.store(outcome, of: unit)
    }
  }
}
