/// A command of the generated machine: 64 bytes, sixteen words of 32 bits.
///
/// Commands go in order to the queues of their engines. An engine starts a command when every engine has ended as many
/// commands as the command's ``waits`` say; a command has ended when its stores have been acknowledged.
public struct XFormerCommand: Hashable, Sendable {
  /// What is done.
  public enum Kind: Int, Hashable, Sendable, CaseIterable {
    /// The program is over when every engine is done.
    case end
    /// A projection unit gets its weights.
    case program
    /// Columns of projection units get scales and biases.
    case scales
    /// A projection engine gets the table of its function.
    case table
    /// A projection engine multiplies rows with a matrix.
    case project
    /// An attention tile works on a block of queries and a block of keys.
    case attend
    /// The vector unit gets γ and β.
    case coefficients
    /// The vector unit adds two rows and normalises the sum.
    case normalize
  }

  /// What a projection gives.
  public enum Output: Int, Hashable, Sendable, CaseIterable {
    /// Codes of 8 bits.
    case narrow
    /// Codes of 8 bits that went through the table.
    case function
    /// Codes of 16 bits.
    case wide
  }

  /// The sixteen words.
  public private(set) var words = [UInt32](repeating: 0, count: 16)

  /// What it does.
  public var kind: Kind { Kind(rawValue: Int(words[0] & 15)) ?? .end }
  /// The engine that does it.
  public var engine: Int { Int(words[0] >> 4 & 15) }
  /// For each engine, how many of its commands have to have ended.
  public var waits: [Int] {
    (0..<XFormerSizes.mostEngines).map { Int(words[1 + $0 / 2] >> UInt32($0 % 2 * 16) & 0xFFFF) }
  }

  /// The same command for another engine.
  public func addressed(to engine: Int) -> XFormerCommand {
    var command = self
    command.words[0] = words[0] & ~0xF0 | UInt32(engine << 4)
    return command
  }

  /// The fields that are addresses in memory.
  private var addressFields: Range<Int> {
    switch kind {
    case .end: 5..<5
    case .program, .scales, .table, .coefficients: 5..<6
    case .project: 5..<8
    case .attend, .normalize: 5..<9
    }
  }

  /// The same command with other addresses; strides stay.
  public func mappingAddresses(_ map: (Int) -> Int) -> XFormerCommand {
    var command = self
    for word in addressFields where !(kind == .project && word == 6) {
      command.words[word] = UInt32(truncatingIfNeeded: map(Int(words[word])))
    }
    return command
  }

  init(_ kind: Kind, engine: Int, waits: [Int: Int]) {
    words[0] = UInt32(kind.rawValue | engine << 4)
    for (engine, count) in waits { words[1 + engine / 2] |= UInt32(count) << UInt32(engine % 2 * 16) }
  }

  /// A command of another machine with the same dispatcher: `fields` are words 5 to 15, `flags` bits 8 to 31 of the first.
  package static func raw(
    _ kind: Kind, engine: Int, waits: [Int: Int], flags: Int = 0, fields: [Int]
  ) -> XFormerCommand {
    var command = XFormerCommand(kind, engine: engine, waits: waits)
    command.words[0] |= UInt32(truncatingIfNeeded: flags) << 8
    for (place, field) in fields.enumerated() { command.words[5 + place] = UInt32(truncatingIfNeeded: field) }
    return command
  }

  private mutating func set(_ word: Int, _ value: Int, at place: Int = 0) {
    words[word] |= UInt32(truncatingIfNeeded: value) << UInt32(place)
  }
  private func field(_ word: Int, _ place: Int = 0, _ width: Int = 32) -> Int {
    Int(words[word] >> UInt32(place)) & (1 << width - 1)
  }
  private mutating func set(flag place: Int, _ value: Bool) { if value { words[0] |= 1 << UInt32(place) } }
  private func flag(_ place: Int) -> Bool { words[0] >> UInt32(place) & 1 == 1 }

  /// The end.
  public static let end = XFormerCommand(.end, engine: 0, waits: [:])

  /// Weights for a unit.
  public struct Program: Hashable, Sendable {
    /// Where they stand.
    public var address: Int
    /// The unit.
    public var unit: Int
    /// Which part of a row of inputs the unit takes.
    public var group: Int

    /// Weights at an address.
    public init(address: Int, unit: Int, group: Int) { (self.address, self.unit, self.group) = (address, unit, group) }
  }

  /// Rows times a matrix.
  public struct Projection: Hashable, Sendable {
    /// Where the first row is, and the bytes from one to the next.
    public var input, inputStride: Int
    /// Where the first row of results goes, and the bytes from one to the next.
    public var output, outputStride: Int
    /// Rows.
    public var tokens: Int
    /// Words of a row of inputs.
    public var words: Int
    /// The first unit, and how many there are.
    public var firstUnit, units: Int
    /// Units whose products are added.
    public var stack: Int
    /// Number of the first read of the first row; a row has as many as an input has bits.
    public var event: Int
    /// What is given.
    public var form: Output
    /// Bytes of a row of results.
    public var outputBytes: Int

