import HDL

/// A read or a write of one word of 32 bits.
public struct AccessRequest: SignalBundle {
  /// 1 to write, 0 to read.
  public let isWrite: Bit
  /// Address in bytes; the low two bits have no effect.
  public let address: UInt
  /// The word to be written.
  public let data: Bits
  /// Bit i is 1 to write byte i.
  public let strobe: Bits

  /// A request with addresses of `addressWidth` bits.
  public init(addressWidth: Int) {
    isWrite = .shape
    address = .shape(addressWidth)
    data = .shape(32)
    strobe = .shape(4)
  }

  /// The fields, each of which may be a literal.
  public init(isWrite: Bit, address: UInt, data: Bits, strobe: Bits) {
    (self.isWrite, self.address, self.data, self.strobe) = (isWrite, address, data, strobe)
  }
}

/// What came of an ``AccessRequest``.
public struct AccessResponse: SignalBundle {
  /// The word that was read; 0 after a write or an error.
  public let data: Bits
  /// 1 when there is no such register, or a byte of one that cannot be written was to be.
  public let isError: Bit

  /// A response.
  public init() {
    data = .shape(32)
    isError = .shape
  }

  /// The fields, each of which may be a literal.
  public init(data: Bits, isError: Bit) { (self.data, self.isError) = (data, isError) }
}
