import Netlist

/// The storage of one port inside a running engine: a typed view on raw memory, without copies.
///
/// Layout, the same for every engine (little endian): 1 byte for widths up to 8, 2 up to 16, 4 up to 32, 8 up to 64, and
/// above that ⌈width / 32⌉ words of 32 bits, least significant word first. Bits above the width are zero; a store keeps
/// that promise.
///
/// A pin stays valid as long as its engine is alive.
public struct Pin {
  /// Start of the storage.
  public let storage: UnsafeMutableRawPointer
  /// Width of the port in bits.
  public let width: Int
  /// True when the port holds a two's complement number.
  public let isSigned: Bool

  /// Wraps the storage of a port of `width` bits.
  @inlinable
  public init(storage: UnsafeMutableRawPointer, width: Int, isSigned: Bool) {
    self.storage = storage
    self.width = width
    self.isSigned = isSigned
  }

  /// Bytes of storage that a port of `width` bits takes.
  @inlinable
  public static func byteCount(width: Int) -> Int {
    switch width {
    case ...8: 1
    case ...16: 2
    case ...32: 4
    case ...64: 8
    default: (width + 31) / 32 * 4
    }
  }

  /// Number of 32-bit words that hold the value.
  @inlinable
  public var wordCount: Int { (width + 31) / 32 }

  /// The value as an unsigned number: the low 64 bits of a wider port.
  @inlinable
  public var unsigned: UInt64 {
    get {
      switch width {
      case ...8: UInt64(storage.load(as: UInt8.self))
      case ...16: UInt64(storage.load(as: UInt16.self))
      case ...32: UInt64(storage.load(as: UInt32.self))
      case ...64: storage.load(as: UInt64.self)
      default:
        UInt64(storage.load(as: UInt32.self)) | UInt64(storage.load(fromByteOffset: 4, as: UInt32.self)) << 32
      }
    }
    nonmutating set {
      let masked = width < 64 ? newValue & ((1 << UInt64(width)) - 1) : newValue
      switch width {
      case ...8: storage.storeBytes(of: UInt8(truncatingIfNeeded: masked), as: UInt8.self)
      case ...16: storage.storeBytes(of: UInt16(truncatingIfNeeded: masked), as: UInt16.self)
      case ...32: storage.storeBytes(of: UInt32(truncatingIfNeeded: masked), as: UInt32.self)
      case ...64: storage.storeBytes(of: masked, as: UInt64.self)
      default:
        self[word: 0] = UInt32(truncatingIfNeeded: masked)
        self[word: 1] = UInt32(truncatingIfNeeded: masked >> 32)
        for index in 2..<wordCount { self[word: index] = 0 }
      }
    }
  }

  /// The value as a two's complement number of the port's width (at most 64 bits).
  ///
  /// A store keeps the low `width` bits and sign-extends into the words above 64 bits.
  @inlinable
  public var signed: Int64 {
    get {
      let raw = unsigned
      guard width < 64 else { return Int64(bitPattern: raw) }
      let shift = UInt64(64 - width)
      return Int64(bitPattern: raw << shift) >> Int64(shift)
    }
    nonmutating set {
      unsigned = UInt64(bitPattern: newValue)
      if width > 64 {
        let fill: UInt32 = newValue < 0 ? .max : 0
        for index in 2..<wordCount { self[word: index] = fill }
      }
    }
  }

  /// One 32-bit word of the value, word 0 being the least significant; works for every width.
  @inlinable
  public subscript(word index: Int) -> UInt32 {
    get {
      if width > 64 { return storage.load(fromByteOffset: 4 * index, as: UInt32.self) }
      return UInt32(truncatingIfNeeded: unsigned >> UInt64(32 * index))
    }
    nonmutating set {
      guard width > 64 else {
        let shift = UInt64(32 * index)
        unsigned = unsigned & ~(0xFFFF_FFFF << shift) | UInt64(newValue) << shift
        return
      }
      let used = width - 32 * index
      let masked = used < 32 ? newValue & ((1 << UInt32(used)) - 1) : newValue
      storage.storeBytes(of: masked, toByteOffset: 4 * index, as: UInt32.self)
    }
  }
}
