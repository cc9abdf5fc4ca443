import Foundation

/// The variables that this process was started with.
public enum ProcessEnvironment {
  /// The value of a variable that chooses something; nil when it is not set, or empty.
  public static func choice(
    _ name: String, in environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The absolute path that a variable chooses, so that it means the same in every working directory.
  public static func path(
    _ name: String, in environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    choice(name, in: environment).map { URL(fileURLWithPath: $0).standardizedFileURL.path }
  }

  /// The folders of programs where `PATH` is not set: compilers do not look for their linker without it.
  static let standardPath = "/usr/local/bin:/usr/bin:/bin"

  /// `NAME=value` for every variable of `environment`, after `changes`; a nil value removes a variable. Without a `PATH`
  /// there is the standard one.
  static func variables(
    changedBy changes: [String: String?], of environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [String] {
    var variables = environment
    if variables["PATH"] == nil { variables["PATH"] = standardPath }
    for (name, value) in changes { variables[name] = value }
    return variables.map { $0.key + "=" + $0.value }.sorted()
  }
}
