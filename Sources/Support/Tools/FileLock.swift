#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An exclusive lock on a path, held by one owner among all threads and processes of the machine.
///
/// The kernel releases it when the owner ends, however it ends. The lock file is removed with the lock, so that locks
/// leave nothing behind.
public final class FileLock {
  private let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  /// Takes the lock at `path`, waiting until it is free. The folder of the file must exist.
  public static func acquire(_ path: String) throws(FileLockFailure) -> FileLock {
    while true { if let lock = try attempt(path, waits: true) { return lock } }
  }

  /// Takes the lock at `path`; nil when somebody else holds it.
  public static func acquireIfFree(_ path: String) throws(FileLockFailure) -> FileLock? {
    try attempt(path, waits: false)
  }

  /// One try. A previous owner removes the file before it lets go, so a lock counts only on a file still at `path`.
  private static func attempt(_ path: String, waits: Bool) throws(FileLockFailure) -> FileLock? {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileLockFailure(path: path, reason: String(cString: strerror(errno))) }
    while flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      close(descriptor)
      if code == EWOULDBLOCK { return nil }
      throw FileLockFailure(path: path, reason: String(cString: strerror(code)))
    }
    var held = stat()
    var current = stat()
    if fstat(descriptor, &held) == 0, stat(path, &current) == 0, held.st_ino == current.st_ino,
      held.st_dev == current.st_dev
    {
      return FileLock(path: path, descriptor: descriptor)
    }
    close(descriptor)
    return nil
  }

  /// Lets go of the lock.
  deinit {
    unlink(path)
    close(descriptor)
  }
}

/// Why a lock could not be taken.
public struct FileLockFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Path of the lock file.
  public var path: String
  /// What the system said.
  public var reason: String

  /// One sentence for a person.
  public var description: String { "cannot lock '\(path)': \(reason)" }
}
