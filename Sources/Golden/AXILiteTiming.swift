/// A subordinate of AXI4-Lite that does one access at a time, clock by clock.
///
/// Each of the channels `aw`, `w` and `ar` has room for one transfer, which is free again in the clock after the answer
/// was taken. An access whose parts are there begins when no other is under way, and is offered a clock later; its answer
/// shows on the bus a clock after it was given. Where both kinds wait they take turns, a write first.
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

  private enum Phase { case idle, offered, sent, answered }

  /// The channels that take a transfer in this clock.
  public private(set) var hasRoom = (writeAddress: true, word: true, readAddress: true)
  private var phase = Phase.idle
  private var kind = Access.read

  /// Nothing has come.
  public init() {}

  /// The access that shows in this clock.
  public var access: Access? { phase == .offered ? kind : nil }
  /// Whether an answer is taken in this clock.
  public var takesAnswer: Bool { phase == .sent }
  /// The kind of the access whose answer shows on the bus.
  public var answered: Access? { phase == .answered ? kind : nil }

  /// Ends the clock.
  public mutating func step(_ inputs: Inputs) {
    let room = hasRoom
    switch phase {
    case .idle:
      let (canWrite, canRead) = (!room.writeAddress && !room.word, !room.readAddress)
      guard canWrite || canRead else { break }
      kind = canWrite && (kind == .read || !canRead) ? .write : .read
      phase = .offered
    case .offered: if inputs.takesAccess { phase = .sent }
    case .sent: if inputs.answer { phase = .answered }
    case .answered:
      guard kind == .write ? inputs.takesWriteAnswer : inputs.takesReadAnswer else { break }
      phase = .idle
      if kind == .write { (hasRoom.writeAddress, hasRoom.word) = (true, true) } else { hasRoom.readAddress = true }
    }
    if room.writeAddress, inputs.writeAddress { hasRoom.writeAddress = false }
    if room.word, inputs.word { hasRoom.word = false }
    if room.readAddress, inputs.readAddress { hasRoom.readAddress = false }
  }
}
