import Foundation

/// A folder of files that lives as long as a closure.
enum ModelFolder {
  static func with<Value>(_ files: [String: [UInt8]], _ body: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "model-folder-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
    return try body(folder)
  }

  static func with<Value>(_ files: [String: String], _ body: (URL) throws -> Value) throws -> Value {
    try with(files.mapValues { Array($0.utf8) }, body)
  }
}

/// The words of an error of whatever kind; nil when the work succeeds.
func words(of work: () throws -> Void) -> String? {
  do {
    try work()
    return nil
  } catch {
    return "\(error)"
  }
}
