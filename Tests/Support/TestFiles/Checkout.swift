import Foundation

/// The folder of the project, found from this file.
public enum Checkout {
  /// The nearest folder above this file that holds `Package.swift`.
  public static let root: URL = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
      folder.deleteLastPathComponent()
    }
    return folder
  }()

  /// ``root`` as text.
  public static let path = root.path

  /// The folder of the tools that `make setup` prepares.
  public static let tools = path + "/.tools"

  /// The bytes of a file that a script under `Tests/Reference` wrote.
  public static func vectors(_ name: String) throws -> Data {
    try Data(contentsOf: root.appending(path: "Tests/Reference/vectors/\(name)"))
  }

  /// The value of a file that a script under `Tests/Reference` wrote as JSON.
  public static func vectors<Value: Decodable>(_ name: String, as _: Value.Type) throws -> Value {
    try JSONDecoder().decode(Value.self, from: vectors(name))
  }
}
