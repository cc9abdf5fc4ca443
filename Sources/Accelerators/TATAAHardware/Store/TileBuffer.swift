import HDL
import TATAA

/// Two tiles of sums that are written and read row by row or column by column, one a cycle each: the transposer.
///
/// Element (r, c) stands in bank r + c, modulo the number of banks, so that neither a row nor a column has two elements in
/// one bank. A line that is read shows one cycle later. What is behind the end of a line is not defined.
public struct TileBuffer: DefaultConfigurable {
  /// Rows, columns and widths.
  public var configuration: Configuration

  /// The buffer of a configuration.
  public init(configuration: Configuration = .tiny) { self.configuration = configuration }

  /// The default configuration.
  public init() { self.init(configuration: .tiny) }

  /// Elements of the longer side of a tile: that of a line, and the number of banks.
  public var lineLength: Int { max(configuration.tileRows, configuration.tileColumns) }

  /// A line to be written, and one to be read.
  public struct Ports {
    public let write: Input<TileLine>
    public let writtenTile, readTile: Input<Bit>
    public let writes: Input<Bit>
    public let enable: Input<Bits>
    public let elements: Input<Vector<SInt>>
    public let read: Input<TileLine>
    public let line: Output<Vector<SInt>>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let width = configuration.accumulatorWidth
    return Ports(
      write: .init(TileLine(lineLength), "The line to be written"), writtenTile: .init("The tile of that line"),
      readTile: .init("The tile of the line to be read"), writes: .init("1 to write it"),
      enable: .init(lineLength, "Which of its elements"),
      elements: .init(lineLength, of: width, "Its elements"),
      read: .init(TileLine(lineLength), "The line to be read"),
      line: .init(lineLength, of: width, "Its elements, one cycle later"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Two tiles of \(configuration.tileRows) x \(configuration.tileColumns) sums in \(lineLength) banks, row by row or column by column."
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let count = lineLength
    let shift = io.write.index
    let elements = rotated(io.elements.map { $0 }, by: shift, left: true)
    let enables = rotated((0..<count).map { io.enable[$0] }, by: shift, left: true)
    let turn = m.register("turn", io.read.index)
    var words: [SInt] = []
    for bank in 0..<count {
      let memory = m.memory(
        "bank_\(bank)", SInt.self, width: configuration.accumulatorWidth, depth: 2 << bits(for: count - 1))
      func place(_ tile: Bit, _ line: TileLine) -> UInt { concatenate(tile, address(line, bank).asBits).asUnsigned }
      memory.write(elements[bank], at: place(io.writtenTile, io.write), when: io.writes & enables[bank])
      words.append(memory.read(at: place(io.readTile, io.read)))
    }
    io.line <== Vector(rotated(words, by: turn, left: false))
  }

  /// The row that a line has in a bank: that of a row itself, and for column c the bank less c.
  private func address(_ line: TileLine, _ bank: Int) -> UInt {
    let width = bits(for: lineLength - 1)
    let difference = UInt(bank).extended(to: width + 1).asSigned - line.index.extended(to: width + 1).asSigned
    let wrapped = mux(difference .< 0, difference + SInt(lineLength), difference.extended(to: difference.width + 1))
    return mux(line.isColumn, wrapped.asBits[0..<width].asUnsigned, line.index)
  }

  private func rotated<T: HardwareValue>(_ list: [T], by count: UInt, left: Bool) -> [T] {
    RowReader.rotated(list, by: count, left: left)
  }
}

/// A row or a column of a tile.
public struct TileLine: SignalBundle {
  /// Its number.
  public let index: UInt
  /// 1 for a column.
  public let isColumn: Bit

  /// One of `count` lines.
  public init(_ count: Int) { (index, isColumn) = (.shape(bits(for: count - 1)), .shape) }

  /// The fields, each of which may be a literal.
  public init(index: UInt, isColumn: Bit) { (self.index, self.isColumn) = (index, isColumn) }
}
