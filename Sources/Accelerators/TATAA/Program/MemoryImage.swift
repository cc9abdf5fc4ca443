/// The memory of a machine with named regions: what stands in it when a program starts.
public struct MemoryImage: Hashable, Sendable {
  /// A named part of the memory.
  public struct Region: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its bytes' addresses.
    public let range: Range<Int>
    /// The address of its first byte.
    public var address: Int { range.lowerBound }
  }

  /// The regions, in the order in which they were added.
  public private(set) var regions: [Region] = []
  /// The bytes, all of them.
  public private(set) var bytes: [UInt8]
  /// What the addresses of regions are multiples of, where nothing else is asked for.
  public let alignment: Int

  /// A memory of zeros.
  ///
  /// - Throws: ``MemoryImageError`` when the size is negative or needs addresses of more than 32 bits, or the alignment is no
  ///   power of two.
  public init(size: Int, alignment: Int = 32) throws(MemoryImageError) {
    guard (0...1 << 32).contains(size) else { throw .size(size) }
    guard alignment > 0, alignment & (alignment - 1) == 0 else { throw .alignment(alignment) }
    bytes = [UInt8](repeating: 0, count: size)
    self.alignment = alignment
  }

  /// Names some bytes: from an address, or from the first aligned one behind all regions.
  ///
  /// - Throws: ``MemoryImageError`` when the name is taken, the region overlaps another one or the end of the memory, or the
  ///   address is not aligned.
  @discardableResult
  public mutating func region(
    _ name: String, size: Int, at address: Int? = nil, alignment: Int? = nil
  ) throws(MemoryImageError) -> Region {
    let alignment = alignment ?? self.alignment
    guard alignment > 0, alignment & (alignment - 1) == 0 else { throw .alignment(alignment) }
    if let other = regions.first(where: { $0.name == name }) { throw .sameName(other) }
    let behind = regions.map(\.range.upperBound).max() ?? 0
    let start = address ?? (behind + alignment - 1) / alignment * alignment
    guard start >= 0, start % alignment == 0 else { throw .unaligned(name, start, alignment) }
    guard size >= 0, start <= bytes.count, size <= bytes.count - start else {
      throw .beyond(name, address: start, size: size, memory: bytes.count)
    }
    let range = start..<start + size
    if let other = regions.first(where: { $0.range.overlaps(range) }) { throw .overlap(name, range, other) }
    let region = Region(name: name, range: range)
    regions.append(region)
    return region
  }

  /// Names some bytes and fills them.
  ///
  /// - Throws: ``MemoryImageError`` as for a region without contents.
  @discardableResult
  public mutating func region(
    _ name: String, holding contents: [UInt8], at address: Int? = nil, alignment: Int? = nil
  ) throws(MemoryImageError) -> Region {
    let region = try region(name, size: contents.count, at: address, alignment: alignment)
    bytes.replaceSubrange(region.range, with: contents)
    return region
  }

  /// The region of a name.
  public subscript(name: String) -> Region? { regions.first { $0.name == name } }

  /// The addresses of the regions by their names, for an ``Assembler``.
  public var symbols: [String: Int] {
    Dictionary(uniqueKeysWithValues: regions.map { ($0.name, $0.address) })
  }
}

/// Why a memory cannot be laid out.
public enum MemoryImageError: Error, Hashable, CustomStringConvertible {
  /// The memory is too large, or less than nothing.
  case size(Int)
  /// An alignment is no power of two.
  case alignment(Int)
  /// A name is taken.
  case sameName(MemoryImage.Region)
  /// An address is no multiple of the alignment.
  case unaligned(String, Int, Int)
  /// A region does not fit the memory.
  case beyond(String, address: Int, size: Int, memory: Int)
  /// A region overlaps another one.
  case overlap(String, Range<Int>, MemoryImage.Region)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .size(let size): "a memory of \(size) bytes: give 0 to 2^32"
    case .alignment(let value): "the alignment is \(value): give a power of two"
    case .sameName(let region):
      "the name \"\(region.name)\" is that of the bytes \(Self.text(region.range)): take another one"
    case .unaligned(let name, let address, let alignment):
      "region \"\(name)\" at \(address) is not aligned: give a multiple of \(alignment)"
    case .beyond(let name, let address, let size, let memory):
      "region \"\(name)\" of \(size) bytes at \(address) does not fit a memory of \(memory) bytes: make the memory larger"
    case .overlap(let name, let range, let other):
      "region \"\(name)\", bytes \(Self.text(range)), overlaps \"\(other.name)\", bytes \(Self.text(other.range)): move one "
        + "of them"
    }
  }

  private static func text(_ range: Range<Int>) -> String { "\(range.lowerBound) to \(range.upperBound - 1)" }
}
