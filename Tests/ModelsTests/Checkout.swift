import Foundation
import Models

/// The checkout's folders, found from this file.
enum Checkout {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file that a script under `Tests/Reference` wrote.
  static func vectors<Value: Decodable>(_ name: String, as _: Value.Type) throws -> Value {
    let url = root.appending(path: "Tests/Reference/vectors/\(name)")
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
  }

  /// The folder of a model that `make model` fetches; a test without it fails.
  static func model(_ name: String) throws -> URL {
    let folder = root.appending(path: ".tools/models/\(name)", directoryHint: .isDirectory)
    guard FileManager.default.fileExists(atPath: folder.appending(path: "config.json").path(percentEncoded: false))
    else { throw MissingModel(name: name) }
    return folder
  }

  struct MissingModel: Error, CustomStringConvertible {
    var name: String
    var description: String { "the model \(name) is not under .tools/models: run `make model`" }
  }
}

/// The real models, each loaded once for all tests.
enum RealModel {
  static let albert = Result { try TransformerModel(directory: Checkout.model("albert")) }
  static let gpt2 = Result { try TransformerModel(directory: Checkout.model("gpt2")) }
  static let minilm = Result { try TransformerModel(directory: Checkout.model("all-MiniLM-L6-v2")) }
}