    /// An order with all of its fields.
    public init(
      input: Int, inputStride: Int, output: Int, outputStride: Int, tokens: Int, words: Int, firstUnit: Int, units: Int,
      stack: Int, event: Int, form: Output, outputBytes: Int
    ) {
      self.input = input
      self.inputStride = inputStride
      self.output = output
      self.outputStride = outputStride
      self.tokens = tokens
      self.words = words
      self.firstUnit = firstUnit
      self.units = units
      self.stack = stack
      self.event = event
      self.form = form
      self.outputBytes = outputBytes
    }
  }

  /// A block of queries and a block of keys and values, of one head.
  public struct Attention: Hashable, Sendable {
    /// Where the first rows are.
    public var query, key, value, output: Int
    /// Bytes from one row to the next: of queries, keys and values, and of results.
    public var stride, outputStride: Int
    /// Rows of queries and of keys.
    public var queries, keys: Int
    /// Words of a row.
    public var words: Int
    /// Where the sums wait.
    public var slot: Int
    /// Scores to exponents: multiplier and shift.
    public var scoreMultiplier, scoreShift: Int
    /// Contexts to codes: multiplier and shift.
    public var contextMultiplier, contextShift: Int
    /// Whether the queries have to be loaded.
    public var loadsQueries: Bool
    /// Whether the sums begin with this block, and whether they end with it.
    public var isFirst, isLast: Bool
    /// Whether query i sees keys 0 to i alone.
    public var isDiagonal: Bool

    /// An order with all of its fields.
    public init(
      query: Int, key: Int, value: Int, output: Int, stride: Int, outputStride: Int, queries: Int, keys: Int,
      words: Int, slot: Int, scoreMultiplier: Int, scoreShift: Int, contextMultiplier: Int, contextShift: Int,
      loadsQueries: Bool, isFirst: Bool, isLast: Bool, isDiagonal: Bool
    ) {
      self.query = query
      self.key = key
      self.value = value
      self.output = output
      self.stride = stride
      self.outputStride = outputStride
      self.queries = queries
      self.keys = keys
      self.words = words
      self.slot = slot
      self.scoreMultiplier = scoreMultiplier
      self.scoreShift = scoreShift
      self.contextMultiplier = contextMultiplier
      self.contextShift = contextShift
      self.loadsQueries = loadsQueries
      self.isFirst = isFirst
      self.isLast = isLast
      self.isDiagonal = isDiagonal
    }
  }

  /// Normalisation of sums of rows.
  public struct Normalization: Hashable, Sendable {
    /// Where the rows are, 16 bits a number.
    public var first, second: Int
    /// Where the results go: of 16 and of 8 bits.
    public var wide, narrow: Int
    /// Rows.
    public var tokens: Int
    /// Words of a row of 16 bits.
    public var words: Int
    /// Numbers of a row.
    public var features: Int
    /// Which γ and β.
    public var set: Int
    /// Fraction bits of γ with those of the normalised number.
    public var shift: Int
    /// Bits that the codes of 8 bits have less, 0 to 15, besides those of each number.
    public var narrowShift: Int
    /// What is added to the variance, times the square of the numbers of a row.
    public var small: UInt64
    /// Whether the results of 16 bits are the sums themselves.
    public var keepsSum: Bool

    /// An order with all of its fields.
    public init(
      first: Int, second: Int, wide: Int, narrow: Int, tokens: Int, words: Int, features: Int, set: Int, shift: Int,
      narrowShift: Int, small: UInt64, keepsSum: Bool
    ) {
      self.keepsSum = keepsSum
      (self.first, self.second, self.wide, self.narrow) = (first, second, wide, narrow)
      (self.tokens, self.words, self.features, self.set) = (tokens, words, features, set)
      (self.shift, self.narrowShift, self.small) = (shift, narrowShift, small)
    }
  }

  /// A command that programs a unit.
  public static func program(_ order: Program, engine: Int, waits: [Int: Int] = [:]) -> XFormerCommand {
    var command = XFormerCommand(.program, engine: engine, waits: waits)
    command.set(5, order.address)
    command.set(6, order.unit)
    command.set(6, order.group, at: 16)
    return command
  }

  /// A command that loads the scales and biases of `count` columns of units, from entry `first` on.
  public static func scales(
    at address: Int, first: Int, count: Int, engine: Int, waits: [Int: Int] = [:]
  ) -> XFormerCommand {
    var command = XFormerCommand(.scales, engine: engine, waits: waits)
    command.set(5, address)
    command.set(6, first)
    command.set(6, count, at: 16)
    return command
  }

  /// A command that loads the table of a function, 256 bytes.
  public static func table(at address: Int, engine: Int, waits: [Int: Int] = [:]) -> XFormerCommand {
    var command = XFormerCommand(.table, engine: engine, waits: waits)
    command.set(5, address)
    return command
  }

