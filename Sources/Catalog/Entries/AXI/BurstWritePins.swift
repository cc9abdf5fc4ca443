import Components
import Costs
import Testbench

/// Writes in bursts and the memory that takes them, clock by clock. Each transfer meets another ``WriteOrder``.
struct WriteTimeline {
  private let shape: BurstShape
  private let streams: BurstStreams
  private var timing: BurstWriteTiming
  private var throttles = [BurstThrottle](repeating: BurstThrottle(), count: 6)
  private var transfers: ArraySlice<OfferedTransfer>
  private var isOffering = false
  private var words: TransferWords?
  private var word: UInt64?
  /// The answer that the memory shows.
  private var answer: UInt64?
  private var hasFailed = false
  private var order = WriteOrder.any
  private var wereBothOffered = false
  private(set) var hasEnded = false

  init(_ transfers: [OfferedTransfer], _ shape: BurstShape, on streams: BurstStreams) {
    self.shape = shape
    self.streams = streams
    self.transfers = transfers[...]
    timing = BurstWriteTiming(outstanding: shape.outstanding)
  }

  mutating func clock(_ ports: inout PortTimeline, _ random: inout Xoshiro256) {
    let eager = throttles.indices.map { throttles[$0].moves(&random) }
    if !transfers.isEmpty, eager[0] { isOffering = true }
    let offered = isOffering ? transfers.first : nil
    ports.offer(offered?.values, on: streams.writeCommand, expectsReady: timing.takesTransfer)
    let burst = timing.burst.map { streams.address($0.address, words: $0.words, shape).map { UInt64($0) } }
    // Words of a transfer may be offered before its addresses have gone out.
    if word == nil, words != nil, eager[2] { word = random.operand(bits: 8 * shape.wordBytes) }
    let next = words?.next
    let offers = (address: burst != nil, word: word != nil && timing.passesWords)
    let takes = order.takes(
      offers, taken: (timing.hasAddress, timing.hasWords), endsWrite: next?.endsBurst ?? false,
      wereBothOffered: wereBothOffered, eager: (address: eager[1], word: eager[3]))
    wereBothOffered = offers.address && offers.word && !wereBothOffered
    ports.expect(burst, on: streams.bus + "aw", drivesReady: takes.address)
    let passes = timing.passesWords
    ports.offer(word.map { [$0] }, on: streams.writeData, expectsReady: passes && takes.word)
    let shown = passes ? word.map { [$0, next!.bytes, next!.endsBurst ? 1 : 0] } : nil
    ports.expect(shown, on: streams.bus + "w", drivesReady: takes.word)
    if answer == nil, timing.takesAnswer, eager[4] { answer = [0, 0, 0, 1, 1, 2, 3][random.integer(below: 7)] }
    ports.offer(
      answer.map { streams.identifier.map { UInt64($0) } + [$0] }, on: streams.bus + "b",
      expectsReady: timing.takesAnswer)
    let ends = timing.hasEnded
    ports.expect(ends ? [hasFailed ? 1 : 0] : nil, on: streams.writeDone, drivesReady: eager[5])

    let moves = shown != nil && takes.word
    let taken = timing.takesTransfer ? offered : nil
    timing.step(
      transfer: taken?.split.bursts, takesAddress: takes.address, endsBurst: moves && next!.endsBurst,
      answer: answer != nil,
      takesEnd: eager[5])
    if let taken {
      words = TransferWords(taken.split)
      hasFailed = false
      order = .random(&random)
      wereBothOffered = false
      transfers.removeFirst()
      isOffering = false
    }
    if let given = answer {
      hasFailed = hasFailed || given >= 2
      answer = nil
    }
    if moves {
      words?.pass()
      word = nil
      if next!.ends { words = nil }
    }
    if ends, eager[5], transfers.isEmpty { hasEnded = true }
  }
}
