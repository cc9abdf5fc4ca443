import HDL

/// How much a bench does that has a count of transactions or vectors alone.
public struct CountWorkload: Hashable, Sendable {
  /// Transactions or vectors.
  public var count: Int

  /// A workload of `count`.
  public init(count: Int) { self.count = count }

  /// The parameter `count`, which `what` explains.
  public static func parameters(_ what: String) -> [Parameter<CountWorkload>] {
    [.integer("count", \.count, in: 1...10_000_000, what)]
  }
}
