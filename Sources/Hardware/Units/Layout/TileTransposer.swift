import HDL

/// A row or a column of a tile.
public struct TileBeat: SignalBundle {
  /// Its elements, the first one in the low bits.
  public let values: Vector<Bits>
  /// 1 with the last row or column of a tile.
  public let isLast: Bit

  /// A beat of `size` elements of `width` bits.
  public init(size: Int, width: Int) { (values, isLast) = (.shape(max(1, size), of: max(1, width)), .shape) }

  init(values: Vector<Bits>, isLast: Bit) { (self.values, self.isLast) = (values, isLast) }
}

/// Transposes square tiles: rows come in, columns go out, one a clock.
///
/// One half of the memory is filled while the other one is read, so that a row and a column pass in every clock. Row i is turned
/// by i places when it is written, which puts the elements of a column into different memories: these are read at different
/// addresses and turned back. No element is held in flip-flops.
///
/// A tile ends with its row `size`, or with one that is marked as the last; then the rows that are missing count as zeros. There
/// are always `size` columns. The first column shows one clock edge after the last row was taken. Any element of a fixed width
/// will do: int8, bfloat16 or whatever else.
public struct TileTransposer: DefaultConfigurable {
  public var size = 16
  public var elementWidth = 8

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("size", \.size, in: 2...256, "Rows and columns of a tile"),
    .integer("elementWidth", \.elementWidth, in: 1...64, "Bits of an element"),
  ]

  /// Rows in, columns out.
  public struct Ports {
    public let push: StreamInput<TileBeat>
    public let pop: StreamOutput<TileBeat>
  }

  public var ports: Ports {
    Ports(
      push: .init(TileBeat(size: size, width: elementWidth), "Rows of tiles"),
      pop: .init(TileBeat(size: size, width: elementWidth), "Columns of the same tiles"))
  }

  public var documentation: String {
    """
    Transposes tiles of \(size) x \(size) elements of \(elementWidth) bits: a row and a column in each clock, in two halves of a memory.
    A tile ends with its row \(size), or with one that is marked as the last; missing rows count as zeros.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let indexWidth = bits(for: size - 1)
    let row = m.register("row", UInt.self, width: indexWidth, reset: 0)
    let column = m.register("column", UInt.self, width: indexWidth, reset: 0)
    let isLastColumn = (column .== UInt(size - 1)).named("is_last_column")
    let takes = m.wire("takes_row", Bit.self)
    let gives = m.wire("gives_column", Bit.self)
    let isLastRow = (io.push.payload.isLast | (row .== UInt(size - 1))).named("is_last_row")
    let halves = PingPong(in: m) { isRoom, _ in
      takes.driver <== io.push.take(when: isRoom)
      return takes & isLastRow
    } leaves: { isFull, _ in
      gives.driver <== (isFull & io.pop.ready)
      return gives & isLastColumn
    }
    m.when(takes) { row.next <== mux(isLastRow, 0, row &+ 1) }
    m.when(gives) { column.next <== mux(isLastColumn, 0, column &+ 1) }
    let lastRows = [halves.filled, !halves.filled].enumerated().map { half, isOther in
      m.register("last_row_\(half)", row, when: takes & !isOther)
    }
    let lastRow = mux(halves.read, lastRows[1], lastRows[0])

    let turned = Elements(bits: io.push.payload.values.bits, width: elementWidth).rotatedUp(by: row, "turned_row")
    let words = (0..<size).map { bank -> Bits in
      let memory = m.memory("bank_\(bank)", Bits.self, width: elementWidth, depth: 2 << indexWidth)
      memory.write(turned[bank], at: concatenate(halves.filled, row).asUnsigned, when: takes)
      return memory.readAsync(at: concatenate(halves.read, self.row(in: bank, of: column)).asUnsigned)
    }
    let values = Elements(bits: concatenate(words.reversed()), width: elementWidth)
      .rotatedDown(by: column, "turned_column")
    let filled = (0..<size).map { $0 == 0 ? values[0] : mux(lastRow .>= UInt($0), values[$0], 0) }
    io.pop.valid <== halves.isFull
    io.pop.payload.values <== Vector(filled, of: elementWidth)
    io.pop.payload.isLast <== isLastColumn
  }

  /// The row of which a bank holds the element of a column.
  private func row(in bank: Int, of column: UInt) -> UInt {
    let row = UInt(bank).extended(to: column.width) &- column
    guard size & (size - 1) != 0 else { return row }
    return mux(column .> UInt(bank), row &+ UInt(size), row)
  }
}
