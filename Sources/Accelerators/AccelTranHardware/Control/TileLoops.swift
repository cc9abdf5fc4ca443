import AccelTran
import HDL

/// Where a tile product stands in its product.
public struct TilePlace: SignalBundle {
  /// The places along b, i, j and k.
  public let batch, row, column, inner: UInt
  /// 1 when the next tile product adds to other sums.
  public let leaves: Bit
  /// 1 when the column is the last one of its row of tiles.
  public let isLastColumn: Bit
  /// 1 for the last tile product along k.
  public let isLastInner: Bit
  /// 1 for the last tile product of all.
  public let isLast: Bit
  /// 1 when the tile of the first operand, or of the second, is the one of the tile product before.
  public let keepsLeft, keepsRight: Bit

  /// The shape.
  public init() {
    (batch, row, column, inner) = (
      .shape(TileLoops.width), .shape(TileLoops.width), .shape(TileLoops.width), .shape(TileLoops.width)
    )
    (leaves, isLastColumn, isLastInner, isLast) = (.shape, .shape, .shape, .shape)
    (keepsLeft, keepsRight) = (.shape, .shape)
  }

  /// The fields, each of which may be a literal.
  public init(
    batch: UInt, row: UInt, column: UInt, inner: UInt, leaves: Bit, isLastColumn: Bit, isLastInner: Bit, isLast: Bit,
    keepsLeft: Bit, keepsRight: Bit
  ) {
    (self.batch, self.row, self.column, self.inner) = (batch, row, column, inner)
    (self.leaves, self.isLastColumn, self.isLastInner, self.isLast) = (leaves, isLastColumn, isLastInner, isLast)
    (self.keepsLeft, self.keepsRight) = (keepsLeft, keepsRight)
  }
}

/// The four loops of a tiled product in any of the 24 orders, chosen when a product starts.
///
/// `order` has two bits for each level, the innermost one in the low bits: 0 for b, 1 for i, 2 for j, 3 for k; see
/// ``/AccelTran/LoopOrder/code``. A place a clock.
public struct TileLoops: DefaultConfigurable {
  /// The default configuration, which is the only one.
  public init() {}

  /// Bits of a place.
  static let width = 12

  /// Counts in, places out.
  public struct Ports {
    public let start: Input<Bit>
    public let counts: [Input<UInt>]
    public let order: Input<Bits>
    public let pop: StreamOutput<TilePlace>
    public let isIdle: Output<Bit>
  }

  /// The interface.
  public var ports: Ports {
    Ports(
      start: .init("1 to start, while idle; counts and order stand still from then on"),
      counts: ["b", "i", "j", "k"].map { .init(Self.width, "Tiles along \($0), at least 1") },
      order: .init(8, "Which loop each level is, the innermost one in the low bits"),
      pop: .init(TilePlace(), "The tile products, in order"), isIdle: .init("1 when all have been taken"))
  }

  /// What stands above the emitted module.
  public var documentation: String { "Walks the tiles of a product in any of the 24 orders of its loops, one a clock." }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let isActive = m.register("is_active", Bit.self, reset: 0)
    let places = ["batch", "row", "column", "inner"].map {
      m.register($0, UInt.self, width: Self.width)
    }
    let isAtEnd = zip(places, io.counts).map { ($0 &+ 1) .== $1 }
    let levels = (0..<4).map { io.order[2 * $0..<2 * $0 + 2].asUnsigned }
    // Level 0 is the innermost one.
    var carries: [Bit] = [true]
    for level in 0..<3 { carries.append(carries[level] & select(levels[level], isAtEnd)) }
    let steps = (0..<4).map { loop in
      anyOf((0..<4).map { carries[$0] & (levels[$0] .== UInt(loop)) }).named("steps_\(loop)")
    }
    let isLast = allOf(isAtEnd).named("is_last")
    let changes = (0..<4).map { loop in steps[loop] & !(isAtEnd[loop] & (places[loop] .== 0)) }
    let takes = (isActive & io.pop.ready).named("takes")
    let isFirst = m.register("is_first", Bit.self, reset: 1)
    let (keptLeft, keptRight) = (m.register("kept_left", Bit.self), m.register("kept_right", Bit.self))
    m.when(takes) {
      for (loop, place) in places.enumerated() {
        m.when(steps[loop]) { place.next <== mux(isAtEnd[loop], 0, place &+ 1) }
      }
      isFirst.next <== isLast
      keptLeft.next <== !(changes[0] | changes[1] | changes[3])
      keptRight.next <== !(changes[0] | changes[2] | changes[3])
      m.when(isLast) { isActive.next <== 0 }
    }
    m.when(io.start & !isActive) {
      isActive.next <== 1
      isFirst.next <== 1
      for place in places { place.next <== 0 }
    }
    io.isIdle <== !isActive
    io.pop.valid <== isActive
    io.pop.payload
      <== TilePlace(
        batch: places[0], row: places[1], column: places[2], inner: places[3],
        leaves: isLast | changes[0] | changes[1] | changes[2], isLastColumn: isAtEnd[2], isLastInner: isAtEnd[3],
        isLast: isLast, keepsLeft: keptLeft & !isFirst, keepsRight: keptRight & !isFirst)
  }
}
