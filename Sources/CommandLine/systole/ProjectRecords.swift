import Foundation

/// Where the project keeps scores and coverage.
enum ProjectRecords {
  /// The records in the checkout that this program was built from; nil where there is none.
  static var folder: String? {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Scores").path
    return FileManager.default.fileExists(atPath: folder + "/mutation.json") ? folder : nil
  }
}
