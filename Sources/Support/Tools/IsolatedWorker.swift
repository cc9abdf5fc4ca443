import Foundation

/// A second process of this same program that does dangerous work: a fault in a model ends it and not its parent.
///
/// The parent calls ``run(_:timeout:)`` with arguments by which the program knows that it is the worker; the worker
/// prints its result, and the parent reads it. Ctrl-C ends both.
public struct IsolatedWorker: Hashable, Sendable {
  /// The program that is started, by default the running one.
  public var program: Program

  /// Uses `program`, by default the executable of this process.
  public init(program: Program? = nil) {
    self.program = program ?? Program(path: Bundle.main.executablePath ?? CommandLine.arguments[0])
  }

  /// Starts the worker and waits for its end.
  ///
  /// - Parameters:
  ///   - arguments: The worker's arguments.
  ///   - timeout: The watchdog: a worker that takes longer is killed.
  ///   - forwards: Whether what the worker prints goes on to standard error as it comes; a worker that hands its result
  ///     over in a file has nothing else to say there than what belongs to people.
  /// - Returns: What the worker printed to standard output, with exit code 0.
  /// - Throws: ``IsolatedWorkerFailure`` that says how the worker ended otherwise.
  public func run(
    _ arguments: [String], timeout: Duration, forwards: Bool = false
  ) throws(IsolatedWorkerFailure) -> String {
    let result: ProgramResult
    do {
      // Swift's own account of a crash lists registers and images of this program: its end would hide the last words.
      result = try program.run(
        arguments, environment: ["SWIFT_BACKTRACE": "enable=no"], timeout: timeout,
        outputLimit: forwards ? 1 << 16 : 64 << 20,
        forwards: forwards)
    } catch {
      throw IsolatedWorkerFailure(
        command: program.commandLine(arguments), termination: nil, output: "", lastErrors: error.reason)
    }
    guard result.termination.isSuccess else {
      throw IsolatedWorkerFailure(
        command: program.commandLine(arguments), termination: result.termination, output: result.output,
        lastErrors: forwards ? "" : lastLines(of: result.errors))
    }
    return result.output
  }

  private func lastLines(of text: String) -> String {
    text.split(separator: "\n").suffix(20).joined(separator: "\n")
  }
}

/// A worker that did not end well.
public struct IsolatedWorkerFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The command line that repeats it.
  public var command: String
  /// How it ended; nil when it could not be started.
  public var termination: Termination?
  /// What it had printed before.
  public var output: String
  /// The end of what it wrote to standard error.
  public var lastErrors: String

  /// What happened, the last words, and how to repeat it.
  public var description: String {
    let end = termination.map { "the worker process \($0)" } ?? "the worker process could not be started"
    let words = lastErrors.isEmpty ? "" : "\n" + lastErrors
    return "\(end)\(words)\nrepeat it with: \(command)"
  }
}
