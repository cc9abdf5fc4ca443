import HDL
import TRON

/// Keeps the operands of a block and gives them to lanes, wave by wave: of each vector the parts for all tiles of a wave.
public struct VectorFeeder: Generator {
  /// The machine.
  public var sizes: TRONSizes

  /// The feeder of a unit.
  public init(sizes: TRONSizes) { self.sizes = sizes }

  /// All ports belong to one clock.
  public struct Ports {
    public let start: Input<Bit>
    public let order: Input<Bits>
    public let operandWrite: Input<Bit>
    public let operandPlace: Input<UInt>
    public let operands: Input<Bits>
    public let laneIsSet, laneIsReady: Input<Bits>
    public let valid, endsTile, isRunning: Output<Bit>
    public let lane, passEvent: Output<UInt>
    public let vector: Output<Bits>
  }
  public var ports: Ports {
    Ports(
      start: .init("1 before the first clock of an order, which is there"), order: .init(512, "The product"),
      operandWrite: .init("Operands are stored"),
      operandPlace: .init(bits(for: sizes.buffers.operands - 1), "Their place"),
      operands: .init(8 * sizes.bank.wavelengths, "Codes"),
      laneIsSet: .init(sizes.banks, "A bit for each lane: its rings are set"),
      laneIsReady: .init(sizes.banks, "A bit for each lane: it takes a vector"),
      valid: .init("A vector is there, for a lane that is set"), endsTile: .init("It is the last one of its tile"),
      isRunning: .init("Tiles are left"), lane: .init(bits(for: sizes.banks - 1), "Its lane"),
      passEvent: .init(32, "Number of its positive pass"), vector: .init(8 * sizes.bank.wavelengths, "The vector"))
  }

  private enum Phase: HardwareEnum { case idle, begin, feed }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let order = ProductOrder(io.order)
    let placeBits = bits(for: sizes.buffers.operands - 1)
    let walk = WaveWalk(sizes, order, m)
    let base = m.register("vector_place", UInt.self, width: placeBits)
    let event = m.register("pass_number", UInt.self, width: 32)
    let vectorEvent = m.register("event_of_vector", UInt.self, width: 32)
    let inner = order.inner.fitted(to: placeBits)
    let pushes = m.wire("pushes", Bit.self)
    let nextBase = base &+ inner
    let isOver = (walk.isLastSlot & walk.isLastVector).named("ends_wave")
    let place = base &+ walk.tile.fitted(to: placeBits)
    let next = mux(
      walk.isLastSlot, nextBase &+ walk.waveTile.fitted(to: placeBits),
      base &+ walk.nextTile.fitted(to: placeBits))
    let buffer = m.memory("operand_buffer", Bits.self, width: 8 * sizes.bank.wavelengths, depth: sizes.buffers.operands)
    buffer.write(io.operands, at: io.operandPlace, when: io.operandWrite)
    io.vector <== buffer.read(at: mux(pushes, next, place), during: .newData)
    // Two passes a vector: the vectors of a tile have consecutive numbers.
    let perTile = concatenate(order.vectors, Bit(0)).asUnsigned.extended(to: 32)
    m.when(io.start) { walk.start() }
      .otherwise(when: pushes) { walk.advance() }
    m.when(io.start) {
      base.next <== 0
      event.next <== order.event
    }
    .otherwise(when: pushes) {
      m.when(!walk.isLastSlot) { event.next <== event &+ perTile }
        .otherwise(when: !walk.isLastVector) {
          base.next <== nextBase
          event.next <== vectorEvent &+ 2
          vectorEvent.next <== vectorEvent &+ 2
        }
        .otherwise {
          // The first vector of the next tile has the number behind the last one of this.
          base.next <== 0
          event.next <== event &+ 2
        }
    }
    let valid = m.wire("is_feeding", Bit.self, default: 0)
    let machine = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) { m.when(io.start) { phase.go(.begin) } }
      phase.when(.begin) {
        walk.begin()
        vectorEvent.next <== event
        phase.go(.feed)
      }
      phase.when(.feed) {
        valid.driver <== 1
        m.when(pushes & isOver) {
          phase.go(.begin)
          m.when(walk.isLastWave) { phase.go(.idle) }
        }
      }
    }
    func chosen(_ bits: Bits) -> Bit { select(walk.lane, (0..<sizes.banks).map { bits[$0] }) }
    let offers = (valid & chosen(io.laneIsSet)).named("offers")
    pushes.driver <== (offers & chosen(io.laneIsReady))
    io.valid <== offers
    io.endsTile <== (pushes & walk.isLastVector)
    io.lane <== walk.lane
    io.passEvent <== event
    io.isRunning <== !machine.isIn(.idle)
  }
}
