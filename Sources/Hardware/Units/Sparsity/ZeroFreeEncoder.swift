import Components
import HDL

/// Packs rows without their pruned elements: a mask of one bit an element, and the kept elements close together.
///
/// A row is as many beats of masks as it has itself, and ⌈kept / lanes⌉ beats of packed elements, none when nothing is kept: the
/// masks alone say how long a row is. The packed elements of a beat go on where those of the one before ended; what is left over
/// in the last beat of a row is 0. Both equal ``/Golden/ZeroFree``.
///
/// A beat a clock, whatever the density; a row of which the last beat fills one packed beat and begins another takes one clock
/// more. Elements within a beat close up in ⌈log₂ lanes⌉ steps, and are moved behind those that wait in as many. No clock edge lies
/// between a beat and the packed beat that it fills.
public struct ZeroFreeEncoder: DefaultConfigurable {
  public var lanes = 16
  public var elementWidth = 8

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("lanes", \.lanes, in: 2...256, "Elements a clock"),
    .integer("elementWidth", \.elementWidth, in: 1...64, "Bits of an element"),
  ]

  /// Rows in; masks and packed elements out.
  public struct Ports {
    public let push: StreamInput<SparseBeat>
    public let masks: StreamOutput<MaskBeat>
    public let packed: StreamOutput<Vector<Bits>>
  }

  public var ports: Ports {
    Ports(
      push: .init(SparseBeat(lanes: lanes, width: elementWidth), "Rows of elements"),
      masks: .init(MaskBeat(lanes: lanes), "Which of them are kept"),
      packed: .init(max(1, lanes), of: max(1, elementWidth), "The kept elements of each row, in order"))
  }

  public var documentation: String {
    """
    Rows of elements of \(elementWidth) bits, \(lanes) a clock, to masks and to the kept elements close together.
    A row has ceil(kept / \(lanes)) packed beats; what is left over in the last one is 0.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let beats = io.push.forked("beats", count: 2, in: m)
    io.masks <== beats[0].mapped { MaskBeat(mask: $0.mask, isLast: $0.isLast) }

    // Elements that wait for a packed beat to be full: at most one less than it has.
    let held = m.register("held", Bits.self, width: (lanes - 1) * elementWidth, reset: 0)
    let level = m.register("level", UInt.self, width: bits(for: lanes - 1), reset: 0)
    let flushes = m.register("flushes", Bit.self, reset: 0)

    let beat = beats[1].payload
    let closed = closed(beat.values, mask: beat.mask, in: m).extended(to: 2 * lanes - 1)
    let behind = closed.movedUp(by: level, "moved", in: m)
    let merged = (behind.bits | held.asUnsigned.extended(to: behind.bits.width).asBits).named("merged")
    let total = (level + populationCount(of: beat.mask)).named("total")
    let isFull = (total .>= UInt(lanes)).named("is_full")
    let emits = (isFull | (beat.isLast & total.any)).named("emits")

    let isTaken = m.wire("packed_is_taken", Bit.self)
    let takes = beats[1].take(when: !flushes & (!emits | isTaken))
    let full = lanes * elementWidth
    let over = merged[full..<merged.width]
    m.when(takes) {
      held.next <== mux(isFull, over, mux(beat.isLast, 0, merged[0..<held.width]))
      level.next
        <== mux(
          isFull, (total &- UInt(lanes)).truncated(to: level.width),
          mux(beat.isLast, 0, total.truncated(to: level.width)))
      flushes.next <== (beat.isLast & (total .> UInt(lanes)))
    }
    .otherwise(when: flushes & isTaken) {
      held.next <== 0
      level.next <== 0
      flushes.next <== 0
    }
    isTaken.driver <== io.packed.ready
    io.packed.valid <== (flushes | (beats[1].valid & emits))
    io.packed.payload
      <== Vector(
        mux(flushes, held.asUnsigned.extended(to: full).asBits, merged[0..<full]), count: lanes, of: elementWidth)
  }

  /// The elements that the mask keeps, moved down past those that it does not.
  ///
  /// Each moves by as many places as there are gaps below it: by 1 first, then by 2, 4 and so on. No two meet, because between
  /// two elements there are at least as many places as their ways differ.
  private func closed(_ values: Vector<Bits>, mask: Bits, in m: Module) -> Elements {
    let gapWidth = bits(for: lanes - 1)
    let gaps = prefixes((0..<lanes).map { (!mask[$0]).asUnsigned.extended(to: gapWidth + 1) }, .sklansky) { $0 &+ $1 }
    var items = (0..<lanes).map { index in
      Traveller(
        value: mux(mask[index], values[index], 0), isKept: mask[index], way: gaps[index].truncated(to: gapWidth))
    }
    for step in 0..<gapWidth {
      let distance = 1 << step
      let moves = items.map { $0.isKept & $0.way[step] }
      items = (0..<lanes).map { index in
        let stays = Traveller(
          value: mux(moves[index], 0, items[index].value), isKept: items[index].isKept & !moves[index],
          way: items[index].way)
        guard index + distance < lanes else { return stays }
        return mux(moves[index + distance], items[index + distance], stays)
      }
    }
    return Elements(bits: concatenate(items.reversed().map(\.value)).named("closed"), width: elementWidth)
  }
}

/// An element on its way down.
private struct Traveller: SignalBundle {
  let value: Bits
  let isKept: Bit
  /// Places that it has to go in all.
  let way: UInt
}
