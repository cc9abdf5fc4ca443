import Foundation
import Tools

/// The folders of models that commands read.
enum ModelFolder {
  /// The models that 'make model' fetches, by the names that commands take.
  static let fetched = ["minilm": "all-MiniLM-L6-v2", "albert": "albert", "gpt2": "gpt2"]

  /// The models that stand in the checkout, below Models/.
  static let included = ["vit": "vit-fashion-mnist"]

  /// All of them.
  static let names = fetched.merging(included) { first, _ in first }.keys.sorted()

  /// The folder that `name` means: a model of the checkout, one that 'make model' fetches, or a folder.
  static func named(_ name: String) throws -> URL {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) {
      guard isFolder.boolValue else {
        throw RequestError("'\(name)' is a file; give the folder of a model, which holds config.json")
      }
      return URL(fileURLWithPath: name, isDirectory: true)
    }
    guard let model = fetched[name] ?? included[name] else {
      throw RequestError("there is no folder '\(name)'; give the folder of a model, or 'make model' fetches one")
    }
    if included[name] != nil {
      let start = Toolbox().folder.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
      let folder = (start ?? URL(fileURLWithPath: ".", isDirectory: true)).appending(path: "Models/\(model)")
      guard FileManager.default.fileExists(atPath: folder.path(percentEncoded: false)) else {
        throw RequestError("there is no Models/\(model) here; run this in a checkout or use --model FOLDER")
      }
      return folder
    }
    guard let tools = Toolbox().folder else {
      throw RequestError("there is no .tools folder with the model '\(name)'; run 'make model' or use --model FOLDER")
    }
    let folder = tools + "/models/" + model
    guard FileManager.default.fileExists(atPath: folder) else {
      throw RequestError("there is no model at '\(folder)'; run 'make model' or use --model FOLDER")
    }
    return URL(fileURLWithPath: folder, isDirectory: true)
  }
}
