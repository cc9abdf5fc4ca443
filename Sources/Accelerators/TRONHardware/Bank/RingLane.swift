import HDL
import TRON

/// A bank with the tile of weights that its rings get next.
///
/// A tile comes row by row, or column by column. When it is complete and the vectors of the tile before have passed, its rows are
/// set; meanwhile the next tile may come.
public struct RingLane: Generator {
  /// The machine.
  public var sizes: TRONSizes
  /// Number of the bank.
  public var number: UInt32

  /// The lane of a bank.
  public init(sizes: TRONSizes, number: UInt32 = 0) { (self.sizes, self.number) = (sizes, number) }

  /// All ports belong to one clock.
  public struct Ports {
    public let tileTakes, tileWrite, tileEnd, isColumn: Input<Bit>
    public let tileIndex: Input<UInt>
    public let part: Input<Bits>
    public let tileIsFree, isSet: Output<Bit>
    public let endsTile: Input<Bit>
    public let vector: StreamInput<Bits>
    public let passEvent: Input<UInt>
    public let temperature: Input<SInt>
    public let products: StreamOutput<Bits>
    public let passes, dark: Output<UInt>
    public let setsRow: Output<Bit>
    public let lock: Input<Bit>?
    public let isLocking: Output<Bit>?
  }

  private var unit: RingBankUnit {
    var unit = RingBankUnit(
      sizes.bank, effects: sizes.effects, predistorts: sizes.predistorts, number: number,
      settleCycles: sizes.settleCycles, convertCycles: sizes.convertCycles)
    (unit.locks, unit.heatCycles, unit.lockSweeps) = (sizes.locks, sizes.heaterCycles, sizes.lockSweeps)
    unit.heaterPredistortion = sizes.heaterPredistortion
    return unit
  }

  public var ports: Ports {
    let (bank, width) = (unit.ports, OperandFetch.width(sizes))
    return Ports(
      tileTakes: .init("All words of the next tile have come"), tileWrite: .init("A row or column of it is there"),
      tileEnd: .init("It is the last one"), isColumn: .init("1 for columns"),
      tileIndex: .init(bits(for: width - 1), "Number of the row or column"),
      part: .init(8 * width, "Its codes"), tileIsFree: .init("A tile may come"),
      isSet: .init("The rings are those of a tile"), endsTile: .init("The last vector of the tile is given"),
      vector: .init(8 * sizes.bank.wavelengths, "Activations"), passEvent: bank.passEvent,
      temperature: bank.temperature, products: .init(32 * sizes.bank.rows, "Sums of a vector"), passes: bank.passes,
      dark: bank.dark, setsRow: .init("A row of rings gets its weights"), lock: bank.lock, isLocking: bank.isLocking)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let (rings, height) = (sizes.bank.wavelengths, sizes.bank.rows)
    let bank = m.instance(unit, "bank")
    bank.vector <== io.vector
    bank.adds <== 0
    bank.passEvent <== io.passEvent
    bank.temperature <== io.temperature
    bank.heat <== 0
    bank.heatRow <== 0
    bank.heatPositive <== 0
    bank.heatNegative <== 0
    if let lock = io.lock {
      bank.lock <== lock
      if let isLocking = bank.isLocking { io.isLocking <== isLocking }
    }
    io.products <== bank.products
    io.passes <== bank.passes
    io.dark <== bank.dark

    let zero = m.constant(0, width: 8, as: Bits.self)
    let isFirst = (io.tileIndex .== 0).named("is_first_part")
    let rows = (0..<height).map { number -> Bits in
      let row = m.register("row_\(number)", Bits.self, width: 8 * rings)
      m.when(io.tileWrite) {
        m.when(io.isColumn) {
          // The first column clears the others, for the last tile may have fewer.
          row.next
            <== concatenate(
              (0..<rings).reversed().map { place in
                mux(
                  io.tileIndex .== UInt(place), io.part[8 * number..<8 * number + 8],
                  mux(isFirst, zero, row[8 * place..<8 * place + 8]))
              })
        }
        .otherwise(when: io.tileIndex .== UInt(number)) { row.next <== io.part[0..<8 * rings] }
      }
      return row
    }
    let isTaken = m.register("tile_is_taken", Bit.self, reset: 0)
    let isFull = m.register("tile_is_complete", Bit.self, reset: 0)
    let isSet = m.register("rings_are_set", Bit.self, reset: 0)
    let place = m.register("place", UInt.self, width: bits(for: height - 1), reset: 0)
    // Rows of the tile: those that came, or all for columns.
    let last = m.register("last_row", UInt.self, width: bits(for: height - 1))
    m.when(io.tileWrite & io.tileEnd) {
      last.next <== mux(io.isColumn, UInt(height - 1), io.tileIndex.fitted(to: last.width))
    }
    let offers = (isFull & !isSet).named("offers_row")
    bank.weights.valid <== offers
    bank.weights.payload <== select(place, rows)
    bank.weightRow <== place
    let gives = (offers & bank.weights.ready).named("gives_row")
    let isLast = place .== last
    m.when(gives) { place.next <== mux(isLast, 0, place &+ 1) }
    let ends = (gives & isLast).named("is_set_now")
    m.when(io.tileWrite & io.tileEnd) { isFull.next <== 1 }.otherwise(when: ends) { isFull.next <== 0 }
    m.when(io.tileTakes) { isTaken.next <== 1 }.otherwise(when: ends) { isTaken.next <== 0 }
    m.when(ends) { isSet.next <== 1 }.otherwise(when: io.endsTile) { isSet.next <== 0 }
    io.tileIsFree <== !isTaken
    io.isSet <== isSet
    io.setsRow <== gives
  }
}
