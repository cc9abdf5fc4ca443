import Foundation
import Tools

/// Finished steps of syntheses by the hash of all that they were made from. An entry is a folder that appears whole or not
/// at all.
public struct SynthesisCache: Hashable, Sendable {
  /// The folder of the entries.
  public let folder: String

  /// Uses `folder`, by default `SYSTOLE_CACHE`, else `.systole/cache` in the working directory.
  public init(_ folder: String? = nil) {
    let chosen = folder ?? ProcessEnvironment.choice("SYSTOLE_CACHE") ?? ".systole/cache"
    self.folder = URL(fileURLWithPath: chosen).standardizedFileURL.path + "/synthesis"
  }

  /// The folder that `make` has filled, now or in an earlier run.
  ///
  /// - Parameters:
  ///   - ingredients: All that the result depends on.
  ///   - make: Fills the folder that it is given; when it throws, nothing is kept.
  func entry(_ ingredients: [String], make: (String) throws -> Void) throws -> String {
    var hash = SHA256()
    for ingredient in ingredients {
      hash.update("\(ingredient.utf8.count):")
      hash.update(ingredient)
    }
    let key = String(hash.hexDigest().prefix(32))
    let finished = folder + "/" + key
    let files = FileManager.default
    if files.fileExists(atPath: finished) { return finished }
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let lock = try FileLock.acquire(folder + "/" + key + ".lock")
    defer { withExtendedLifetime(lock) {} }
    if files.fileExists(atPath: finished) { return finished }
    let draft = folder + "/" + key + ".draft"
    // Under the lock nobody else writes it: what stands there was left by a process that was ended.
    try? files.removeItem(atPath: draft)
    try files.createDirectory(atPath: draft, withIntermediateDirectories: true)
    do {
      try make(draft)
      try files.moveItem(atPath: draft, toPath: finished)
    } catch {
      try? files.removeItem(atPath: draft)
      throw error
    }
    return finished
  }
}

/// A tool of a synthesis has ended with an error.
public struct SynthesisFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The tool.
  public var tool: String
  /// How it ended.
  public var termination: Termination
  /// The last lines that it wrote.
  public var messages: String

  /// One sentence and the tool's words.
  public var description: String { "\(tool) \(termination)\n\(messages)" }

  init(_ tool: Tool, _ result: ProgramResult) {
    self.tool = "\(tool.name) \(tool.version)"
    termination = result.termination
    messages = (result.output + result.errors).split(whereSeparator: \.isNewline).suffix(15).joined(separator: "\n")
  }
}
