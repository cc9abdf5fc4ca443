import Golden

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
/// clock on in which its address shows; whether that has been taken does not matter. The answer of a burst is taken from
/// the clock after both its address and its last word were on, and it is under way until then. The end of the transfer
/// shows in the clock after the last answer, and the next transfer is taken in the clock after that was taken.
public struct BurstWriteTiming: Sendable {
  private let outstanding: Int
  private var bursts: ArraySlice<BurstSplit.Burst> = []
  private var isBusy = false
  /// Bursts whose addresses were taken less those whose words have passed: -1 when the words of the burst whose address
  /// shows have passed.
  private var ahead = 0
  /// Bursts whose address and words have passed and whose answers are to come.
  private var unanswered = 0

  /// - Parameter outstanding: Bursts under way at most.
  public init(outstanding: Int) { self.outstanding = outstanding }

  /// Whether a transfer is taken in this clock.
  public var takesTransfer: Bool { !isBusy }
  /// The burst whose address shows.
  public var burst: BurstSplit.Burst? { max(0, ahead) + unanswered < outstanding ? bursts.first : nil }
  /// Whether words pass in this clock.
  public var passesWords: Bool { ahead > 0 || ahead == 0 && burst != nil }
  /// Whether words pass of a burst whose address was taken before.
  public var hasAddress: Bool { ahead > 0 }
  /// Whether the words of the burst whose address shows have passed.
  public var hasWords: Bool { ahead < 0 }
  /// Whether the answer of a burst is taken in this clock.
  public var takesAnswer: Bool { unanswered > 0 }
  /// Whether the end of the transfer shows.
  public var hasEnded: Bool { isBusy && bursts.isEmpty && ahead + unanswered == 0 }

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
    let before = ahead
    if shows, takesAddress {
      bursts.removeFirst()
      ahead += 1
    }
    if endsBurst { ahead -= 1 }
    // Of the address and the words of a burst the later ones complete it.
    let addressCompletes = before < 0 && ahead == 0
    let wordsComplete = endsBurst && (before > 0 || shows && takesAddress)
    if addressCompletes || wordsComplete { unanswered += 1 }
    if takesAnswer, answer { unanswered -= 1 }
    if ended, takesEnd { isBusy = false }
  }
}
