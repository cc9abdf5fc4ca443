/// What one run of a bench covered.
public struct RunCoverage: Hashable, Sendable, Codable {
  /// What tells the run from others of its block: seed, name and number, and what else decides its stimuli.
  public var run: String
  /// Number of the run among those of its bench.
  public var index: Int
  /// Digits of the model that counted: see ``CoverageModel/fingerprint``.
  public var model: String
  /// Hits of all bins: of the points in order and then of the crosses.
  public var counts: [Int]
  /// Samples of each point and then of each cross.
  public var samples: [Int]
  /// Clocks of the run after reset.
  public var cycles: Int
  /// From the nth transaction in to the nth out, where a stream gives as many transactions as another one takes.
  public var latencies: [StreamLatency]
  /// Transactions in windows of ``throughputWindow`` clocks.
  public var throughputs: [StreamThroughput]

  /// Clocks of a window of ``throughputs``.
  public static let throughputWindow = 64

  /// Clocks from an input to the output it causes.
  public struct StreamLatency: Hashable, Sendable, Codable {
    /// The input stream.
    public var from: String
    /// The output stream.
    public var to: String
    /// The clocks.
    public var clocks: CoverageHistogram
  }

  /// Transactions of a stream in each window between its first and its last.
  public struct StreamThroughput: Hashable, Sendable, Codable {
    /// The stream.
    public var stream: String
    /// The numbers of transactions.
    public var transactions: CoverageHistogram
  }
}
