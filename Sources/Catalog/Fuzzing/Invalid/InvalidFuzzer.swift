import Foundation
import Testbench
import Tools

/// Tries invalid cases in processes of their own: a crash ends such a process, and is reported with its number.
package struct InvalidFuzzer: Sendable {
  /// A case that ended as none may.
  package struct Finding: Hashable, Sendable, CustomStringConvertible {
    /// What was attempted.
    package var kind: InvalidCase.Kind
    /// Number of the case.
    package var index: Int
    /// The last words.
    package var words: String

    /// One line, and the words.
    package var description: String { "case \(index) (\(kind.rawValue)): \(words)" }
  }

  /// What a run has seen.
  package struct Summary: Hashable, Sendable {
    /// Cases that were tried.
    package var cases = 0
    /// Those with which nothing was wrong after all.
    package var accepted = 0
    /// Those that were refused with words.
    package var refused = 0
    /// Crashes, time-outs and refusals without words.
    package var findings: [Finding] = []
  }

  /// Starts the worker: the program that runs ``work(seed:range:)`` when it gets these arguments.
  package var worker: IsolatedWorker
  /// The worker's arguments for some cases.
  package var arguments: @Sendable (Range<Int>) -> [String]
  /// Cases of one process.
  package var chunk = 100
  /// Longest time for one process.
  package var timeout = Duration.seconds(300)
  /// Asked between processes; true ends the run.
  package var isInterrupted: @Sendable () -> Bool = { false }
  /// Called with the number of cases that are done.
  package var progress: @Sendable (Int) -> Void = { _ in }

  /// A fuzzer over a worker.
  package init(worker: IsolatedWorker, arguments: @escaping @Sendable (Range<Int>) -> [String]) {
    self.worker = worker
    self.arguments = arguments
  }

  /// Tries the cases; after a crash it goes on behind the case that made it.
  package func run(seed: Seed, range: Range<Int>) -> Summary {
    var summary = Summary()
    var next = range.lowerBound
    while next < range.upperBound, !isInterrupted() {
      let part = next..<min(range.upperBound, next + chunk)
      do throws(IsolatedWorkerFailure) {
        summary.add(try worker.run(arguments(part), timeout: timeout))
        next = part.upperBound
      } catch {
        if isInterrupted() { break }
        let done = summary.add(error.output)
        // The case that was begun and not ended.
        let culprit = done.map { $0 + 1 } ?? part.lowerBound
        let end = error.termination.map { "the process \($0)" } ?? "the process could not be started"
        summary.findings.append(
          Finding(
            kind: InvalidCase(seed: seed, index: culprit).kind, index: culprit, words: end + "\n" + error.lastErrors))
        summary.cases += 1
        next = culprit + 1
      }
      progress(next - range.lowerBound)
    }
    return summary
  }

  /// Starts the program with hostile command lines, each of which it must refuse or serve with an exit code that means
  /// something, and with words where it refuses.
  ///
  /// - Parameters:
  ///   - seed: Chooses the command lines.
  ///   - count: How many.
  ///   - codes: The exit codes that the program documents.
  ///   - folder: Where the program runs, for what it may write.
  /// - Returns: What ended otherwise: the command line and its end.
  package func runCommandLines(
    seed: Seed, count: Int, codes: Set<Int32>, in folder: String
  ) throws(ProgramFailure) -> [String] {
    var found: [String] = []
    for index in 0..<count where !isInterrupted() {
      let arguments = HostileArguments.line(seed: seed, index: index)
      let result = try worker.program.run(
        arguments, in: folder, environment: ["SWIFT_BACKTRACE": "enable=no"], timeout: .seconds(120))
      let line = worker.program.commandLine(arguments)
      guard case .exited(let code) = result.termination, codes.contains(code) else {
        found.append("\(line): \(result.termination)\n\(result.errors.suffix(500))")
        continue
      }
      if code != 0, result.errors.isEmpty { found.append("\(line): exit code \(code) without a word") }
    }
    return found
  }

  /// The worker: tries the cases one by one and prints how each ended.
  package static func work(seed: Seed, range: Range<Int>) {
    // Each line must be out before the next case is tried.
    func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
    for index in range {
      switch InvalidCase(seed: seed, index: index).run() {
      case .accepted: say("\(index) accepted")
      case .refused: say("\(index) refused")
      case .wordless(let words): say("\(index) wordless \(words.split(separator: "\n").first ?? "")")
      }
    }
  }
}

extension InvalidFuzzer.Summary {
  /// Counts what a worker printed; gives the number of the last case that it ended.
  @discardableResult
  fileprivate mutating func add(_ output: String) -> Int? {
    var last: Int?
    for line in output.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count >= 2, let index = Int(words[0]) else { continue }
      last = index
      cases += 1
      switch words[1] {
      case "accepted": accepted += 1
      case "refused": refused += 1
      default:
        findings.append(
          .init(
            kind: InvalidCase(seed: 0, index: index).kind, index: index,
            words: "refused without telling why: " + (words.count > 2 ? words[2] : "")))
      }
    }
    return last
  }
}
