/// The bench's side of an input stream: offers rows in order, holds back as its profile says, never withdraws.
///
/// While valid is low the payload is noise, so that a design that takes it without valid is found.
@usableFromInline
struct StreamDriver {
  @usableFromInline var queue: RowQueue
  @usableFromInline let valid: UnsafeMutablePointer<UInt8>
  @usableFromInline let ready: UnsafeMutablePointer<UInt8>
  @usableFromInline let payload: PinRow
  /// The bit of the clock to which the stream belongs.
  @usableFromInline let clock: UInt64
  /// The clock in whose edges the latency of the stream's transactions is counted: that of the output that they lead to.
  @usableFromInline var latencyClock: UInt64
  @usableFromInline var stalls: StallGenerator
  @usableFromInline var noise: Xoshiro256
  @usableFromInline var isOffering = false
  /// The valid pin is high, or the payload pins still hold a row.
  @usableFromInline var isShowing = true
  @usableFromInline var sawReady = false
  /// The block of stimuli in hand has rows for this stream, so that running dry asks for the next block.
  @usableFromInline var isFed = false
  @usableFromInline var stalledByDesign: UInt64 = 0
  @usableFromInline var stalledByBench: UInt64 = 0
  @usableFromInline var firstCycle: UInt64 = 0
  /// The other stream of a ``WritePair``, or what a ``Response`` responds to, goes first.
  @usableFromInline var isHeldBack = false
  /// Transactions that may be offered for now.
  @usableFromInline var limit = Int.max
  /// Edges of the stream's own clock at its first and at its last transaction.
  @usableFromInline var firstTick: UInt64 = 0
  @usableFromInline var lastTick: UInt64 = 0

  init(_ port: StreamPort, _ profile: StallProfile, clock: UInt64, seed: Seed) {
    self.clock = clock
    latencyClock = clock
    queue = RowQueue(wordsPerRow: port.shape.payload.wordCount)
    valid = port.valid.storage.assumingMemoryBound(to: UInt8.self)
    ready = port.ready.storage.assumingMemoryBound(to: UInt8.self)
    payload = PinRow(copying: port.runs)
    stalls = StallGenerator(profile, reluctance: 16, seed.generator("stalls of " + port.shape.name))
    noise = seed.generator("noise of " + port.shape.name)
  }

  func deallocate() {
    queue.deallocate()
    payload.deallocate()
  }

  /// Sets valid and payload for the coming cycle.
  @inlinable @inline(__always)
  mutating func drive() {
    if isOffering { return }
    if !queue.isEmpty, queue.head < limit, !isHeldBack {
      if stalls.proceeds(peer: sawReady, waiting: sawReady) {
        payload.store(queue.next)
        valid.pointee = 1
        isOffering = true
        isShowing = true
        return
      }
      stalledByBench &+= 1
    }
    if isShowing {
      payload.scramble(&noise)
      valid.pointee = 0
      isShowing = false
    }
  }

  /// Looks at ready after the logic has settled; true when a transaction passes at the coming edge.
  ///
  /// - Parameters:
  ///   - tick: The edges of the stream's own clock up to the coming one.
  ///   - latencyTick: Those of ``latencyClock``.
  @inlinable @inline(__always)
  mutating func sample(_ cycle: UInt64, tick: UInt64, latencyTick: UInt64) -> Bool {
    sawReady = ready.pointee != 0
    guard isOffering else { return false }
    guard sawReady else {
      stalledByDesign &+= 1
      return false
    }
    isOffering = false
    if queue.head == 0 { (firstCycle, firstTick) = (cycle, tick) }
    lastTick = tick
    queue.pass(at: cycle, tick: latencyTick)
    return true
  }
}

extension UnsafeMutableBufferPointer {
  /// New memory that holds the elements of an array.
  static func copying(_ elements: [Element]) -> Self {
    let buffer = Self.allocate(capacity: elements.count)
    _ = buffer.initialize(from: elements)
    return buffer
  }
}
