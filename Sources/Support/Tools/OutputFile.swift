import Foundation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Files that somebody named for a result.
public enum OutputFile {
  /// Throws when nothing can be written to `path`, as far as that is known before.
  public static func check(_ path: String) throws(OutputFailure) {
    // What is there already, a device or a file behind a link, says by itself whether it can be written.
    if access(path, W_OK) == 0 { return }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw OutputFailure(
        path: path, reason: "the folder '\(folder)' is not there or cannot be written; make it")
    }
  }

  /// Writes `text` to `path`, whole or not at all where the path names a regular file or nothing.
  ///
  /// A link is followed and stays; a device, a pipe, or a descriptor such as `/dev/stdout` is written through.
  public static func write(_ text: String, to path: String) throws(OutputFailure) {
    try write(Data(text.utf8), to: path)
  }

  /// The same for bytes.
  public static func write(_ data: Data, to path: String) throws(OutputFailure) {
    var status = stat()
    let exists = stat(path, &status) == 0
    let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    do {
      if exists ? status.st_mode & S_IFMT != S_IFREG : isLink {
        try writeThrough(data, to: path)
      } else {
        let target = exists ? URL(fileURLWithPath: path).resolvingSymlinksInPath() : URL(fileURLWithPath: path)
        try data.write(to: target, options: .atomic)
      }
    } catch let failure as OutputFailure {
      throw failure
    } catch {
      throw OutputFailure(path: path, reason: error.localizedDescription)
    }
  }

  /// Opens what `path` names, makes it empty and writes `data`; a full disk shows here.
  public static func writeThrough(_ data: some ContiguousBytes, to path: String) throws(OutputFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    var code = descriptor < 0 ? errno : 0
    if descriptor >= 0 {
      code = data.withUnsafeBytes { send($0, descriptor) }
      if close(descriptor) != 0, code == 0 { code = errno }
    }
    if code != 0 { throw OutputFailure(path: path, reason: String(cString: strerror(code))) }
  }
}

/// Writes all of `bytes`; gives the number of the error, or 0.
private func send(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) -> Int32 {
  var start = 0
  while start < bytes.count {
    let count = write(descriptor, bytes.baseAddress! + start, bytes.count - start)
    if count < 0, errno != EINTR { return errno }
    start += max(0, count)
  }
  return 0
}

/// A result could not be written.
public struct OutputFailure: Error, Hashable, Sendable, CustomStringConvertible, LocalizedError {
  /// The file.
  public var path: String
  /// What the system says.
  public var reason: String

  /// One sentence for a person.
  public var description: String { "cannot write '\(path)': \(reason)" }
  /// The same.
  public var errorDescription: String? { description }
}
