import HDL

/// A first-in first-out queue that is written with one clock and read with another one.
///
/// The places of writing and reading cross as Gray codes, through `stages` registers, so each side sees the other one as it
/// was a few of its clocks ago: the queue may seem fuller to the source and emptier to the destination than it is, never
/// the other way round. An item a clock of the slower side passes from a depth of 2 × `stages` + 4 on when the clocks are
/// alike, since an item takes that long to come, to be taken, and to make room again.
///
/// Both sides are reset together: the resets overlap for a clock edge of each side at least, and nothing enters or leaves
/// from the beginning of the first one to the end of the last one. In which order they begin and end does not matter.
/// Resetting one side alone would show old items again; an assertion fails at the first one that then passes.
/// Where the sides are reset on their own there is ``IndependentResetFIFO``.
///
/// After C. E. Cummings, "Simulation and Synthesis Techniques for Asynchronous FIFO Design", SNUG 2002.
public struct AsynchronousFIFO: ItemQueue {
  public var item = PayloadShape.bits(8)
  public var depth = 16
  public var stages = 2
  public var showsOccupancy = true
  public var canBeIsolated = false

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .itemWidth,
    .integer("depth", \.depth, in: 2...65536, "Words of the storage, a power of two").asQueueDepth(),
    .integer("stages", \.stages, in: 2...16, "Registers between the clocks, each way"),
    .flag("showsOccupancy", \.showsOccupancy, "Whether each side shows how many items are inside"),
    .flag("canBeIsolated", \.canBeIsolated, "Whether each side has an input that isolates it from the storage"),
  ]

  /// Items that the queue holds when nothing is taken: `depth`, and the one that is shown.
  public var capacity: Int { depth + 1 }

  public struct Ports {
    public let push: StreamInput<Payload>
    public let pop: StreamOutput<Payload>
    public let written: Output<UInt>?
    public let readable: Output<UInt>?
    public let pushIsIsolated: Input<Bit>?
    public let popIsIsolated: Input<Bit>?
  }

  private var pointerWidth: Int { bits(for: depth) }

  public var ports: Ports {
    Ports(
      push: .init(item, "Items that enter with the source clock").in(.source),
      pop: .init(item, "Items that leave with the destination clock, oldest first").in(.destination),
      written: showsOccupancy
        ? .init(pointerWidth, "Words taken as the source sees it: never less than there are").in(.source) : nil,
      readable: showsOccupancy
        ? .init(
          bits(for: capacity),
          "Items to be read as the destination sees it, the shown one among them: never more than there are"
        ).in(.destination) : nil,
      pushIsIsolated: canBeIsolated ? .init("1 to let nothing enter").in(.source) : nil,
      popIsIsolated: canBeIsolated
        ? .init("1 to read nothing from the storage; what is shown stays").in(.destination) : nil)
  }

  public var documentation: String {
    """
    First-in first-out queue of \(capacity) items of \(width) bits from source_clock to destination_clock.
    Ready/valid streams; Gray pointers cross through \(stages) registers each way. Reset both sides together.
    """
  }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(depth & (depth &- 1) == 0, "parameter 'depth' is \(depth)", fix: "use a power of two")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let words = m.memory("words", Bits.self, width: width, depth: depth, isShared: true)
    let place = pointerWidth - 1
    // What isolates a queue does so until what crosses is 0 on both sides.
    let crossingReset: UInt? = canBeIsolated ? nil : 0
    // A pointer counts through the storage twice, so that a full queue is not an empty one.
    func pointer(_ name: String) -> (count: UInt, code: UInt) {
      (
        m.register("\(name)_count", UInt.self, width: pointerWidth, reset: 0),
        m.register("\(name)_code", UInt.self, width: pointerWidth, reset: 0)
      )
    }
    func advance(_ pointer: (count: UInt, code: UInt), when step: Bit) {
      let next = pointer.count &+ 1
      m.when(step) {
        pointer.count.next <== next
        pointer.code.next <== GrayCode.encoded(next)
      }
    }
    let write = m.domain(.source) { pointer("write") }
    let read = m.domain(.destination) { pointer("read") }

    m.domain(.source) {
      let seen = GrayCode.decoded(
        m.graySynchronizer("read_seen", read.code, stages: stages, reset: crossingReset))
      let isRoom = seen .!= write.count ^ UInt(depth)
      let takes = io.push.take(
        when: io.pushIsIsolated.map { isRoom & !$0 } ?? isRoom, mayWithdraw: canBeIsolated)
      words.write(io.push.payload.packed, at: write.count.truncated(to: place), when: takes)
      // An isolated side may be in reset where this one is not, and what it offers goes then.
      advance(write, when: takes)
      let occupied = write.count &- seen
      let isHeld = occupied .<= UInt(depth)
      // A reset of the destination that the one of the source has yet to meet shows as items that are not there.
      m.assert(!takes | isHeld, "holds_no_more_than_it_can", "there are more items than words")
      m.assert(
        write.code .== GrayCode.encoded(write.count), "write_code_is_gray",
        "the place of writing crosses in another code")
      io.written <== (showsOccupancy ? occupied : nil)
    }
    m.domain(.destination) {
      let seen = m.graySynchronizer("write_seen", write.code, stages: stages, reset: crossingReset)
      let isShown = m.register("is_shown", Bit.self, reset: 0)
      let hasMore = seen .!= read.code
      let mayRead = io.popIsIsolated.map { hasMore & !$0 } ?? hasMore
      let loads = (mayRead & (!isShown | io.pop.ready)).named("loads")
      m.when(loads) { isShown.next <== 1 }.otherwise(when: io.pop.ready) { isShown.next <== 0 }
      advance(read, when: loads)
      m.assertResetTogether(when: isShown & io.pop.ready, stages: stages)
      m.assert(
        read.code .== GrayCode.encoded(read.count), "read_code_is_gray",
        "the place of reading crosses in another code")
      io.pop.valid <== isShown
      let word = words.read(at: read.count.truncated(to: place), when: loads)
      io.pop.payload <== word.unpacked(as: Payload.form(item))
      let waiting = (GrayCode.decoded(seen) &- read.count).extended(to: bits(for: capacity))
      io.readable <== (showsOccupancy ? waiting &+ isShown.asUnsigned.extended(to: waiting.width) : nil)
    }
  }
}
