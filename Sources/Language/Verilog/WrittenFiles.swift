import Foundation

/// The files that a tool has written into a folder, perhaps not for the first time.
public enum WrittenFiles {
  /// Writes `files` into `folder`, which is made when it is not there, and removes those of `earlier` that are not among
  /// them.
  ///
  /// Each file appears whole or not at all. Files that the tool has not written are left alone.
  ///
  /// - Throws: ``EmissionFailure`` with the path and the reason.
  public static func write(
    _ files: [(name: String, text: String)], to folder: String, removing earlier: [String]
  ) throws(EmissionFailure) {
    let names = Set(files.map(\.name))
    for name in earlier where !names.contains(name) { try remove(name, in: folder) }
    for file in files {
      let path = folder + "/" + file.name
      do {
        try FileManager.default.createDirectory(
          atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        throw EmissionFailure(path: path, reason: reason(error))
      }
    }
  }

  /// Removes a file of the folder. A name that leads out of it is none that was written there.
  static func remove(_ name: String, in folder: String) throws(EmissionFailure) {
    guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else { return }
    let path = folder + "/" + name
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw EmissionFailure(path: path, reason: reason(error))
    }
  }

  static func reason(_ error: any Error) -> String {
    let error = error as NSError
    // Only the cause says what the system said; not every Foundation hands it over as an `NSError`.
    switch error.userInfo[NSUnderlyingErrorKey] {
    case let cause as POSIXError: return String(cString: strerror(Int32(cause.code.rawValue)))
    case let cause as NSError where cause.domain == NSPOSIXErrorDomain:
      return String(cString: strerror(Int32(cause.code)))
    default: return error.localizedDescription
    }
  }
}
