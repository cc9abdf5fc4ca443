/// A queue between two sides that either side may ask to be emptied, clock by clock; the clocks of both sides tick together.
///
/// A value crosses from one side to the other in `stages` clocks. To empty the queue the destination first isolates both
/// sides, then clears both, then lets the source go, then itself, each step when it has seen the source do the one
/// before; when it is asked again before it lets the source go, it clears both once more. A side is isolated from the clock
/// in which it has asked on.
public struct IndependentResetTiming: Sendable {
  /// What shows in a clock.
  public struct Shown: Hashable, Sendable {
    /// An item is taken.
    public var inputReady: Bool
    /// The item at the output.
    public var output: UInt64?
  }

  /// A value on its way to the other side.
  private struct Crossing<Value: Sendable>: Sendable {
    private var values: [Value]
    init(_ value: Value, stages: Int) { values = Array(repeating: value, count: stages) }
    var seen: Value { values[values.count - 1] }
    mutating func step(_ value: Value) { values = [value] + values.dropLast() }
  }

  private enum Phase { case idle, isolating, clearing, settling, releasing }

  private let depth: Int
  private let stages: Int
  private var phase = Phase.idle
  private var sourceAsks = false
  private var destinationAsks = false
  private var sourceState = (isIsolated: false, isCleared: false)
  private var asksSeen, isIsolatedSeen, isClearedSeen, isolateSeen, clearSeen: Crossing<Bool>
  private var words: [UInt64]
  private var (written, read) = (0, 0)
  private var writtenSeen, readSeen: Crossing<Int>
  /// The word that was read from the storage, and the one at the output.
  private var (next, output): (UInt64?, UInt64?) = (nil, nil)

  /// An empty queue of `depth` words, at rest.
  public init(depth: Int, stages: Int) {
    (self.depth, self.stages) = (depth, stages)
    let idle = Crossing(false, stages: stages)
    (asksSeen, isIsolatedSeen, isClearedSeen, isolateSeen, clearSeen) = (idle, idle, idle, idle, idle)
    words = Array(repeating: 0, count: depth)
    (writtenSeen, readSeen) = (Crossing(0, stages: stages), Crossing(0, stages: stages))
  }

  /// What shows in this clock, after which the next one comes.
  ///
  /// - Parameters:
  ///   - input: The item that is offered.
  ///   - ready: Whether the item at the output is taken.
  ///   - clears: Whether each side asks for the queue to be emptied.
  public mutating func step(input: UInt64?, ready: Bool, clears: (source: Bool, destination: Bool)) -> Shown {
    let (sourceIsolates, sourceClears) = (isolateSeen.seen, clearSeen.seen)
    let isClearing = phase == .clearing
    let isIsolated = (
      source: sourceIsolates || sourceClears || sourceAsks, destination: phase != .idle || destinationAsks
    )
    let shown = Shown(inputReady: !isIsolated.source && written - readSeen.seen < depth, output: output)

    // Items.
    let leavesQueue = !isIsolated.destination && next != nil && (output == nil || ready)
    let reads = !isIsolated.destination && writtenSeen.seen != read && (next == nil || leavesQueue)
    if leavesQueue { output = next } else if ready { output = nil }
    if reads { next = words[read % depth] } else if leavesQueue { next = nil }
    let (writtenBefore, readBefore) = (written, read)
    if shown.inputReady, let input {
      words[written % depth] = input
      written += 1
    }
    if reads { read += 1 }
    writtenSeen.step(writtenBefore)
    readSeen.step(readBefore)
    if sourceClears { (written, readSeen) = (0, Crossing(0, stages: stages)) }
    if isClearing { (read, next, writtenSeen) = (0, nil, Crossing(0, stages: stages)) }

    // The handshake.
    let isAsked = destinationAsks || asksSeen.seen
    let wasAsking = sourceAsks
    sourceAsks = clears.source || sourceAsks && !sourceClears
    destinationAsks = clears.destination || destinationAsks && !isClearing
    let (isolates, wasCleared) = (phase == .isolating || phase == .clearing || phase == .settling, isClearedSeen.seen)
    switch phase {
    case .idle: if isAsked { phase = .isolating }
    case .isolating: if isIsolatedSeen.seen { phase = .clearing }
    case .clearing: if wasCleared, !isAsked { phase = .settling }
    case .settling: if !wasCleared { phase = isAsked ? .clearing : .releasing }
    case .releasing: if !isIsolatedSeen.seen { phase = .idle }
    }
    asksSeen.step(wasAsking)
    isIsolatedSeen.step(sourceState.isIsolated)
    isClearedSeen.step(sourceState.isCleared)
    sourceState = (sourceIsolates, sourceClears)
    isolateSeen.step(isolates)
    clearSeen.step(isClearing)
    return shown
  }
}
