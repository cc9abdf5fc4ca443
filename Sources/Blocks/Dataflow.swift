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
  public var granularity: Granularity
  /// The least code.
  public var least: Int
  /// The greatest code.
  public var greatest: Int
  /// The code of zero.
  public var zeroPoint: Int
  /// Pipeline registers of the requantisers, as in ``Requantizer/stages``.
  public var stages: Int

  /// Symmetric int8 codes with a scale for each channel unless stated otherwise.
  public init(
    _ granularity: Granularity = .perChannel, least: Int = -127, greatest: Int = 127, zeroPoint: Int = 0,
    stages: Int = 2
  ) {
    self.granularity = granularity
    self.least = least
    self.greatest = greatest
    self.zeroPoint = zeroPoint
    self.stages = stages
  }

  /// Symmetric int8 codes with a scale for each channel.
  public init() { self.init(.perChannel) }

  /// A requantiser for accumulators of `accumulatorWidth` bits.
  func requantizer(accumulatorWidth: Int) -> Requantizer {
    Requantizer(
      accumulatorWidth: accumulatorWidth, least: least, greatest: greatest, zeroPoint: zeroPoint, stages: stages)
  }
}
