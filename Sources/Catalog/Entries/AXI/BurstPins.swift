import Catalog
import Components
import Costs
import Golden
import Testbench

/// A transfer under way, word by word.
struct TransferWords {
  /// For each burst to come the words that have not passed.
  private var bursts: ArraySlice<Int>
  private var bytes: ArraySlice<[Bool]>

  init(_ split: BurstSplit) {
    bursts = split.bursts.map(\.words)[...]
    bytes = split.bytes[...]
  }

  /// The next word: its bytes, and whether it is the last one of its burst and of the transfer.
  var next: (bytes: UInt64, endsBurst: Bool, ends: Bool) {
    let mask = bytes.first!.enumerated().reduce(UInt64(0)) { $1.element ? $0 | 1 << UInt64($1.offset) : $0 }
    return (mask, bursts.first == 1, bytes.count == 1)
  }

  /// The next word has passed.
  mutating func pass() {
    bytes.removeFirst()
    bursts[bursts.startIndex] -= 1
    if bursts.first == 0 { bursts.removeFirst() }
  }
}

/// A command that is offered until it is taken.
struct OfferedTransfer {
  var address: Int
  var split: BurstSplit

  var values: [UInt64] { [UInt64(address), UInt64(split.bytes.joined().count { $0 } - 1)] }
}

/// Reads in bursts and the memory that answers, clock by clock.
private struct ReadTimeline {
  private let shape: BurstShape
  private let streams: BurstStreams
  private var timing: BurstReadTiming
  private var throttles = [BurstThrottle](repeating: BurstThrottle(), count: 4)
  private var transfers: ArraySlice<OfferedTransfer>
  private var isOffering = false
  private var words: TransferWords?
  /// What the memory shows.
  private var word: (data: UInt64, resp: UInt64)?
  private(set) var hasEnded = false

  init(_ transfers: [OfferedTransfer], _ shape: BurstShape, on streams: BurstStreams) {
    self.shape = shape
    self.streams = streams
    self.transfers = transfers[...]
    timing = BurstReadTiming(outstanding: shape.outstanding)
  }

  mutating func clock(_ ports: inout PortTimeline, _ random: inout Xoshiro256) {
    let eager = throttles.indices.map { throttles[$0].moves(&random) }
    if !transfers.isEmpty, eager[0] { isOffering = true }
    let offered = isOffering ? transfers.first : nil
    ports.offer(offered?.values, on: streams.readCommand, expectsReady: timing.takesTransfer)
    let burst = timing.burst.map { streams.address($0.address, words: $0.words, shape).map { UInt64($0) } }
    ports.expect(burst, on: streams.bus + "ar", drivesReady: eager[1])
    // The memory shows words of bursts whose addresses it has, and keeps what it shows.
    if word == nil, timing.passesWords, eager[2] {
      word = (random.operand(bits: 8 * shape.wordBytes), [0, 0, 0, 1, 2, 3][random.integer(below: 6)])
    }
    let next = words?.next
    let sent = word.map { [$0.data, $0.resp, next!.endsBurst ? 1 : 0] }
    ports.offer(
      sent.map { streams.identifier.map { UInt64($0) } + $0 }, on: streams.bus + "r",
      expectsReady: timing.passesWords && eager[3])
    let shown = word.map { [$0.data, next!.bytes, next!.ends ? 1 : 0, $0.resp >> 1] }
    ports.expect(shown, on: streams.readData, drivesReady: eager[3])
    let moves = word != nil && eager[3]
    if timing.takesTransfer, let offered {
      words = TransferWords(offered.split)
      transfers.removeFirst()
      isOffering = false
      timing.step(transfer: offered.split.bursts, takesAddress: eager[1], endsBurst: false)
      return
    }
    timing.step(transfer: nil, takesAddress: eager[1], endsBurst: moves && next!.endsBurst)
    guard moves, let next else { return }
    words?.pass()
    word = nil
    if next.ends {
      words = nil
      hasEnded = transfers.isEmpty
    }
  }
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench of every port in every clock, of a quarter as many transfers as otherwise.
  func burstPins(_ shape: BurstShape, reads: Bool, writes: Bool, on streams: BurstStreams) throws(BenchError)
    -> PinBench
  {
    var ports = try PortTimeline(self)
    var random = ports.bench.random("clocks")
    func transfers(_ random: inout Xoshiro256) -> [OfferedTransfer] {
      (0..<max(1, workload.count / 4)).map { number in
        let (address, split) = random.transfer(shape, isLongest: number == 0 && index % 8 == 1)
        return OfferedTransfer(address: address, split: split)
      }
    }
    var read = ReadTimeline(reads ? transfers(&random) : [], shape, on: streams)
    var write = WriteTimeline(writes ? transfers(&random) : [], shape, on: streams)
    while reads && !read.hasEnded || writes && !write.hasEnded {
      if reads { read.clock(&ports, &random) }
      if writes { write.clock(&ports, &random) }
      try ports.endClock()
    }
    return ports.bench
  }
}
