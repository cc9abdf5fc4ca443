import HDL

/// A read or a write of one word.
public struct AccessRequest: SignalBundle {
  /// 1 to write, 0 to read.
  public let isWrite: Bit
  /// Address in bytes; the bits within a word have no effect.
  public let address: UInt
  /// The word to be written.
  public let data: Bits
  /// Bit i is 1 to write byte i.
  public let strobe: Bits

  /// A request with addresses of `addressWidth` bits and words of `dataWidth` bits.
  public init(addressWidth: Int, dataWidth: Int = 32) {
    isWrite = .shape
    address = .shape(addressWidth)
    data = .shape(dataWidth)
    strobe = .shape(dataWidth / 8)
  }

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

  /// A response with a word of `dataWidth` bits.
  public init(dataWidth: Int = 32) {
    data = .shape(dataWidth)
    isError = .shape
  }

  public init(data: Bits, isError: Bit) { (self.data, self.isError) = (data, isError) }
}
