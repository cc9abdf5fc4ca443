import Components
import HDL

/// The sparsity front end of a lane of multipliers: ANDs two masks, moves the effectual pairs together and packs them into full steps.
///
/// A chunk a clock (initiation interval 1) as long as the queue has room for its pairs; steps are filled across chunks and
/// across the rows that share the multipliers, and only the last step of a group may be partly empty: what is left over there are
/// zeros of the row of the last chunk. A step of zeros ends a group without any pair, and one whose last chunk has none behind full
/// steps, so that the sums still leave. All steps equal ``/Golden/PairPacking``. 3 clocks from a chunk to the step that it fills.
/// `push_ready` does not look at what is offered, so that lanes that have to take their chunks together may look at the room of all of
/// them first. Source of what it replaces: the published front end, which walks 32 positions one after the other in 55 clocks.
public struct PairPacker: DefaultConfigurable {
  public var width = 8
  public var multipliers = 4
  public var chunk = 16
  public var rows = 4
  public var queue = 8

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("width", \.width, in: 2...32, "Bits of a number, in two's complement"),
    .integer("multipliers", \.multipliers, in: 1...64, "Pairs of a step; a power of two"),
    .integer("chunk", \.chunk, in: 2...256, "Positions that are looked at in a clock; a power of two"),
    .integer("rows", \.rows, in: 1...8, "Rows that share the multipliers; a power of two"),
    .integer("queue", \.queue, in: 2...64, "Steps that wait for the multipliers; a power of two"),
  ]

  /// Chunks in, steps out.
  public struct Ports {
    public let push: StreamInput<OperandChunk>
    public let pop: StreamOutput<PairStep>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      push: .init(
        OperandChunk(count: max(1, chunk), width: max(1, width), rows: rows), "Chunks of a row and of a column"),
      pop: .init(PairStep(count: max(1, multipliers), width: max(1, width), rows: rows), "Packed steps"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Packs the pairs of which both masks have a 1 into steps of \(multipliers), from chunks of \(chunk) positions.
    A chunk a clock while the queue of \(queue) steps has room; a step is filled across chunks and rows.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    for (name, value) in [("multipliers", multipliers), ("chunk", chunk), ("rows", rows), ("queue", queue)] {
      parameters.require(value.nonzeroBitCount == 1, "parameter '\(name)' is \(value)", fix: "use a power of two")
    }
    parameters.require(
      chunk >= multipliers, "a chunk of \(chunk) positions cannot fill \(multipliers) multipliers",
      fix: "use a chunk of at least \(multipliers)")
    parameters.require(
      queue * multipliers >= chunk + multipliers, "a queue of \(queue) steps does not hold the pairs of a chunk",
      fix: "use a queue of at least \(chunk / max(1, multipliers) + 1)")
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let (count, step) = (chunk, multipliers)
    let rowWidth = bits(for: rows - 1)
    let moves = m.wire("moves", Bit.self)
    let takes = io.push.take(when: moves).named("takes")

    // First stage: which positions count.
    let chunk = io.push.payload
    let mask = m.register("effectual", chunk.leftMask & chunk.rightMask, when: moves)
    let left = m.register("left", chunk.left, when: moves)
    let right = m.register("right", chunk.right, when: moves)
    let firstRow = m.register("first_row", chunk.row, when: moves)
    let firstLast = m.register("first_last", chunk.last, when: moves)
    let firstValid = m.register("first_valid", takes, when: moves, reset: 0)

    // Second stage: their pairs at the low places, zero above.
    let network = CompactionNetwork(mask)
    let pairs = (0..<count).map { concatenate(right[$0], left[$0]) }
    let number = populationCount(of: mask)
    let packed = network.collapsed(pairs).enumerated().map { mux(number .> UInt($0), $1, 0) }
    let own = packed.enumerated().map { m.register("packed_\($0)", $1, when: moves) }
    let pairCount = m.register("pair_count", number, when: moves)
    let row = m.register("row", firstRow, when: moves)
    let last = m.register("last", firstLast, when: moves)
    let valid = m.register("valid", firstValid, when: moves, reset: 0)

    // Third stage: behind what stands in the step that is not full.
    let stepWidth = bits(for: step)
    let endWidth = bits(for: count + 2 * step)
    let open = m.register("open_pairs", UInt.self, width: stepWidth, reset: 0)
    let isEmpty = (pairCount .== 0) & (open .== 0) & last
    let end = (open.extended(to: endWidth) &+ mux(isEmpty, UInt(1), pairCount.fitted(to: endWidth))).named("pair_end")
    let shift = step.trailingZeroBitCount
    let touched = ((end &+ UInt(step - 1)) >> shift).named("touched")
    let completed = mux(last, touched, end >> shift).named("completed")
    let queueWidth = bits(for: queue)
    let waiting = m.register("waiting_steps", UInt.self, width: queueWidth, reset: 0)
    let wide = endWidth + queueWidth
    let fits = (waiting.extended(to: wide) &+ touched.extended(to: wide) .<= UInt(queue)).named("fits")
    moves.driver <== (!valid | fits)
    let appends = (valid & fits).named("appends")

    let pops = m.wire("pops", Bit.self)
    let placeWidth = bits(for: queue - 1)
    let first = m.register("write_step", UInt.self, width: placeWidth, reset: 0)
    let oldest = m.register("read_step", UInt.self, width: placeWidth, reset: 0)
    let added = mux(appends, completed, 0)
    waiting.next <== (waiting &+ added.fitted(to: queueWidth) &- pops.asUnsigned.extended(to: queueWidth))
    m.when(appends) {
      first.next <== (first &+ completed.fitted(to: placeWidth))
      open.next
        <== (step == 1
          ? UInt(0).extended(to: stepWidth)
          : mux(last, 0, end[0..<shift].asUnsigned.extended(to: stepWidth)))
    }
    m.when(pops) { oldest.next <== oldest &+ 1 }

    // A pair goes to the multiplier at its number modulo M: each group of M pairs turns by the open ones.
    let groups = (0..<count / step).map { group in
      let own = (0..<step).map { own[group * step + $0] }
      return Self.turned(own, by: open)
    }
    let isBehind = (0..<step).map { UInt($0) .>= open }
    let sources = (0...count / step).map { group in
      (0..<step).map { place -> Bits in
        let here = group < groups.count ? groups[group][place] : m.constant(0, width: 2 * width, as: Bits.self)
        let before = group > 0 ? groups[group - 1][place] : m.constant(0, width: 2 * width, as: Bits.self)
        return mux(isBehind[place], here, before)
      }
    }
    var factors: [[Bits]] = []
    var tags: [[UInt]] = []
    for entry in 0..<queue {
      let offset = (UInt(entry).extended(to: placeWidth) &- first).named("offset_\(entry)")
      let isTouched = appends & (offset.extended(to: endWidth) .< touched)
      let isFirst = offset .== 0
      var (stepFactors, stepTags): ([Bits], [UInt]) = ([], [])
      let data = (0..<step).map { place in
        select(offset, (0..<queue).map { sources[min($0, sources.count - 1)][place] })
      }
      for place in 0..<step {
        let writes = isTouched & !(isFirst & !isBehind[place])
        stepFactors.append(m.register("pair_\(entry)_\(place)", data[place], when: writes))
        stepTags.append(m.register("row_\(entry)_\(place)", row, when: writes))
      }
      factors.append(stepFactors)
      tags.append(stepTags)
    }
    let lasts = (0..<queue).map { entry -> Bit in
      let offset = UInt(entry).extended(to: placeWidth) &- first
      let isCompleted = appends & (offset.extended(to: endWidth) .< completed)
      return m.register(
        "is_last_\(entry)", last & (offset.extended(to: endWidth) &+ 1 .== completed), when: isCompleted)
    }
    let out = (0..<step).map { place in select(oldest, factors.map { $0[place] }) }
    pops.driver <== ((waiting .!= 0) & io.pop.ready)
    io.pop.valid <== (waiting .!= 0)
    io.pop.payload
      <== PairStep(
        left: Vector(out.map { $0[0..<width].asSigned }), right: Vector(out.map { $0[width..<2 * width].asSigned }),
        rows: Vector((0..<step).map { place in select(oldest, tags.map { $0[place] }) }, of: rowWidth),
        last: select(oldest, lasts))
  }

  /// Element i of the result is element i − `count`, around the end.
  private static func turned(_ list: [Bits], by count: UInt) -> [Bits] {
    var result = list
    for level in 0..<list.count.trailingZeroBitCount {
      let before = result
      result = result.indices.map {
        mux(count[level], before[($0 + list.count - (1 << level)) % list.count], before[$0])
      }
    }
    return result
  }
}
