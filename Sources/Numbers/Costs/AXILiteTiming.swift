/// A subordinate of AXI4-Lite that does one access at a time, clock by clock.
///
/// Each of the channels `aw`, `w` and `ar` has room for one transfer, which is free again in the clock after the answer
/// was taken. An access whose parts are there begins when no other is under way, and is offered a clock later; it ends when
/// its answer is given, which shows on the bus a clock later. Where both kinds wait they take turns, a write first. An
/// answer of one kind that nobody takes does not hold up the other kind.
public struct AXILiteTiming: Sendable {
  /// The kind of an access.
  public enum Access: Hashable, Sendable {
    /// By `ar`, answered on `r`.
    case read
    /// By `aw` and `w`, answered on `b`.
    case write
  }

  /// What the other sides do in a clock.
  public struct Inputs: Hashable, Sendable {
    /// `aw` offers an address.
    public var writeAddress = false
    /// `w` offers a word.
    public var word = false
    /// `ar` offers an address.
    public var readAddress = false
    /// The access that shows is taken.
    public var takesAccess = false
    /// An answer is given.
    public var answer = false
    /// The end of a write would be taken from `b`.
    public var takesWriteAnswer = false
    /// A word would be taken from `r`.
    public var takesReadAnswer = false

    /// Nobody does anything.
    public init() {}
  }

  private enum Phase { case idle, offered, sent }

  /// The channels that take a transfer in this clock.
  public private(set) var hasRoom = (writeAddress: true, word: true, readAddress: true)
  /// The kinds of which the answer of an access shows on the bus.
  public private(set) var answered = (write: false, read: false)
  private var phase = Phase.idle
  private var kind = Access.read

  /// Nothing has come.
  public init() {}

  /// The access that shows in this clock.
  public var access: Access? { phase == .offered ? kind : nil }
  /// The kind of the access whose answer is taken in this clock.
  public var takesAnswer: Access? { phase == .sent ? kind : nil }

  /// Ends the clock.
  public mutating func step(_ inputs: Inputs) {
    let (room, shown) = (hasRoom, answered)
    switch phase {
    case .idle:
      let canWrite = !room.writeAddress && !room.word && !shown.write
      let canRead = !room.readAddress && !shown.read
      guard canWrite || canRead else { break }
      kind = canWrite && (kind == .read || !canRead) ? .write : .read
      phase = .offered
    case .offered: if inputs.takesAccess { phase = .sent }
    case .sent:
      guard inputs.answer else { break }
      phase = .idle
      if kind == .write { answered.write = true } else { answered.read = true }
    }
    if shown.write, inputs.takesWriteAnswer {
      answered.write = false
      (hasRoom.writeAddress, hasRoom.word) = (true, true)
    }
    if shown.read, inputs.takesReadAnswer { (answered.read, hasRoom.readAddress) = (false, true) }
    if room.writeAddress, inputs.writeAddress { hasRoom.writeAddress = false }
    if room.word, inputs.word { hasRoom.word = false }
    if room.readAddress, inputs.readAddress { hasRoom.readAddress = false }
  }
}

/// A manager of AXI4-Lite that does one access at a time, clock by clock.
///
/// In the clock after an access was taken all that it needs is offered, each channel until it is taken there: `aw` and `w`
/// of a write, `ar` of a read. When all of it has been taken the answer is, and shows a clock later until it is taken.
public struct AXILiteManagerTiming: Sendable {
  /// What the other sides do in a clock.
  public struct Inputs: Hashable, Sendable {
    /// An access is offered.
    public var access: AXILiteTiming.Access?
    /// `aw` would be taken.
    public var takesWriteAddress = false
    /// `w` would be taken.
    public var takesWord = false
    /// `ar` would be taken.
    public var takesReadAddress = false
    /// `b`, or `r`, offers an answer to the access under way.
    public var answer = false
    /// The answer that shows would be taken.
    public var takesResponse = false

    /// Nobody does anything.
    public init() {}
  }

  /// The access under way.
  public private(set) var access: AXILiteTiming.Access?
  /// What is offered on the bus.
  public private(set) var offers = (writeAddress: false, word: false, readAddress: false)
  /// Whether an answer shows.
  public private(set) var hasAnswer = false

  /// Nothing has come.
  public init() {}

  /// Whether an answer is taken from the bus in this clock.
  public var takesAnswer: Bool {
    access != nil && !hasAnswer && !offers.writeAddress && !offers.word && !offers.readAddress
  }

  /// Ends the clock.
  public mutating func step(_ inputs: Inputs) {
    let (wasIdle, took, shown) = (access == nil, takesAnswer, hasAnswer)
    if inputs.takesWriteAddress { offers.writeAddress = false }
    if inputs.takesWord { offers.word = false }
    if inputs.takesReadAddress { offers.readAddress = false }
    if took, inputs.answer { hasAnswer = true }
    if shown, inputs.takesResponse { (access, hasAnswer) = (nil, false) }
    guard wasIdle, let begun = inputs.access else { return }
    access = begun
    offers = (begun == .write, begun == .write, begun == .read)
  }
}
