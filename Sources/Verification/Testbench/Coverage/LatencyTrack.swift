/// Clocks from the nth transaction of an input stream to the nth of an output stream, as long as each came after its
/// input.
struct LatencyTrack {
  let from: Int
  let to: Int
  private(set) var clocks = CoverageHistogram()
  /// An output came before its input, or the streams are too far apart: they do not match.
  private(set) var isBroken = false
  /// The pair that is looked at next.
  private(set) var next = 0

  /// Transactions by which streams that match one to one may be apart.
  private static let reach = 1 << 20

  init(from: Int, to: Int) {
    self.from = from
    self.to = to
  }

  mutating func collect(_ input: StreamTrack, _ output: StreamTrack) {
    if isBroken { return }
    if output.count > input.count || input.count - output.count > Self.reach {
      isBroken = true
      return
    }
    while next < output.count {
      let latency = output.stamps[next - output.base] - input.stamps[next - input.base]
      if latency < 0 {
        isBroken = true
        return
      }
      clocks.add(latency)
      next += 1
    }
  }
}
