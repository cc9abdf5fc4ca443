/// A command of the generated machine: 64 bytes, sixteen words of 32 bits.
///
/// Commands are issued in order; loads go on while a product computes from the other bank. Addresses are in bytes; rows
/// begin with a word of the bus, and a number takes 32 bits of memory.
public struct MachineCommand: Hashable, Sendable {
  /// What is done.
  public enum Kind: Int, Hashable, Sendable, CaseIterable {
    /// The program is over.
    case end
    /// Operands are loaded into a buffer, a table, or the units for rows.
    case load
    /// A product of what is in the buffers.
    case product
    /// Softmax of rows, which the next load brings.
    case softmax
    /// Layer normalisation of rows, which the next load brings.
    case normalize
    /// A loop of thresholds gets an entry of its table, a share of zeros, or a threshold.
    case threshold
  }

  /// Where a load goes.
  public enum Target: Int, Hashable, Sendable, CaseIterable {
    /// The activation buffer.
    case activations
    /// The weight buffer, one row for each lane in turn.
    case weights
    /// The table of biases and γ.
    case bias
    /// The table of β.
    case shift
    /// Softmax or normalisation.
    case rows
  }

  /// The sixteen words.
  public private(set) var words = [UInt32](repeating: 0, count: 16)

  init(_ kind: Kind, waits: Bool = false) { words[0] = UInt32(kind.rawValue) | (waits ? 16 : 0) }

  /// What it does.
  public var kind: Kind { Kind(rawValue: Int(words[0] & 15)) ?? .end }

  /// A copy that waits until everything before it is done, with all stores acknowledged.
  public func waiting() -> MachineCommand {
    var result = self
    result.words[0] |= 16
    return result
  }

  private mutating func set(_ word: Int, _ value: Int, at place: Int = 0) {
    words[word] |= UInt32(truncatingIfNeeded: value) << UInt32(place)
  }
  private mutating func set(flag place: Int, _ value: Bool) { if value { words[0] |= 1 << UInt32(place) } }

  private mutating func set(loop: Int?) {
    guard let loop else { return }
    set(flag: 16, true)
    set(0, loop, at: 17)
  }

  /// The end.
  public static let end = MachineCommand(.end, waits: true)

  /// Rows that lie in runs of consecutive bytes.
  public struct Runs: Hashable, Sendable {
    /// Where the first one begins.
    public var address: Int
    /// How many there are.
    public var count: Int
    /// Bytes of each.
    public var bytes: Int
    /// Bytes from one to the next.
    public var stride: Int

    /// Describes runs.
    public init(address: Int, count: Int, bytes: Int, stride: Int) {
      (self.address, self.count, self.bytes, self.stride) = (address, count, bytes, stride)
    }
  }

  /// A load.
  ///
  /// - Parameters:
  ///   - runs: What is read.
  ///   - rowWords: Words of the bus in a row; a run holds whole rows.
  ///   - target: Where it goes.
  ///   - bank: The bank of a buffer.
  ///   - second: Where runs begin each of which follows one of `runs`; nil for none.
  ///   - isDense: Whether zeros are kept.
  ///   - limit: Codes that are not above it in magnitude are pruned; 0 for none.
  public static func load(
    _ runs: Runs, rowWords: Int, to target: Target, bank: Int = 0, second: Int? = nil, isDense: Bool = false,
    limit: UInt32 = 0
  ) -> MachineCommand {
    var command = MachineCommand(.load)
    command.set(0, target.rawValue, at: 8)
    command.set(flag: 11, bank == 1)
    command.set(flag: 12, second != nil)
    command.set(flag: 13, isDense)
    command.set(1, runs.address)
    command.set(2, second ?? 0)
    command.set(3, runs.count - 1)
    command.set(4, runs.bytes - 1)
    command.set(5, runs.stride)
    command.set(6, rowWords - 1)
    command.words[8] = limit
    return command
  }

  /// A product and what becomes of its sums.
  public struct Product: Hashable, Sendable {
    /// Tiles along the loops.
    public var tiles: TileCounts
    /// Rows and columns of each item of the batch.
    public var rows, columns: Int
    /// The order of the loops.
    public var order = LoopOrder.bijk
    /// Banks of the operands.
    public var leftBank = 0, rightBank = 0
    /// Whether the sums go on from those before; whether they are complete and stored.
    public var accumulates = false, stores = true
    /// Where the results go, and their distances in bytes.
    public var address: Int, batchStride: Int, rowStride: Int
    /// Whether there is a bias, and whether it belongs to rows.
    public var hasBias = false, biasPerRow = false
    /// The word of the table that has the first bias.
    public var biasBase = 0
    /// Sums that are not above it in magnitude are zero; 0 for none.
    public var sumLimit: UInt64 = 0
    /// What sums are multiplied with, in steps of 2^−24.
    public var factor = 1 << 24
    /// Codes that are not above it are zero, before and behind the function.
    public var codeLimit: UInt32 = 0, resultLimit: UInt32 = 0
    /// 0 for none, 1 for ReLU, 2 for the quadratic sigmoid.
    public var function = 0
    /// The loop of which the threshold takes the place of `resultLimit`, and which sees the results; nil for none.
    public var loop: Int?

