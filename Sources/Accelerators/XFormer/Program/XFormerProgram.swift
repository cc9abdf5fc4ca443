public import AnalogMacros

/// A program of the generated machine with its memory, in two parts: what programs the crossbars, and the inference.
public struct XFormerProgram: Sendable {
  /// A matrix in memory, row by row.
  public struct Place: Hashable, Sendable {
    /// What it is.
    public var name: String
    /// Where it begins, in bytes.
    public var address: Int
    /// Its extents; a number takes ``bytes``.
    public var rows, columns: Int
    /// Bytes of a number.
    public var bytes: Int
    /// Bytes of a row.
    public var stride: Int { columns * bytes }

    /// A matrix at an address.
    public init(name: String, address: Int, rows: Int, columns: Int, bytes: Int) {
      (self.name, self.address, self.rows, self.columns, self.bytes) = (name, address, rows, columns, bytes)
    }

    /// The signed numbers that stand there in a memory, row by row.
    public func numbers(in memory: [UInt8]) -> [[Int32]] {
      (0..<rows).map { row in
        (0..<columns).map { column in
          let start = address + row * stride + bytes * column
          guard bytes == 2 else { return Int32(Int8(bitPattern: memory[start])) }
          return Int32(Int16(bitPattern: UInt16(memory[start]) | UInt16(memory[start + 1]) << 8))
        }
      }
    }
  }

  /// Half kelvins above 300 K, of all crossbars.
  public var temperature: UInt8 = 0
  /// The sizes of the machine.
  public internal(set) var sizes: XFormerSizes
  /// Commands that run before inference: weights, scales and tables.
  public internal(set) var deployment: [XFormerCommand] = []
  /// Commands of the inference.
  public internal(set) var inference: [XFormerCommand] = []
  /// The memory at the start.
  public var memory: [UInt8] { contents.bytes }
  private var contents = CommandMemory()
  /// Where results go.
  public internal(set) var results: [Place] = []
  /// Multiply-accumulates of all projections, and of attention.
  public internal(set) var projectionProducts = 0, attentionProducts = 0

  /// An empty program.
  ///
  /// - Throws: ``XFormerError`` for sizes without hardware.
  public init(_ sizes: XFormerSizes) throws(XFormerError) {
    try sizes.validate()
    self.sizes = sizes
  }

  /// The same program on crossbars of other errors and converters: neither changes a level.
  public func on(_ effects: Nonidealities, converterBits: Int) throws(XFormerError) -> XFormerProgram {
    var program = self
    program.sizes.crossbar.effects = effects
    program.sizes.crossbar.geometry.converterBits = converterBits
    try program.sizes.validate()
    return program
  }

  /// Bytes in memory.
  mutating func store(_ bytes: [UInt8]) -> Int { contents.store(bytes) }

  /// Room for a result.
  mutating func result(_ name: String, rows: Int, columns: Int, bytes: Int) -> Place {
    let place = Place(
      name: name, address: contents.room(rows * columns * bytes), rows: rows, columns: columns, bytes: bytes)
    results.append(place)
    return place
  }

  /// The memory with both parts of the program behind it, and where they begin; multiples of 4,096.
  public var image: (bytes: [UInt8], deployment: Int, inference: Int) {
    let (bytes, starts) = contents.image([deployment, inference])
    return (bytes, starts[0], starts[1])
  }

  /// How often a row of a crossbar is written, deployment and inference together, by engine and unit.
  public var rowWrites: [[Int]] {
    var counts = [[Int]](
      repeating: [Int](repeating: 0, count: sizes.unitsPerEngine), count: sizes.projectionEngines)
    for command in deployment + inference where command.kind == .program {
      counts[command.engine][command.programOrder.unit] += 1
    }
    return counts
  }
}
