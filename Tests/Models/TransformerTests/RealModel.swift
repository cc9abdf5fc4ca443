import Foundation
import TestFiles
import Testing
import Transformer

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
