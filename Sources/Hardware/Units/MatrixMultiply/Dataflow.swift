import HDL

/// What stays in the cells of a systolic array while the rest moves.
public enum Dataflow: Hashable, Sendable {
  /// Weights stay; partial sums move down and are accumulated below the array, for at most `maximumRows` rows at a time.
  case weightStationary(maximumRows: Int)
  /// Sums stay; both operands move.
  case outputStationary
}

/// How an engine makes codes out of accumulators.
public struct RequantizedOutput: Hashable, Sendable, DefaultInitializable {
  /// Which outputs share a scale.
  public enum Granularity: Hashable, Sendable {
    /// Every output column has its own.
    case perChannel
    /// All outputs of a job have the same.
    case perTensor
  }

  /// Which outputs share a scale; each column has a bias of its own in any case.
  public var granularity = Granularity.perChannel
  /// The least code.
  public var least = -127
  /// The greatest code.
  public var greatest = 127
  /// The code of zero.
  public var zeroPoint = 0
  /// Pipeline registers of the requantisers, as in ``Requantizer``.
  public var stages = 2

  public init() {}

  /// A requantiser for accumulators of `accumulatorWidth` bits.
  func requantizer(accumulatorWidth: Int) -> Requantizer {
    Requantizer {
      $0.accumulatorWidth = accumulatorWidth
      ($0.least, $0.greatest, $0.zeroPoint) = (least, greatest, zeroPoint)
      $0.stages = stages
    }
  }
}
