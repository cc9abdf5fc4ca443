import Foundation

/// Which tests run: those that every change needs, or all.
public enum Tier {
  /// All of a list in the long tests, in the others every so many.
  public static func sample<Element>(_ all: [Element], every step: Int) -> [Element] {
    isFull ? all : all.enumerated().filter { $0.offset % step == 0 }.map(\.element)
  }

  /// Whether the long tests run too, as `make test-all` has it with `SYSTOLE_TESTS_ALL=1`.
  public static let isFull = !(ProcessInfo.processInfo.environment["SYSTOLE_TESTS_ALL"] ?? "").isEmpty
}
