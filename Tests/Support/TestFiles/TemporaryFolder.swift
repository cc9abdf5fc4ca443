import Foundation

/// A folder for one test, removed with its last reference.
public final class TemporaryFolder {
  /// Its path.
  public let path: String

  /// A new folder.
  public init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("systole-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes `text` to the file `name`, which may lie in subfolders, and returns its path.
  @discardableResult public func write(_ text: String, to name: String, executable: Bool = false) throws -> String {
    let file = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
    if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path) }
    return file.path
  }
}
