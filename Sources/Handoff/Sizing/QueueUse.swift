/// How full a FIFO was in a run.
public struct QueueUse: Hashable, Sendable, Codable {
  /// The instances below the design's top, joined by points; empty for the design itself.
  public var queue: String
  /// Words of its storage.
  public var depth: Int
  /// The most words that were in it at a time.
  public var maximum: Int
  /// Words in it, on average over the cycles.
  public var mean: Double
  /// Cycles in which it was full.
  public var fullCycles: Int
  /// Cycles that were looked at: those without an active reset.
  public var cycles: Int
  /// The parameter that its depth follows from; nil where none changes it.
  public var parameter: String?
}
