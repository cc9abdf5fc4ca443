import XFormer

/// A command of the machine; all operands are in its memory.
public enum TRONCommand: Hashable, Sendable {
  /// What the codes of a product are.
  public enum Form: Int, Hashable, Sendable, CaseIterable {
    /// Codes of 8 bits, −127 to 127.
    case narrow
    /// Codes of 16 bits.
    case wide
    /// Codes of 8 bits behind the function table.
    case function
    /// Exponents of softmax, 16 bits.
    case exponent
  }

  /// Vectors times a stationary matrix on the banks.
  public struct Product: Hashable, Sendable {
    /// The head whose banks do it.
    public var unit = 0
    /// Whether the vectors are those of the product before on these banks.
    public var keepsVectors = false
    /// Where the first vector is, bytes to the next one, and how many there are.
    public var input, inputStride, vectors: Int
    /// The matrix: code of output o and input i at `matrix` + o · `outputStep` + i · `inputStep`.
    public var matrix, outputStep, inputStep: Int
    /// Its extents.
    public var inputs, outputs: Int
    /// Where bias (4 bytes), multiplier (2), shift (1) and a byte of 0 of each output are; one for all where `sharesScale`.
    public var scales: Int
    /// Whether all outputs have the scale of the first.
    public var sharesScale: Bool
    /// Where the 256 bytes of the function are; read for ``Form/function``.
    public var table: Int
    /// What is stored.
    public var form: Form
    /// Where the codes of the first vector go, and bytes to the next one.
    public var output, outputStride: Int
    /// Number of the first pass.
    public var event: Int
  }

  /// Rows of exponents to probabilities.
  public struct Softmax: Hashable, Sendable {
    /// Rows and their elements.
    public var rows, count: Int
    /// Where exponents are, and bytes of a row.
    public var input, inputStride: Int
    /// Where codes go, and bytes of a row.
    public var output, outputStride: Int
    /// Whether a row sees as many elements as rows are before it, and one more: row 0 the first one alone.
    public var isCausal = false
  }

  /// Rows that are added and normalised.
  public struct Normalization: Hashable, Sendable {
    /// Tokens and features.
    public var tokens, features: Int
    /// Rows of 16-bit codes that are added, back to back.
    public var first, second: Int
    /// γ and β, 2 bytes each, in turn; the lowest 3 bits of β are how much narrower the number becomes.
    public var coefficients: Int
    /// As ``/XFormer/RowNumbers`` takes them.
    public var shift, narrowShift: Int
    /// N² · ε.
    public var small: UInt64
    /// Whether the codes of 16 bits are the sums themselves.
    public var keepsSum: Bool
    /// Where codes of 16 and of 8 bits go.
    public var wide, narrow: Int
  }

  case product(Product)
  case softmax(Softmax)
  case normalize(Normalization)
}

/// A program with its memory.
public struct TRONProgram: Sendable {
  /// A matrix in memory, row by row.
  public struct Place: Hashable, Sendable {
    /// What it is.
    public var name: String
    /// Where it begins.
    public var address: Int
    /// Its extents; a number takes ``bytes``.
    public var rows, columns: Int
    /// Bytes of a number.
    public var bytes: Int
    /// Bytes from one row to the next: a multiple of a word of the bus.
    public var stride: Int { (columns * bytes + TRONSizes.busBytes - 1) / TRONSizes.busBytes * TRONSizes.busBytes }
  }

  /// Which engine executes a command, and what it waits for.
  public struct Issue: Hashable, Sendable {
    /// Banks of head h are engine h, its softmax is engine heads + h, normalisation the last one.
    public var engine: Int
    /// For engines, how many of their commands have to have ended.
    public var waits: [Int: Int]
  }

  /// The machine.
  public let sizes: TRONSizes
  /// What is executed.
  public internal(set) var commands: [TRONCommand] = []
  /// Who executes the commands.
  public internal(set) var issues: [Issue] = []
  /// The memory at the start.
  public internal(set) var memory: [UInt8] = []
  /// What is stored, in the order of the commands.
  public internal(set) var results: [Place] = []

  /// An empty program.
  ///
  /// - Throws: ``TRONError`` for sizes that are none.
  public init(_ sizes: TRONSizes) throws(TRONError) {
    try sizes.validate()
    self.sizes = sizes
  }

  /// Room for bytes, beginning at a multiple of 8.
  mutating func room(_ count: Int) -> Int {
    let start = (memory.count + 7) / 8 * 8
    memory += [UInt8](repeating: 0, count: start + count - memory.count)
    return start
  }

  mutating func store(_ bytes: [UInt8]) -> Int {
    let start = room(bytes.count)
    memory.replaceSubrange(start..<start + bytes.count, with: bytes)
    return start
  }

  mutating func result(_ name: String, rows: Int, columns: Int, bytes: Int) -> Place {
    let place = Place(name: name, address: 0, rows: rows, columns: columns, bytes: bytes)
    let own = Place(name: name, address: room(rows * place.stride), rows: rows, columns: columns, bytes: bytes)
    results.append(own)
    return own
  }
}

/// Layers of random numbers, for tests.
extension TRONLayer {
  /// A layer of random codes; what it computes means nothing.
  public static func random(
    features: Int, heads: Int, inner: Int, input: [[Int32]], seed: UInt64 = 1
  ) throws(TRONError) -> TRONLayer {
    try TRONLayer(.random(features: features, heads: heads, inner: inner, seed: seed), measuredOn: input)
  }
}
