import Foundation
import Tools

/// Files that models read when they start, such as the contents of memories: `data/<key>/<name>`.
extension ModelCache {
  /// Where the files of data of `design` are; nil when it has none.
  func dataFolder(of design: ModelDesign) -> String? {
    guard !design.data.isEmpty || !design.beside.isEmpty else { return nil }
    var hash = SHA256()
    for file in design.beside + design.data { hash.update("\(file.name) \(file.text.utf8.count)\n\(file.text)") }
    return path("data", hash.hexDigest())
  }

  /// Puts the files of data of `design` where its models look for them; each appears whole.
  func writeData(of design: ModelDesign) throws(VerilatorFailure) {
    guard let folder = dataFolder(of: design) else { return }
    try FileSystem.makeFolder(folder)
    let beside = design.beside.map { VerilogSource(name: $0.name, text: design.located($0.text, in: folder)) }
    for file in beside + design.data where !FileSystem.exists(folder + "/" + file.name) {
      let draft = "\(folder)/\(file.name).\(UUID().uuidString)"
      try FileSystem.write(file.text, to: draft)
      try FileSystem.move(draft, to: folder + "/" + file.name)
    }
  }
}
