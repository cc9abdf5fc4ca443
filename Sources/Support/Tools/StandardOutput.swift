import CSpawn

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Standard output as a whole.
public enum StandardOutput {
  /// Writes what is still held back. Returns why not all of it could be written; nil when all is out.
  public static func finish() -> String? {
    let code = systole_finish_output()
    return code == 0 ? nil : String(cString: strerror(code))
  }
}
