import HDL

/// A read or a write of one word of 32 bits.
public struct AccessRequest: SignalBundle {
  /// 1 to write, 0 to read.
  public let isWrite: Field<Bit>
  /// Address in bytes; the low two bits have no effect.
  public let address: Field<UInt>
  /// The word to be written.
  public let data: Field<Bits>
  /// Bit i is 1 to write byte i.
  public let strobe: Field<Bits>

  /// A request with addresses of `addressWidth` bits.
  public init(addressWidth: Int) {
    isWrite = .init()
    address = .init(addressWidth)
    data = .init(32)
    strobe = .init(4)
  }
}

/// What came of an ``AccessRequest``.
public struct AccessResponse: SignalBundle {
  /// The word that was read; 0 after a write or an error.
  public let data: Field<Bits>
  /// 1 when there is no such register, or a byte of one that cannot be written was to be.
  public let isError: Field<Bit>

  /// A response.
  public init() {
    data = .init(32)
    isError = .init()
  }
}
