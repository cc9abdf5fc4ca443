import Foundation
import Tools

/// Where a regression keeps its plan and the outcome of every unit that is done: what an interruption leaves is enough to
/// go on from, on this machine or another one.
package struct RegressionFolder: Sendable {
  /// Path of the folder.
  package let path: String

  /// The folder at `path`, which need not be there yet.
  package init(_ path: String) { self.path = URL(fileURLWithPath: path).path }

  /// The waves of failing runs.
  package var waves: String { path + "/waves" }
  /// What executors leave.
  package var logs: String { path + "/logs" }
  private var units: String { path + "/units" }
  private func file(_ unit: Int) -> String { "\(units)/\(unit).json" }

  /// Keeps others from writing into the folder for as long as the lock lives.
  package func lock() throws -> FileLock {
    try make(path)
    guard let lock = try FileLock.acquireIfFree(path + "/lock") else {
      throw RegressionFailure("another regression writes to '\(path)'; wait for it, or choose another --output")
    }
    return lock
  }

  /// The plan in the folder; nil when there is none that can be read.
  package var plan: RegressionPlan? {
    guard let data = FileManager.default.contents(atPath: path + "/plan.json") else { return nil }
    return try? JSONDecoder().decode(RegressionPlan.self, from: data)
  }

  /// Makes room for `plan`; what earlier plans left is removed.
  package func begin(_ plan: RegressionPlan) throws {
    for old in [units, waves, logs] where FileManager.default.fileExists(atPath: old) {
      try FileManager.default.removeItem(atPath: old)
    }
    for folder in [units, waves, logs] { try make(folder) }
    try write(plan, to: path + "/plan.json")
  }

  /// What became of the unit with this number; nil when it is not done.
  package func outcome(of unit: Int) -> RegressionOutcome? {
    guard let data = FileManager.default.contents(atPath: file(unit)) else { return nil }
    return try? JSONDecoder().decode(RegressionOutcome.self, from: data)
  }

  /// Keeps what became of a unit: the file is there whole or not at all.
  package func store(_ outcome: RegressionOutcome, of unit: Int) throws { try write(outcome, to: file(unit)) }

  /// Numbers of the units of `plan` that are not done.
  package func open(of plan: RegressionPlan) -> [Int] { plan.units.indices.filter { outcome(of: $0) == nil } }

  /// Writes a file of the folder.
  package func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: path + "/" + name) }

  private func write(_ value: some Encodable, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try write(try encoder.encode(value), to: path)
  }

  private func write(_ data: Data, to path: String) throws {
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw RegressionFailure(
        "cannot write '\(path)': \(error.localizedDescription); make room, or choose another --output")
    }
  }

  private func make(_ folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw RegressionFailure(
        "cannot make the folder '\(folder)': \(error.localizedDescription); choose another --output")
    }
  }
}

/// A regression that cannot go on.
package struct RegressionFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and the remedy.
  package var description: String

  init(_ description: String) { self.description = description }
}
