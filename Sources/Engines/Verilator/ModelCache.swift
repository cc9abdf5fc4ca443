import Foundation
import Tools

/// The folder that keeps compiled models, so that a design is compiled once.
///
/// ```
/// models/<key>.so, .json     a model and how it was built
/// runtimes/<key>/            Verilator's runtime compiled once for all models
/// headers/<key>/             its main header, precompiled
/// tools/<key>                hashes of tool binaries
/// data/<key>/                contents of memories, which models read when they start
/// locks/<key>.lock           held while <key> is being built
/// building/<name>, .lock     one build, and the lock that shows that its process lives
/// ```
///
/// Everything enters by renaming something complete, so nothing half written is ever trusted, and any number of threads
/// and processes can share the folder. What a killed process left in `building` is removed by the next build.
public struct ModelCache: Hashable, Sendable {
  /// The folder, as an absolute path.
  public let folder: String
  /// Bytes above which the models that were not used for the longest time are removed.
  public let sizeLimit: Int

  /// Uses `folder`, by default `SYSTOLE_CACHE`, else `.systole/cache` in the working directory.
  public init(folder: String? = nil, sizeLimit: Int = 2 << 30) {
    let chosen = folder ?? ProcessEnvironment.choice("SYSTOLE_CACHE") ?? ".systole/cache"
    self.folder = URL(fileURLWithPath: chosen).standardizedFileURL.path
    self.sizeLimit = sizeLimit
  }

  /// Path of the compiled model with this key, whether or not it is there.
  public func library(_ key: String) -> String { "\(folder)/models/\(key).so" }

  /// Path of the record beside ``library(_:)``.
  public func record(_ key: String) -> String { "\(folder)/models/\(key).json" }

  func path(_ kind: String, _ key: String) -> String { "\(folder)/\(kind)/\(key)" }

  func lock(_ key: String) throws(VerilatorFailure) -> FileLock {
    let locks = folder + "/locks"
    try FileSystem.makeFolder(locks)
    do {
      return try FileLock.acquire("\(locks)/\(key).lock")
    } catch { throw .cache(path: error.path, reason: error.reason) }
  }

  /// The record of a model that is whole; nil when there is none or it has been damaged.
  func trustedRecord(_ key: String) -> BuildRecord? {
    guard let text = try? Data(contentsOf: URL(fileURLWithPath: record(key))),
      let found = try? JSONDecoder().decode(BuildRecord.self, from: text), found.key == key,
      FileSystem.status(library(key))?.bytes == found.libraryBytes, let digest = try? digest(of: library(key)),
      digest == found.librarySHA256
    else { return nil }
    FileSystem.touch(library(key))
    return found
  }

  func digest(of path: String) throws(VerilatorFailure) -> String {
    let data = try FileSystem.contents(path)
    var hash = SHA256()
    data.withUnsafeBytes { hash.update($0) }
    return hash.hexDigest()
  }

  func discard(_ key: String) {
    FileSystem.remove(library(key))
    FileSystem.remove(record(key))
  }

  /// Removes every model, runtime and header; builds that are under way in other processes fail or start afresh.
  public func clear() {
    for kind in FileSystem.names(in: folder) where kind != "locks" { FileSystem.remove("\(folder)/\(kind)") }
  }

  /// Removes the models that were not used for the longest time until the rest fits ``sizeLimit``; never `newest`.
  func evict(except newest: String) {
    let models = folder + "/models"
    var entries: [(key: String, bytes: Int, used: Double)] = []
    for name in FileSystem.names(in: models) where name.hasSuffix(".so") {
      guard let status = FileSystem.status(models + "/" + name) else { continue }
      entries.append((String(name.dropLast(3)), status.bytes, status.modified))
    }
    var total = entries.reduce(0) { $0 + $1.bytes }
    for entry in entries.sorted(by: { $0.used < $1.used }) where total > sizeLimit && entry.key != newest {
      discard(entry.key)
      total -= entry.bytes
    }
  }

  // MARK: - Tool identities

  /// The hash of a tool's binary, kept beside the size and time of the file so that it is read once.
  func identity(ofFile path: String) throws(VerilatorFailure) -> String {
    guard let status = FileSystem.status(path) else { throw FileSystem.failure(path) }
    let stamp = "\(path)\n\(status.bytes)\n\(status.modified)\n"
    let memory = self.path("tools", SHA256.hexDigest(of: stamp))
    if let text = try? String(contentsOfFile: memory, encoding: .utf8), text.hasPrefix(stamp) {
      let digest = text.dropFirst(stamp.count)
      if digest.count == 64 { return String(digest) }
    }
    let digest = try digest(of: path)
    try FileSystem.makeFolder(folder + "/tools")
    let building = try BuildFolder(in: self)
    try FileSystem.write(stamp + digest, to: building.path + "/identity")
    try FileSystem.move(building.path + "/identity", to: memory)
    return digest
  }
}

/// The folder of one build. It goes away with its last reference, or, when the process was killed, at the next build.
final class BuildFolder {
  let path: String
  private let lock: FileLock

  init(in cache: ModelCache) throws(VerilatorFailure) {
    let parent = cache.folder + "/building"
    try FileSystem.makeFolder(parent)
    path = parent + "/" + UUID().uuidString
    do {
      // The lock comes first and goes last: a folder whose lock is free has no owner.
      lock = try FileLock.acquire(path + ".lock")
    } catch { throw .cache(path: error.path, reason: error.reason) }
    try FileSystem.makeFolder(path)
  }

  deinit { FileSystem.remove(path) }

  /// Removes the folders whose owners have died.
  static func sweep(_ cache: ModelCache) {
    let parent = cache.folder + "/building"
    for name in FileSystem.names(in: parent) where name.hasSuffix(".lock") {
      let lock = try? FileLock.acquireIfFree(parent + "/" + name)
      if let lock {
        withExtendedLifetime(lock) { FileSystem.remove(parent + "/" + name.dropLast(5)) }
      }
    }
  }
}
