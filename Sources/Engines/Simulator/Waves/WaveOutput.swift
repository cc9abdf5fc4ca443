import Engine
import Foundation

/// The file of a wave while it is written. The first write that fails is remembered, and told when the file is closed.
final class WaveOutput {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>
  private var failure: Int32 = 0

  /// Creates the file.
  init(_ path: String) throws(EngineFailure) {
    guard let file = fopen(path, "w") else {
      throw .trace(path: path, reason: String(cString: strerror(errno)))
    }
    self.path = path
    self.file = file
  }

  func write(_ bytes: UnsafeRawBufferPointer) {
    guard failure == 0, let start = bytes.baseAddress else { return }
    if fwrite(start, 1, bytes.count, file) < bytes.count { failure = errno }
  }

  /// What is written next takes the place of the first bytes.
  func rewind() {
    if fseek(file, 0, SEEK_SET) != 0, failure == 0 { failure = errno }
  }

  func close() throws(EngineFailure) {
    if fclose(file) != 0, failure == 0 { failure = errno }
    if failure != 0 { throw .trace(path: path, reason: String(cString: strerror(failure))) }
  }
}
