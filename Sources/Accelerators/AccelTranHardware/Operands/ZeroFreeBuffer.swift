import Components
import HDL
import Units

/// A chunk that is to be kept in a buffer: a mask, and the numbers that it marks, moved together.
public struct PackedChunk: SignalBundle {
  /// The number of the chunk in its bank.
  public let index: UInt
  /// The bank.
  public let bank: Bit
  /// 1 for each position that is kept.
  public let mask: Bits
  /// The kept numbers in their order.
  public let values: Vector<Bits>
  /// How many there are.
  public let count: UInt

  /// A chunk of `count` positions of `width` bits.
  public init(count: Int, width: Int, indexWidth: Int) {
    (index, bank, mask) = (.shape(indexWidth), .shape, .shape(count))
    (values, self.count) = (.shape(count, of: width), .shape(bits(for: count)))
  }

  /// The fields, each of which may be a literal.
  public init(index: UInt, bank: Bit, mask: Bits, values: Vector<Bits>, count: UInt) {
    (self.index, self.bank, self.mask, self.values, self.count) = (index, bank, mask, values, count)
  }
}

/// A buffer of two banks that keeps chunks in the zero-free format: a mask buffer with the mask of each chunk and the place of
/// its numbers, and a data buffer with these numbers alone, one chunk behind the other in quarters.
///
/// A chunk a clock goes in and another one comes out 3 clocks after its number, all positions in their places again.
public struct ZeroFreeBuffer: DefaultConfigurable {
  /// Positions of a chunk.
  public var chunk: Int
  /// Bits of a number.
  public var width: Int
  /// Chunks of a bank, a power of two.
  public var chunks: Int

  /// A buffer.
  public init(chunk: Int, width: Int = 20, chunks: Int) {
    (self.chunk, self.width, self.chunks) = (chunk, width, chunks)
  }

  /// The default configuration.
  public init() { self.init(chunk: 64, chunks: 64) }

  /// What goes in and out.
  public struct Ports {
    public let restart: Input<Bit>
    public let restartBank: Input<Bit>
    public let write: Input<Bit>
    public let written: Input<PackedChunk>
    public let advance: Input<Bit>
    public let bank: Input<Bit>
    public let index: Input<UInt>
    public let mask: Output<Bits>
    public let values: Output<Vector<SInt>>
    public let used: Output<UInt>
  }

  private var indexWidth: Int { countWidth(chunks) }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      restart: .init("1 to forget a bank"), restartBank: .init("Which one"),
      write: .init("1 to put a chunk in"),
      written: .init(PackedChunk(count: chunk, width: width, indexWidth: indexWidth), "The chunk"),
      advance: .init("1 to let chunks on their way out move"), bank: .init("The bank that is read"),
      index: .init(indexWidth, "The chunk that is read"),
      mask: .init(chunk, "Its mask, 3 clocks later"),
      values: .init(chunk, of: width, "Its numbers, zero where the mask is 0"),
      used: .init(indexWidth + 3, "Quarters that are full, of the bank that was written last"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Two banks of \(chunks) chunks of \(chunk) positions: masks, and the numbers they mark without the zeros between.
    A chunk comes out 3 clocks after its number; advance = 0 holds those on their way.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("chunk", chunk, in: 4...256)
    parameters.require("width", width, in: 2...28)
    parameters.require("chunks", chunks, in: 2...65536)
    for (name, value) in [("chunk", chunk), ("chunks", chunks)] {
      parameters.require(value.nonzeroBitCount == 1, "parameter '\(name)' is \(value)", fix: "use a power of two")
    }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let quarter = chunk / 4
    let placeWidth = indexWidth + 2
    let masks = m.memory("masks", Bits.self, width: chunk + placeWidth, depth: 2 * chunks)
    let banks = (0..<4).map { m.memory("numbers_\($0)", Bits.self, width: quarter * width, depth: 2 * chunks) }

    // In.
    let written = io.written
    let free = (0..<2).map { m.register("free_\($0)", UInt.self, width: placeWidth + 1, reset: 0) }
    let start = mux(written.bank, free[1], free[0]).named("start")
    let shift = quarter.trailingZeroBitCount
    let quarters = ((written.count.extended(to: written.count.width + 1) &+ UInt(quarter - 1)) >> shift)
      .fitted(to: placeWidth + 1)
    for (bank, free) in free.enumerated() {
      let isOwn = bank == 1 ? written.bank : !written.bank
      m.when(io.write & isOwn) { free.next <== free &+ quarters }
      let isRestarted = bank == 1 ? io.restartBank : !io.restartBank
      m.when(io.restart & isRestarted) { free.next <== 0 }
    }
    io.used <== start
    let place = start.truncated(to: placeWidth)
    masks.write(
      concatenate(place, written.mask), at: concatenate(written.bank, written.index).asUnsigned, when: io.write)
    let parts = (0..<4).map { part in
      concatenate((0..<quarter).reversed().map { written.values[part * quarter + $0] })
    }
    let low = place[0..<2].asUnsigned
    for (number, memory) in banks.enumerated() {
      // The part of the chunk that this bank gets, and the line.
      let part = (UInt(number).extended(to: 2) &- low).named("part_\(number)")
      let line = line(place[2..<placeWidth].asUnsigned, of: number, behind: low)
      memory.write(
        select(part, parts), at: concatenate(written.bank, line).asUnsigned,
        when: io.write & (part.extended(to: placeWidth + 1) .< quarters))
    }

    // Out.
    let entry = masks.read(at: concatenate(io.bank, io.index).asUnsigned, when: io.advance)
    let bank = m.register("bank_read", io.bank, when: io.advance)
    let from = entry[chunk..<chunk + placeWidth].asUnsigned
    let fromLow = from.asBits[0..<2].asUnsigned
    let words = banks.enumerated().map { number, memory in
      let line =
        line(from.asBits[2..<placeWidth].asUnsigned, of: number, behind: fromLow)
      return memory.read(at: concatenate(bank, line).asUnsigned, when: io.advance)
    }
    let mask = m.register("mask_read", entry[0..<chunk], when: io.advance)
    let turn = m.register("turn", fromLow, when: io.advance)
    let packed = (0..<4).flatMap { part -> [Bits] in
      let word = select((turn &+ UInt(part)), words)
      return (0..<quarter).map { word[$0 * width..<($0 + 1) * width] }
    }
    let values = CompactionNetwork(mask).expanded(packed)
    io.mask <== m.register("mask_out", mask, when: io.advance)
    io.values <== m.register("values_out", Vector(values.map(\.asSigned)), when: io.advance)
  }

  /// The line of bank `number` when the numbers start in bank `start`: banks before that one are a line further.
  private func line(_ line: UInt, of number: Int, behind start: UInt) -> UInt {
    // No start is behind the last bank.
    number == 3 ? line : line &+ (UInt(number) .< start).asUnsigned.extended(to: line.width)
  }
}
