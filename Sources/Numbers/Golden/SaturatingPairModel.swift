/// Two counts of steps that stop at a limit.
///
/// After some steps a count is the smaller one of the limit and the number of steps that were its own.
public struct SaturatingPairModel: Hashable, Sendable {
  /// The greatest count.
  public let limit: Int
  private var firstSteps = 0
  private var secondSteps = 0

  /// Both counts at 0.
  public init(limit: Int) { self.limit = limit }

  /// The counts after one more item, which is a step of either counter, of both or of none.
  public mutating func take(first: Bool, second: Bool) -> (first: Int, second: Int) {
    firstSteps += first ? 1 : 0
    secondSteps += second ? 1 : 0
    return (min(limit, firstSteps), min(limit, secondSteps))
  }
}
