import Foundation
import Tools

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// File operations of the cache. Every error names the path and says what the system said.
enum FileSystem {
  static func failure(_ path: String) -> VerilatorFailure {
    .cache(path: path, reason: String(cString: strerror(errno)))
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws(VerilatorFailure) {
    if mkdir(path, 0o777) == 0 || errno == EEXIST && isFolder(path) { return }
    if errno == ENOENT {
      let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
      if parent != path {
        try makeFolder(parent)
        if mkdir(path, 0o777) == 0 || errno == EEXIST && isFolder(path) { return }
      }
    }
    throw failure(path)
  }

  static func isFolder(_ path: String) -> Bool {
    let before = errno
    defer { errno = before }
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Writes a whole file and sees it onto the disk, so that a full disk shows here.
  static func write(_ text: String, to path: String) throws(VerilatorFailure) {
    do throws(OutputFailure) {
      try OutputFile.writeThrough(Array(text.utf8), to: path)
    } catch {
      throw .cache(path: path, reason: error.reason)
    }
  }

  static func move(_ source: String, to destination: String) throws(VerilatorFailure) {
    if rename(source, destination) != 0 { throw failure(destination) }
  }

  /// Removes a file, or a folder with all that is in it. What is not there is no error.
  static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

  /// Names in a folder, sorted; empty when it cannot be read.
  static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// Size and last use of a file; nil when there is none.
  static func status(_ path: String) -> (bytes: Int, modified: Double)? {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    #if canImport(Darwin)
      let time = information.st_mtimespec
    #else
      let time = information.st_mtim
    #endif
    return (Int(information.st_size), Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9)
  }

  /// Marks a file as used now.
  static func touch(_ path: String) { _ = utimes(path, nil) }

  /// The bytes of a file, mapped into memory.
  static func contents(_ path: String) throws(VerilatorFailure) -> Data {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .cache(path: path, reason: error.localizedDescription)
    }
  }
}