  /// A command that multiplies.
  public static func project(_ order: Projection, engine: Int, waits: [Int: Int] = [:]) -> XFormerCommand {
    var command = XFormerCommand(.project, engine: engine, waits: waits)
    command.set(5, order.input)
    command.set(6, order.inputStride)
    command.set(7, order.output)
    command.set(8, order.outputStride)
    command.set(9, order.tokens)
    command.set(9, order.words, at: 16)
    command.set(10, order.firstUnit)
    command.set(10, order.units, at: 16)
    command.set(11, order.event)
    command.set(12, order.stack)
    command.set(13, order.outputBytes)
    command.words[0] |= UInt32(order.form.rawValue) << 8
    return command
  }

  /// A command for an attention tile.
  public static func attend(_ order: Attention, engine: Int, waits: [Int: Int] = [:]) -> XFormerCommand {
    var command = XFormerCommand(.attend, engine: engine, waits: waits)
    for (place, value) in [order.query, order.key, order.value, order.output, order.stride].enumerated() {
      command.set(5 + place, value)
    }
    for (place, value) in [order.queries, order.keys, order.words, order.slot].enumerated() {
      command.set(10, value, at: 8 * place)
    }
    command.set(11, order.scoreMultiplier)
    command.set(11, order.scoreShift, at: 16)
    command.set(12, order.contextMultiplier)
    command.set(12, order.contextShift, at: 16)
    command.set(13, order.outputStride)
    command.set(flag: 8, order.loadsQueries)
    command.set(flag: 9, order.isFirst)
    command.set(flag: 10, order.isLast)
    command.set(flag: 11, order.isDiagonal)
    return command
  }

  /// A command that loads γ and β, 16 bits each, one behind the other; the lowest three bits of β are k of ``RowNumbers``.
  public static func coefficients(
    at address: Int, words: Int, set: Int, engine: Int, waits: [Int: Int] = [:]
  ) -> XFormerCommand {
    var command = XFormerCommand(.coefficients, engine: engine, waits: waits)
    command.set(5, address)
    command.set(6, set)
    command.set(6, words, at: 16)
    return command
  }

  /// A command that normalises.
  public static func normalize(_ order: Normalization, engine: Int, waits: [Int: Int] = [:]) -> XFormerCommand {
    var command = XFormerCommand(.normalize, engine: engine, waits: waits)
    for (place, value) in [order.first, order.second, order.wide, order.narrow].enumerated() {
      command.set(5 + place, value)
    }
    command.set(9, order.tokens)
    command.set(9, order.words, at: 16)
    command.set(10, order.set)
    command.set(10, order.shift, at: 8)
    command.set(10, order.narrowShift, at: 16)
    command.set(flag: 8, order.keepsSum)
    command.set(11, order.features)
    command.words[12] = UInt32(truncatingIfNeeded: order.small)
    command.words[13] = UInt32(truncatingIfNeeded: order.small >> 32)
    return command
  }

  /// The fields of a ``Kind/program``.
  public var programOrder: Program { Program(address: field(5), unit: field(6, 0, 16), group: field(6, 16, 16)) }

  /// Entries of ``Kind/scales``.
  public var scaleEntries: Range<Int> { field(6, 0, 16)..<field(6, 0, 16) + field(6, 16, 16) }

  /// Where the data of ``Kind/scales``, of a ``Kind/table`` or of ``Kind/coefficients`` stand.
  public var dataAddress: Int { field(5) }

  /// Set and words of ``Kind/coefficients``.
  public var coefficientPlace: (set: Int, words: Int) { (field(6, 0, 8), field(6, 16, 16)) }

  /// The fields of a ``Kind/project``.
  public var projection: Projection {
    Projection(
      input: field(5), inputStride: field(6), output: field(7), outputStride: field(8), tokens: field(9, 0, 16),
      words: field(9, 16, 16), firstUnit: field(10, 0, 16), units: field(10, 16, 16), stack: field(12, 0, 16),
      event: field(11), form: Output(rawValue: field(0, 8, 2)) ?? .narrow, outputBytes: field(13, 0, 16))
  }

  /// The fields of an ``Kind/attend``.
  public var attention: Attention {
    Attention(
      query: field(5), key: field(6), value: field(7), output: field(8), stride: field(9), outputStride: field(13),
      queries: field(10, 0, 8), keys: field(10, 8, 8), words: field(10, 16, 8), slot: field(10, 24, 8),
      scoreMultiplier: field(11, 0, 16),
      scoreShift: field(11, 16, 6), contextMultiplier: field(12, 0, 16), contextShift: field(12, 16, 6),
      loadsQueries: flag(8), isFirst: flag(9), isLast: flag(10), isDiagonal: flag(11))
  }

  /// The fields of a ``Kind/normalize``.
  public var normalization: Normalization {
    Normalization(
      first: field(5), second: field(6), wide: field(7), narrow: field(8), tokens: field(9, 0, 16),
      words: field(9, 16, 16), features: field(11, 0, 16), set: field(10, 0, 8), shift: field(10, 8, 6),
      narrowShift: field(10, 16, 4), small: UInt64(words[13]) << 32 | UInt64(words[12]), keepsSum: flag(8))
  }
}
