import HDL
import TATAA

/// Rows of bytes of equal length, equally far apart in memory.
public struct RowCommand: SignalBundle {
  /// Address of the first byte of the first row.
  public let address: UInt
  /// Rows less one.
  public let lastRow: UInt
  /// Bytes of a row less one.
  public let lastByte: UInt
  /// From the first byte of a row to that of the next one, wrapping.
  public let stride: UInt

  /// A command of a port.
  public init(_ port: MemoryBus) {
    address = .shape(port.addressWidth)
    (lastRow, lastByte) = (.shape(10), .shape(port.rowWidth))
    stride = .shape(port.addressWidth)
  }

  /// The fields, each of which may be a literal.
  public init(address: UInt, lastRow: UInt, lastByte: UInt, stride: UInt) {
    (self.address, self.lastRow, self.lastByte, self.stride) = (address, lastRow, lastByte, stride)
  }
}

/// A row as it stands in memory, its first byte in the low bits.
public struct MemoryRow: SignalBundle {
  /// Its bytes; those behind its end are not defined.
  public let bytes: Bits
  /// 1 when the memory reported an error for a word of it.
  public let isError: Bit

  /// A row of a port.
  public init(_ port: MemoryBus) { (bytes, isError) = (.shape(8 * port.rowBytes), .shape) }

  /// The fields, each of which may be a literal.
  public init(bytes: Bits, isError: Bit) { (self.bytes, self.isError) = (bytes, isError) }
}

/// The sizes of the way to memory.
public struct MemoryBus: Hashable, Sendable, DefaultInitializable {
  /// Bits of an address.
  public var addressWidth: Int
  /// Bytes of a word of the bus, a power of two of at least 4.
  public var wordBytes: Int
  /// Bytes of the longest row, a multiple of a word's.
  public var rowBytes: Int
  /// Bursts under way at most.
  public var outstanding: Int

  /// Sizes; without arguments those of the tiny configuration.
  public init(addressWidth: Int = 44, wordBytes: Int = 8, rowBytes: Int = 16, outstanding: Int = 16) {
    self.addressWidth = addressWidth
    self.wordBytes = wordBytes
    self.rowBytes = rowBytes
    self.outstanding = outstanding
  }

  /// The usual sizes.
  public init() { self.init(addressWidth: 44) }

  /// The way to memory of a core: its longest row is a vector of bfloat16, or a row or column of sums of 32 bits.
  public init(_ configuration: Configuration) {
    let longest = max(2 * configuration.vectorLanes, 4 * configuration.tileRows, 4 * configuration.tileColumns)
    let word = max(1, configuration.busWidth / 8)
    self.init(wordBytes: word, rowBytes: (longest + word - 1) / word * word)
  }

  /// Bits of the number of a byte in a word.
  var laneWidth: Int { wordBytes.trailingZeroBitCount }
  /// Bits of the number of a byte in a row.
  var rowWidth: Int { bits(for: rowBytes - 1) }
  /// Words of the longest row that begins with a word.
  var slots: Int { rowBytes / wordBytes }

  func validate(_ parameters: inout ParameterCheck) {
    parameters.require("addressWidth", addressWidth, in: 33...64)
    parameters.require("wordBytes", wordBytes, in: 4...128)
    parameters.require(
      wordBytes.nonzeroBitCount == 1, "parameter 'wordBytes' is \(wordBytes)", fix: "use a power of two")
    parameters.require("rowBytes", rowBytes, in: max(1, wordBytes)...1024)
    parameters.require(
      rowBytes % max(1, wordBytes) == 0, "parameter 'rowBytes' is \(rowBytes)", fix: "use a multiple of \(wordBytes)")
    parameters.require("outstanding", outstanding, in: 1...64)
  }
}
