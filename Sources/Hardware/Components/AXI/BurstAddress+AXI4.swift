import HDL

extension BurstAddress {
  /// The burst as it stands on `aw` and `ar` of AXI4: normal memory that is not cached.
  ///
  /// - Parameters:
  ///   - wordBytes: Bytes of a word of the bus, a power of two.
  ///   - id: Its identifier; nil on a bus without.
  public func onBus(wordBytes: Int, id: Bits? = nil) -> AXI4Address {
    AXI4Address(
      id: id, addr: address, len: length, size: UInt(wordBytes.trailingZeroBitCount),
      burst: AXI4Burst.increment.code, cache: Bits(AXIBurstMaster.cache))
  }
}

extension Interior<AXI4> {
  /// Drives the channels of writes of a bus without identifiers that is only read: nothing is ever written.
  public func writesNothing() {
    self.aw.valid <== 0
    self.aw.payload <== AXI4Address(id: nil, addr: 0, len: 0, size: 0, burst: AXI4Burst.increment.code)
    self.w.valid <== 0
    self.w.payload <== AXI4Word(data: 0, strb: 0, last: 0)
    self.b.ready <== 1
  }
}
