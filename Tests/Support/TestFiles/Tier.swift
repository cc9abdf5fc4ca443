import Foundation

/// Which tests run: those that every change needs, or all.
public enum Tier {
  /// Whether the long tests run too, as `make test-all` has it with `SYSTOLE_TESTS_ALL=1`.
  public static let isFull = !(ProcessInfo.processInfo.environment["SYSTOLE_TESTS_ALL"] ?? "").isEmpty
}
