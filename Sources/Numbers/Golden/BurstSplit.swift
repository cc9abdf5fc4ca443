/// A transfer of bytes cut into bursts of an AXI4 bus, word by word as the rules say.
public struct BurstSplit: Hashable, Sendable {
  /// One burst.
  public struct Burst: Hashable, Sendable {
    /// Address of the first word.
    public var address: Int
    /// Number of words.
    public var words: Int
  }

  /// The bursts in order.
  public private(set) var bursts: [Burst] = []
  /// For each word of the transfer, whether each of its bytes belongs to it.
  public private(set) var bytes: [[Bool]] = []

  /// Cuts `length` bytes from `address` on: at every multiple of `maximumBurst` words.
  public init(address: Int, length: Int, wordBytes: Int, maximumBurst: Int) {
    var word = address / wordBytes * wordBytes
    while word < address + length {
      if bursts.isEmpty || word % (maximumBurst * wordBytes) == 0 { bursts.append(Burst(address: word, words: 0)) }
      bursts[bursts.count - 1].words += 1
      bytes.append((word..<word + wordBytes).map { $0 >= address && $0 < address + length })
      word += wordBytes
    }
  }
}
