import Components
import HDL

/// Restores rows from masks and the kept elements that a ``ZeroFreeEncoder`` packed: what is not kept is 0.
///
/// Packed elements are taken as the masks ask for them, ⌈kept / lanes⌉ beats a row. A beat a clock, whatever the density; no
/// clock edge lies between a mask and its row. Rows equal ``/Golden/ZeroFree``.
public struct ZeroFreeDecoder: DefaultConfigurable {
  public var lanes = 16
  public var elementWidth = 8

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("lanes", \.lanes, in: 2...256, "Elements a clock"),
    .integer("elementWidth", \.elementWidth, in: 1...64, "Bits of an element"),
  ]

  /// Masks and packed elements in, rows out.
  public struct Ports {
    public let masks: StreamInput<MaskBeat>
    public let packed: StreamInput<Vector<Bits>>
    public let pop: StreamOutput<SparseBeat>
  }

  public var ports: Ports {
    Ports(
      masks: .init(MaskBeat(lanes: lanes), "Which elements of the rows are kept"),
      packed: .init(max(1, lanes), of: max(1, elementWidth), "The kept elements of each row, in order"),
      pop: .init(SparseBeat(lanes: lanes, width: elementWidth), "Rows of elements, with their masks"))
  }

  public var documentation: String {
    """
    Masks and kept elements close together to rows of elements of \(elementWidth) bits, \(lanes) a clock.
    A row takes ceil(kept / \(lanes)) packed beats.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    // Elements that were taken and not asked for yet: at most one less than a packed beat has.
    let held = m.register("held", Bits.self, width: (lanes - 1) * elementWidth, reset: 0)
    let level = m.register("level", UInt.self, width: bits(for: lanes - 1), reset: 0)
    let mask = io.masks.payload.mask
    let isLast = io.masks.payload.isLast
    let wanted = populationCount(of: mask).named("wanted")
    let isShort = (wanted .> level).named("is_short")

    let isTaken = m.wire("row_is_taken", Bit.self)
    let takes = io.masks.take(when: isTaken & (!isShort | io.packed.valid))
    io.packed.take(when: isTaken & io.masks.valid & isShort)

    let fresh = Elements(bits: mux(isShort, io.packed.payload.bits, 0), width: elementWidth).extended(to: 2 * lanes - 1)
    let behind = fresh.movedUp(by: level, "moved", in: m)
    let merged = Elements(
      bits: (behind.bits | held.asUnsigned.extended(to: behind.bits.width).asBits).named("merged"), width: elementWidth)
    let rest = merged.movedDown(by: wanted, "rest", in: m)
    let kept = mux(
      isShort, level + UInt(lanes).extended(to: bits(for: lanes)), level.extended(to: bits(for: lanes) + 1))
    m.when(takes) {
      held.next <== mux(isLast, 0, rest.bits[0..<held.width])
      level.next <== mux(isLast, 0, (kept &- wanted).truncated(to: level.width))
    }

    let counts = prefixes((0..<lanes).map { mask[$0].asUnsigned.extended(to: wanted.width) }, .sklansky) { $0 &+ $1 }
    let values = (0..<lanes).map { index -> Bits in
      guard index > 0 else { return mux(mask[0], merged[0], 0) }
      let before = counts[index - 1].truncated(to: bits(for: index))
      return mux(mask[index], select(before, (0...index).map { merged[$0] }), 0)
    }
    isTaken.driver <== io.pop.ready
    io.pop.valid <== (io.masks.valid & (!isShort | io.packed.valid))
    io.pop.payload.values <== Vector(values, of: elementWidth)
    io.pop.payload.mask <== mask
    io.pop.payload.isLast <== isLast
  }
}
