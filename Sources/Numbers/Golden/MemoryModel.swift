/// Words of up to 64 bits with lanes that are written apart, clock by clock. Bits that were never written are not known.
public struct MemoryModel: Sendable {
  /// What a read gives of a word that is written at the same edge.
  public enum Collision: Hashable, Sendable {
    /// The word before the edge.
    case oldData
    /// The word after the edge.
    case newData
    /// The last word, whatever is written.
    case noChange
  }

  /// Bits, of which some are known.
  public struct Word: Hashable, Sendable {
    /// The bits; zeros where they are not known.
    public var bits: UInt64
    /// 1 for each bit that is known.
    public var known: UInt64

    /// A word of which the bits of `known` are known.
    public init(bits: UInt64, known: UInt64) {
      self.bits = bits
      self.known = known
    }

    /// Nothing is known.
    public static let unknown = Word(bits: 0, known: 0)

    /// The word with the bits of `mask` replaced.
    func replacing(_ mask: UInt64, by data: UInt64) -> Word {
      Word(bits: bits & ~mask | data & mask, known: known | mask)
    }
  }

  /// A write of some bits of a word.
  public struct Write: Hashable, Sendable {
    /// Which word.
    public var address: Int
    /// The new bits.
    public var data: UInt64
    /// 1 for each bit that is written; 0 for no write at all.
    public var mask: UInt64

    /// A write of the bits of `mask`.
    public init(address: Int, data: UInt64, mask: UInt64) {
      self.address = address
      self.data = data
      self.mask = mask
    }
  }

  private let laneWidth: Int
  private var words: [Word]

  /// Words of `width` bits in `lanes` equal lanes, of which nothing is known.
  public init(width: Int, depth: Int, lanes: Int) {
    laneWidth = width / lanes
    words = Array(repeating: .unknown, count: depth)
  }

  /// The bits of the lanes that are marked, lane 0 in bit 0.
  public func bits(ofLanes lanes: UInt64) -> UInt64 {
    let lane = UInt64.max >> UInt64(64 - laneWidth)
    return (0..<64 / laneWidth).reduce(0) { lanes >> UInt64($1) & 1 == 1 ? $0 | lane << UInt64($1 * laneWidth) : $0 }
  }

  /// The writes that take effect at one edge: of two to one bit the later one.
  public func effective(_ writes: [Write]) -> [Write] {
    writes.indices.map { index in
      var write = writes[index]
      for later in writes[(index + 1)...] where later.address == write.address { write.mask &= ~later.mask }
      return write
    }
  }

  /// What a read gives after an edge.
  ///
  /// - Parameters:
  ///   - address: Which word is read.
  ///   - last: What it gave before.
  ///   - writes: Those of the same edge that take effect, each with what it means for this read.
  public func read(_ address: Int, after last: Word, during writes: [(Write, Collision)]) -> Word {
    if writes.contains(where: { $0.1 == .noChange && $0.0.mask != 0 }) { return last }
    return writes.reduce(words[address]) { word, write in
      guard write.1 == .newData, write.0.address == address else { return word }
      return word.replacing(write.0.mask, by: write.0.data)
    }
  }

  /// Stores what is written at an edge.
  public mutating func store(_ writes: [Write]) {
    for write in writes where write.mask != 0 {
      words[write.address] = words[write.address].replacing(write.mask, by: write.data)
    }
  }
}
