import Foundation

/// The variables that this process was started with.
enum ProcessEnvironment {
  /// `NAME=value` for every variable, after `changes`; a nil value removes a variable.
  static func current(changedBy changes: [String: String?]) -> [String] {
    var variables = ProcessInfo.processInfo.environment
    for (name, value) in changes { variables[name] = value }
    return variables.map { $0.key + "=" + $0.value }.sorted()
  }
}
