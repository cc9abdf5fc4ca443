import Foundation
import Tools

/// Runs units on the machines of a Slurm cluster that see the folder: one job array, whose tasks share the units.
package struct SlurmExecutor: Sendable {
  /// Tasks of the array.
  package var jobs: Int
  /// More options of `sbatch`, such as `--partition=short`.
  package var options: [String]
  /// The program that the tasks run: it must be at the same path on every machine.
  package var program: String
  /// True to cancel the array.
  package var isCancelled: @Sendable () -> Bool
  /// Called with every unit that is done.
  package var finished: @Sendable (RegressionOutcome) -> Void
  /// Time between two looks at the queue.
  package var pause = Duration.seconds(2)

  /// An executor of `jobs` tasks.
  package init(
    jobs: Int, options: [String] = [], program: String, isCancelled: @escaping @Sendable () -> Bool,
    finished: @escaping @Sendable (RegressionOutcome) -> Void
  ) {
    self.jobs = jobs
    self.options = options
    self.program = program
    self.isCancelled = isCancelled
    self.finished = finished
  }

  /// Looks at the folder after the end of the array: a file server may show the last files late.
  private static let lateLooks = 5

  /// Does the open units of `plan`, and waits for the end of the array.
  ///
  /// - Throws: ``RegressionFailure`` when Slurm is not there or refuses the array.
  package func run(_ plan: RegressionPlan, in folder: RegressionFolder) throws {
    var open = folder.open(of: plan)
    let tasks = max(1, min(jobs, open.count))
    try folder.write(script(folder, tasks), to: "slurm.sh")
    let job = try submit(folder)
    while true {
      collect(&open, folder)
      if isCancelled() {
        _ = try? command("scancel", [job])
        return
      }
      if try isOver(job) { break }
      Thread.sleep(forTimeInterval: pause / .seconds(1))
    }
    for _ in 0..<Self.lateLooks where !open.isEmpty {
      Thread.sleep(forTimeInterval: pause / .seconds(1))
      collect(&open, folder)
    }
    for unit in open {
      let words = lastWords(folder, task: unit % tasks)
      let outcome = RegressionOutcome(
        unit: plan.units[unit], results: [],
        problem: "task \(unit % tasks) of Slurm's job \(job) left no outcome\(words)")
      try folder.store(outcome, of: unit)
      finished(outcome)
    }
  }

  /// The text of the job.
  func script(_ folder: RegressionFolder, _ tasks: Int) -> String {
    let worker = Program(path: program).commandLine([RegressionWorker.command, folder.path, "--stripe"])
    return """
      #!/bin/sh
      #SBATCH --job-name=systole
      #SBATCH --array=0-\(tasks - 1)
      exec \(worker) "$SLURM_ARRAY_TASK_ID/\(tasks)"

      """
  }

  private func submit(_ folder: RegressionFolder) throws -> String {
    let result = try command(
      "sbatch", ["--parsable", "--output=\(folder.logs)/slurm-%a.log"] + options + [folder.path + "/slurm.sh"])
    if result.termination == .exited(code: 127) {
      throw RegressionFailure("'sbatch' is not on PATH; run this where Slurm's commands are, or use --executor local")
    }
    guard result.termination.isSuccess else {
      throw RegressionFailure("Slurm refuses the job: \(result.errors.trimmingCharacters(in: .whitespacesAndNewlines))")
    }
    // The number, and the name of the cluster where there are several.
    return String(result.output.split(whereSeparator: { $0 == ";" || $0.isWhitespace }).first ?? "")
  }

  private func isOver(_ job: String) throws -> Bool {
    let result = try command("squeue", ["--noheader", "--jobs", job, "--format=%i"])
    // Slurm forgets jobs that ended some minutes ago, and then calls their number invalid. Any other complaint, such as
    // of a controller that starts again, says nothing about the job.
    if !result.termination.isSuccess { return result.errors.contains("Invalid job id") }
    return result.output.allSatisfy(\.isWhitespace)
  }

  private func collect(_ open: inout [Int], _ folder: RegressionFolder) {
    open.removeAll { unit in
      guard let outcome = folder.outcome(of: unit) else { return false }
      finished(outcome)
      return true
    }
  }

  private func lastWords(_ folder: RegressionFolder, task: Int) -> String {
    guard let data = FileManager.default.contents(atPath: "\(folder.logs)/slurm-\(task).log"), !data.isEmpty else {
      return ""
    }
    return "; it wrote:\n" + String(decoding: data.suffix(2000), as: UTF8.self)
  }

  private func command(_ name: String, _ arguments: [String]) throws -> ProgramResult {
    do {
      return try Program(path: "/usr/bin/env").run([name] + arguments, timeout: .seconds(60), outlivesEnding: true)
    } catch {
      throw RegressionFailure("\(error)")
    }
  }
}
