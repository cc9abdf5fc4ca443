import Foundation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Files in the format FST, as far as is needed to tell whether one is whole.
enum FastSignalTrace {
  /// Bytes of the first block, by the documentation of the format.
  private static let headerLength: UInt64 = 329
  private static let geometry: UInt8 = 3
  private static let hierarchies: Set<UInt8> = [4, 6, 7]

  /// Why the file that was closed at `path` is no complete trace; nil when it is one.
  ///
  /// A trace is a chain of blocks, each with its length, that ends with the file. Geometry and hierarchy are written at the
  /// end, the numbers in the header last of all.
  static func problem(of path: String) -> String? { isWhole(path) ? nil : reason(path) }

  private static func isWhole(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path), let size = try? file.seekToEnd() else { return false }
    var offset: UInt64 = 0
    var kinds: Set<UInt8> = []
    while offset < size {
      guard (try? file.seek(toOffset: offset)) != nil, let start = try? file.read(upToCount: 9), start.count == 9 else {
        return false
      }
      let length = start.dropFirst().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard length >= 8, length < size - offset, offset > 0 || start[0] == 0 && length == headerLength else {
        return false
      }
      kinds.insert(start[start.startIndex])
      offset += 1 + length
    }
    return offset == size && kinds.contains(geometry) && !kinds.isDisjoint(with: hierarchies)
  }

  /// The most likely reason: the writer does not say it.
  private static func reason(_ path: String) -> String {
    let folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent().path
    var information = statvfs()
    guard statvfs(folder, &information) == 0, UInt64(information.f_bavail) * UInt64(information.f_frsize) < 1 << 16
    else { return "not all of it could be written; look for free space and limits" }
    return String(cString: strerror(ENOSPC))
  }
}
