import Foundation
import Models
import TestFiles

extension Checkout {
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
