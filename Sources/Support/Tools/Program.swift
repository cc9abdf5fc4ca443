/// An external program: the executable with what must always go with it.
public struct Program: Hashable, Sendable {
  /// Path of the executable.
  public var path: String
  /// Arguments that precede those of each run.
  public var leadingArguments: [String]
  /// Environment variables that this program needs on top of the inherited ones.
  public var environment: [String: String]

  /// Describes an executable file.
  public init(path: String, leadingArguments: [String] = [], environment: [String: String] = [:]) {
    self.path = path
    self.leadingArguments = leadingArguments
    self.environment = environment
  }

  /// The command line as a person would type it in a POSIX shell.
  public func commandLine(_ arguments: [String]) -> String {
    let assignments = environment.sorted { $0.key < $1.key }.map { $0.key + "=" + shellQuoted($0.value) }
    return (assignments + ([path] + leadingArguments + arguments).map(shellQuoted)).joined(separator: " ")
  }
}

/// What a program left behind.
public struct ProgramResult: Hashable, Sendable {
  /// How the program ended.
  public var termination: Termination
  /// What it wrote to standard output, decoded as UTF-8 and cut at the limit of the run.
  public var output: String
  /// What it wrote to standard error, decoded as UTF-8 and cut at the limit of the run.
  public var errors: String
  /// True when output or errors were longer than the limit of the run.
  public var isTruncated: Bool
  /// Time from start to end.
  public var wallTime: Duration
  /// User and system time of the program and the children it waited for.
  public var processorTime: Duration
}

/// How a program ended.
public enum Termination: Hashable, Sendable, CustomStringConvertible {
  /// It returned this code.
  case exited(code: Int32)
  /// This signal ended it.
  case signalled(signal: Int32)
  /// It ran longer than it was allowed to and was killed.
  case timedOut(after: Duration)

  /// True for code 0.
  public var isSuccess: Bool { self == .exited(code: 0) }

  /// One clause for a person, for instance "was ended by signal 11 (SIGSEGV, invalid memory access)".
  public var description: String {
    switch self {
    case .exited(let code): "exited with code \(code)"
    case .signalled(let signal): "was ended by signal \(signal) (\(SignalName.text(of: signal)))"
    case .timedOut(let limit): "was killed because it did not end within \(limit)"
    }
  }
}

/// Why a program could not be run at all.
public struct ProgramFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Path of the executable.
  public var path: String
  /// What the system said.
  public var reason: String

  /// One sentence for a person.
  public var description: String { "cannot run '\(path)': \(reason)" }
}
