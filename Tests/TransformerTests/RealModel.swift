import Foundation
import Testing
import Transformer

/// The checkout's folders, found from this file.
enum Checkout {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file that a script under `Tests/Reference` wrote.
  static func vectors<Value: Decodable>(_ name: String, as _: Value.Type) throws -> Value {
    let url = root.appending(path: "Tests/Reference/vectors/\(name)")
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
  }
}

/// The real model, all-MiniLM-L6-v2, which `make model` puts under `.tools`.
enum RealModel {
  /// Its folder; a test without it fails.
  static func directory() throws -> URL {
    let directory = Checkout.root.appending(path: ".tools/models/all-MiniLM-L6-v2", directoryHint: .isDirectory)
    guard FileManager.default.fileExists(atPath: directory.appending(path: "config.json").path(percentEncoded: false))
    else { throw Missing() }
    return directory
  }

  struct Missing: Error, CustomStringConvertible {
    var description: String { "the model all-MiniLM-L6-v2 is not under .tools/models: run `make model`" }
  }
}

extension RealModel {
  /// The model, loaded once for all tests.
  static func load() throws -> EncoderModel { try loaded.get() }

  private static let loaded = Result { try EncoderModel(directory: directory()) }
}
