import Components
import HDL

/// The sparsity front end of a lane: ANDs two masks, moves the effectual pairs together and packs them into full steps.
///
/// A chunk a clock (initiation interval 1) as long as the queue has room for its pairs; steps are filled across chunks and
/// across the rows that share the lane, and only the last step of a group may be partly empty. A group without any pair is one
/// empty step, so that its sums still leave. 3 clocks from a chunk to the step that it fills. Source of what it replaces: the
/// published front end, which walks 32 positions one after the other in 55 clocks.
public struct PairPacker: DefaultConfigurable {
  /// The lane.
  public var shape: LaneShape

  /// The front end of a lane.
  public init(shape: LaneShape = LaneShape()) { self.shape = shape }

  /// The default configuration.
  public init() { self.init(shape: LaneShape()) }

  /// Chunks in, steps out. A chunk is taken in a clock in which it is offered and there is room; lanes that have to take their
  /// chunks together look at the room of all of them first.
  public struct Ports {
    public let offers: Input<Bit>
    public let chunk: Input<OperandChunk>
    public let hasRoom: Output<Bit>
    public let pop: StreamOutput<PairStep>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      offers: .init("1 to give a chunk"),
      chunk: .init(OperandChunk(count: shape.chunk, width: shape.width, rows: shape.rows), "The chunk"),
      hasRoom: .init("1 when it is taken"),
      pop: .init(PairStep(count: shape.multipliers, width: shape.width, rows: shape.rows), "Packed steps"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Packs the pairs of which both masks have a 1 into steps of \(shape.multipliers), from chunks of \(shape.chunk) positions.
    A chunk a clock while the queue of \(shape.queue) steps has room; a step is filled across chunks and rows.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { shape.validate(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let (count, width, step) = (shape.chunk, shape.width, shape.multipliers)
    let rowWidth = countWidth(shape.rows)
    let moves = m.wire("moves", Bit.self)
    let takes = (io.offers & moves).named("takes")
    io.hasRoom <== moves

    // First stage: which positions count.
    let chunk = io.chunk
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
    let queueWidth = bits(for: shape.queue)
    let waiting = m.register("waiting_steps", UInt.self, width: queueWidth, reset: 0)
    let wide = endWidth + queueWidth
    let fits = (waiting.extended(to: wide) &+ touched.extended(to: wide) .<= UInt(shape.queue)).named("fits")
    moves.driver <== (!valid | fits)
    let appends = (valid & fits).named("appends")

    let pops = m.wire("pops", Bit.self)
    let placeWidth = countWidth(shape.queue)
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
    for entry in 0..<shape.queue {
      let offset = (UInt(entry).extended(to: placeWidth) &- first).named("offset_\(entry)")
      let isTouched = appends & (offset.extended(to: endWidth) .< touched)
      let isFirst = offset .== 0
      var (stepFactors, stepTags): ([Bits], [UInt]) = ([], [])
      let data = (0..<step).map { place in
        select(offset, (0..<shape.queue).map { sources[min($0, sources.count - 1)][place] })
      }
      for place in 0..<step {
        let writes = isTouched & !(isFirst & !isBehind[place])
        stepFactors.append(m.register("pair_\(entry)_\(place)", data[place], when: writes))
        stepTags.append(m.register("row_\(entry)_\(place)", row, when: writes))
      }
      factors.append(stepFactors)
      tags.append(stepTags)
    }
    let lasts = (0..<shape.queue).map { entry -> Bit in
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
