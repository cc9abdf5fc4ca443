import Components
import HDL
import TRON

/// Sums of a group of rows for a vector, complete.
public struct RingSums: SignalBundle {
  /// Sums of 32 bits, that of row 0 lowest.
  public let sums: Bits
  /// Place of the result, and number of the group.
  public let place, group: UInt
  /// Whether it is the last group of its vector.
  public let isLast: Bit

  /// The form for a machine.
  public init(_ sizes: TRONSizes) {
    sums = .shape(32 * sizes.bank.rows)
    (place, group) = (.shape(bits(for: sizes.buffers.results - 1)), .shape(bits(for: sizes.buffers.scales - 1)))
    isLast = .shape
  }

  init(sums: Bits, place: UInt, group: UInt, isLast: Bit) {
    (self.sums, self.place, self.group, self.isLast) = (sums, place, group, isLast)
  }
}

/// Adds what lanes give over the tiles of the inner dimension, in the order in which vectors went to them.
///
/// What a wave leaves of a sum waits in the accumulators, a word for each vector.
public struct ProductCollector: Generator {
  /// The machine.
  public var sizes: TRONSizes

  /// The collector of a unit.
  public init(sizes: TRONSizes) { self.sizes = sizes }

  /// All ports belong to one clock.
  public struct Ports {
    public let start: Input<Bit>
    public let order: Input<Bits>
    public let laneHasProducts: Input<Bits>
    public let lane: Output<UInt>
    public let products: Input<Bits>
    public let takes: Output<Bit>
    public let sums: StreamOutput<RingSums>
  }
  public var ports: Ports {
    Ports(
      start: .init("1 before the first clock of an order, which is there"), order: .init(512, "The product"),
      laneHasProducts: .init(sizes.banks, "A bit for each lane: products are there"),
      lane: .init(bits(for: sizes.banks - 1), "The lane that is next"),
      products: .init(32 * sizes.bank.rows, "Its products"), takes: .init("They are taken"),
      sums: .init(RingSums(sizes), "Complete sums; they are taken at once"))
  }

  private enum Phase: HardwareEnum { case idle, begin, collect }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let order = ProductOrder(io.order)
    let walk = WaveWalk(sizes, order, m)
    let isCollecting = m.wire("is_collecting", Bit.self, default: 0)
    let has = select(walk.lane, (0..<sizes.banks).map { io.laneHasProducts[$0] })
    let takes = (isCollecting & has).named("takes_products")
    let isOver = (walk.isLastSlot & walk.isLastVector).named("ends_wave")
    m.when(io.start) { walk.start() }.otherwise(when: takes) { walk.advance() }
    let machine = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) { m.when(io.start) { phase.go(.begin) } }
      phase.when(.begin) {
        walk.begin()
        phase.go(.collect)
      }
      phase.when(.collect) {
        isCollecting.driver <== 1
        m.when(takes & isOver) {
          phase.go(.begin)
          m.when(walk.isLastWave) { phase.go(.idle) }
        }
      }
    }
    _ = machine

    let vectorBits = bits(for: sizes.buffers.vectors - 1)
    let accumulators = m.memory(
      "accumulators", Bits.self, width: 32 * sizes.bank.rows, depth: sizes.buffers.vectors)
    let vector = walk.vector.fitted(to: vectorBits)
    let nextVector = mux(walk.isLastVector, 0, vector &+ 1)
    let held = accumulators.read(at: mux(takes & walk.isLastSlot, nextVector, vector), during: .newData)
    let isFresh = (walk.tile .== 0).named("is_first_tile")
    let isFirstSlot = (walk.slot .== 0).named("is_first_slot")
    let sums = (0..<sizes.bank.rows).map { row -> UInt in
      let running = m.register("sum_\(row)", UInt.self, width: 32)
      let before = mux(isFirstSlot, held[32 * row..<32 * row + 32].asUnsigned, running)
      let sum = (mux(isFresh, 0, before) &+ io.products[32 * row..<32 * row + 32].asUnsigned).named("total_\(row)")
      m.when(takes) { running.next <== sum }
      return sum
    }
    let all = concatenate(sums.reversed())
    let isComplete = (takes & walk.isLastTile).named("is_complete")
    accumulators.write(all, at: vector, when: takes & walk.isLastSlot & !walk.isLastTile)

    let placeBits = bits(for: sizes.buffers.results - 1)
    let base = m.register("result_row", UInt.self, width: placeBits)
    m.when(io.start) { base.next <== 0 }
      .otherwise(when: takes & walk.isLastSlot) {
        base.next <== mux(walk.isLastVector, 0, base &+ order.groups.fitted(to: placeBits))
      }
    io.lane <== walk.lane
    io.takes <== takes
    io.sums.valid <== m.register("sums_are_there", isComplete, reset: 0)
    io.sums.payload
      <== RingSums(
        sums: m.register("complete_sums", all, when: isComplete),
        place: m.register("place", base &+ walk.group.fitted(to: placeBits), when: isComplete),
        group: m.register(
          "complete_group", walk.group.fitted(to: bits(for: sizes.buffers.scales - 1)), when: isComplete),
        isLast: m.register(
          "is_last_group", walk.group .== (order.groups &- 1), when: isComplete))
  }
}
