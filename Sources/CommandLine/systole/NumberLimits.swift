import ArgumentParser

/// The greatest numbers that options take: above them nothing useful happens, and sums of them stay far from overflow.
enum NumberLimits {
  /// Runs of a bench.
  static let runs = 1_000_000_000
  /// Runs of which each is prepared before the first one begins.
  static let heldRuns = 100_000
  /// Cycles that a solver looks at.
  static let frames = 100_000
  /// Number of a run.
  static let firstRun = 1_000_000_000_000
  /// Processes or threads at a time.
  static let jobs = 4096
  /// Seconds of a limit: some thirty years.
  static let seconds = 1_000_000_000
}

/// Refuses an option outside its range.
func require(_ option: String, _ value: Int, in range: ClosedRange<Int>) throws {
  guard range.contains(value) else {
    throw ValidationError("\(option) is \(range.lowerBound) to \(range.upperBound), not \(value)")
  }
}