    /// A product without bias, pruning and function.
    public init(tiles: TileCounts, rows: Int, columns: Int, address: Int, batchStride: Int, rowStride: Int) {
      (self.tiles, self.rows, self.columns) = (tiles, rows, columns)
      (self.address, self.batchStride, self.rowStride) = (address, batchStride, rowStride)
    }
  }

  /// A product.
  public static func product(_ product: Product) -> MachineCommand {
    var command = MachineCommand(.product)
    command.set(flag: 8, product.leftBank == 1)
    command.set(flag: 9, product.rightBank == 1)
    command.set(flag: 10, product.hasBias)
    command.set(flag: 11, product.biasPerRow)
    command.set(flag: 12, product.accumulates)
    command.set(flag: 13, product.stores)
    command.set(0, product.function, at: 14)
    command.set(1, product.address)
    command.set(2, product.batchStride)
    command.set(3, product.rowStride)
    command.set(4, product.rows)
    command.set(4, product.columns, at: 16)
    command.set(5, product.tiles.batch)
    command.set(5, product.tiles.rows, at: 16)
    command.set(6, product.tiles.columns)
    command.set(6, product.tiles.inner, at: 16)
    command.set(7, product.order.code)
    command.words[8] = UInt32(truncatingIfNeeded: product.sumLimit)
    command.words[9] = UInt32(truncatingIfNeeded: product.sumLimit >> 32)
    command.set(10, product.factor)
    command.words[11] = product.codeLimit
    command.words[12] = product.resultLimit
    command.set(13, product.biasBase)
    command.set(loop: product.loop)
    return command
  }

  /// Softmax of rows.
  ///
  /// - Parameter length: Numbers of a row that are seen.
  public static func softmax(
    rows: Int, rowWords: Int, length: Int, to address: Int, limit: UInt32, loop: Int? = nil
  ) -> MachineCommand {
    var command = MachineCommand(.softmax)
    command.set(1, address)
    command.set(2, rows - 1)
    command.set(3, rowWords - 1)
    command.set(4, length)
    command.words[12] = limit
    command.set(loop: loop)
    return command
  }

  /// Layer normalisation of rows, or of sums of two rows.
  ///
  /// - Parameters:
  ///   - length: Numbers of a row.
  ///   - isSum: Whether each row is followed by one that is added to it.
  ///   - small: rne(N² · ε · 2^(2 FL)).
  public static func normalize(
    rows: Int, rowWords: Int, length: Int, isSum: Bool, small: Int64, to address: Int, limit: UInt32,
    loop: Int? = nil
  ) -> MachineCommand {
    var command = MachineCommand(.normalize)
    command.set(flag: 8, isSum)
    command.set(1, address)
    command.set(2, rows - 1)
    command.set(3, rowWords - 1)
    command.set(4, length)
    command.words[5] = UInt32(truncatingIfNeeded: small)
    command.words[6] = UInt32(truncatingIfNeeded: small >> 32)
    command.words[12] = limit
    command.set(loop: loop)
    return command
  }

  /// What a loop of thresholds is told.
  public enum Loop: Hashable, Sendable {
    /// An entry of its table.
    case entry(index: Int, share: UInt64, threshold: UInt64)
    /// The share of zeros that is wanted, the gain 2^(2 − g), and whether it stays as far beside its table as before.
    case share(UInt64, gainShift: Int, keeps: Bool)
    /// A threshold that it uses from now on.
    case fixed(UInt64)
  }

  /// Tells a loop something.
  public static func threshold(_ loop: Int, _ what: Loop) -> MachineCommand {
    var command = MachineCommand(.threshold)
    command.set(0, loop, at: 17)
    switch what {
    case .entry(let index, let share, let threshold):
      command.set(1, index)
      command.set(2, Int(share))
      command.set(3, Int(threshold))
    case .share(let share, let gainShift, let keeps):
      command.set(0, 1, at: 8)
      command.set(flag: 10, keeps)
      command.set(0, gainShift, at: 11)
      command.set(2, Int(share))
    case .fixed(let threshold):
      command.set(0, 2, at: 8)
      command.set(3, Int(threshold))
    }
    return command
  }
}
