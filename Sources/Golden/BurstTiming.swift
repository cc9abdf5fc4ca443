/// A master that reads over AXI4 in bursts, clock by clock: one transfer at a time.
///
/// The first address shows a clock after the transfer was taken, and one a clock while not too many bursts are under way.
/// Words pass through in the clock in which they come. The next transfer is taken in the clock after the last word.
public struct BurstReadTiming: Sendable {
  private let outstanding: Int
  private var bursts: ArraySlice<BurstSplit.Burst> = []
  private var underWay = 0

  /// - Parameter outstanding: Bursts under way at most.
  public init(outstanding: Int) { self.outstanding = outstanding }

  /// Whether a transfer is taken in this clock.
  public var takesTransfer: Bool { bursts.isEmpty && underWay == 0 }
  /// The burst whose address shows.
  public var burst: BurstSplit.Burst? { underWay < outstanding ? bursts.first : nil }
  /// Whether words pass in this clock.
  public var passesWords: Bool { underWay > 0 }

  /// Ends the clock.
  ///
  /// - Parameters:
  ///   - transfer: The bursts of a transfer that is offered.
  ///   - takesAddress: Whether the bus would take an address.
  ///   - endsBurst: Whether the last word of a burst has passed.
  public mutating func step(transfer: [BurstSplit.Burst]?, takesAddress: Bool, endsBurst: Bool) {
    let (takesTransfer, shows) = (takesTransfer, burst != nil)
    if takesTransfer, let transfer { bursts = transfer[...] }
    if shows, takesAddress {
      bursts.removeFirst()
      underWay += 1
    }
    if endsBurst { underWay -= 1 }
  }
}

/// A master that writes over AXI4 in bursts, clock by clock: one transfer at a time.
///
/// Addresses show as those of a ``BurstReadTiming``. The words of a burst pass, in the clock in which they come, from the
/// clock after its address was taken on; its answer is taken from the clock after its last word on, and it is under way
/// until then. The end of the transfer shows in the clock after the last answer, and the next transfer is taken in the
/// clock after that was taken.
public struct BurstWriteTiming: Sendable {
  private let outstanding: Int
  private var bursts: ArraySlice<BurstSplit.Burst> = []
  private var isBusy = false
  /// Bursts whose words are to pass.
  private var addressed = 0
  /// Bursts whose words have passed and whose answers are to come.
  private var unanswered = 0

  /// - Parameter outstanding: Bursts under way at most.
  public init(outstanding: Int) { self.outstanding = outstanding }

  /// Whether a transfer is taken in this clock.
  public var takesTransfer: Bool { !isBusy }
  /// The burst whose address shows.
  public var burst: BurstSplit.Burst? { addressed + unanswered < outstanding ? bursts.first : nil }
  /// Whether words pass in this clock.
  public var passesWords: Bool { addressed > 0 }
  /// Whether the answer of a burst is taken in this clock.
  public var takesAnswer: Bool { unanswered > 0 }
  /// Whether the end of the transfer shows.
  public var hasEnded: Bool { isBusy && bursts.isEmpty && addressed + unanswered == 0 }

  /// Ends the clock.
  ///
  /// - Parameters:
  ///   - transfer: The bursts of a transfer that is offered.
  ///   - takesAddress: Whether the bus would take an address.
  ///   - endsBurst: Whether the last word of a burst has passed.
  ///   - answer: Whether the bus offers the answer of a burst.
  ///   - takesEnd: Whether the end of the transfer would be taken.
  public mutating func step(
    transfer: [BurstSplit.Burst]?, takesAddress: Bool, endsBurst: Bool, answer: Bool, takesEnd: Bool
  ) {
    let (takesTransfer, shows, takesAnswer, ended) = (takesTransfer, burst != nil, takesAnswer, hasEnded)
    if takesTransfer, let transfer { (bursts, isBusy) = (transfer[...], true) }
    if shows, takesAddress {
      bursts.removeFirst()
      addressed += 1
    }
    if endsBurst { (addressed, unanswered) = (addressed - 1, unanswered + 1) }
    if takesAnswer, answer { unanswered -= 1 }
    if ended, takesEnd { isBusy = false }
  }
}
