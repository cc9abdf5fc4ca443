import HDL

/// The five channels of AXI4, from the side of the manager; ``Flipped`` is that of the subordinate.
///
/// The pins have the names of the standard: `axi_awid`, `axi_awaddr`, `axi_awlen`, … Those of regions and of the user are
/// left out, which AXI4 lets both sides do.
public struct AXI4: PortGroup {
  /// `axi_awvalid`, as the standard has it.
  public static let naming = PortNaming.joined

  public let aw: StreamOutput<AXI4Address>
  public let w: StreamOutput<AXI4Word>
  public let b: StreamInput<AXI4Response>
  public let ar: StreamOutput<AXI4Address>
  public let r: StreamInput<AXI4ReadWord>

  /// Channels of a bus.
  ///
  /// - Parameters:
  ///   - addressWidth: Bits of an address.
  ///   - dataWidth: Bits of a word: 8, 16, … 1024.
  ///   - idWidth: Bits of an identifier; with none the pins are not there.
  public init(addressWidth: Int, dataWidth: Int, idWidth: Int) {
    aw = .init(AXI4Address(addressWidth: addressWidth, idWidth: idWidth), "Address of a burst to be written")
    w = .init(AXI4Word(dataWidth: dataWidth), "Word to be written, and which bytes of it count")
    b = .init(AXI4Response(idWidth: idWidth), "End of a burst: 0 or 1 when all is well, 2 or 3 otherwise")
    ar = .init(AXI4Address(addressWidth: addressWidth, idWidth: idWidth), "Address of a burst to be read")
    r = .init(AXI4ReadWord(dataWidth: dataWidth, idWidth: idWidth), "Word that was read, with a response")
  }
}

/// What stands on `aw` and `ar` of AXI4: a burst of `len` + 1 words of 2^`size` bytes, none across a boundary of 4 KiB.
public struct AXI4Address: SignalBundle {
  /// Identifier; bursts of one are answered in order.
  public let id: Bits?
  /// Address of the first word.
  public let addr: UInt
  /// Words of the burst less one: at most 15 unless the addresses rise; 1, 3, 7 or 15 when they wrap.
  public let len: UInt
  /// Logarithm of the bytes of a word, at most those of the bus.
  public let size: UInt
  /// Where the words stand: an ``AXI4Burst``.
  public let burst: Bits
  /// 1 for an exclusive access.
  public let lock: Bit
  /// Bufferable (bit 0), modifiable (bit 1), allocate on reads and on writes (bits 2 and 3).
  public let cache: Bits
  /// Privileged (bit 0), non-secure (bit 1), instruction (bit 2).
  public let prot: Bits
  /// Priority; 0 for none.
  public let qos: Bits

  /// An address of `addressWidth` bits.
  public init(addressWidth: Int, idWidth: Int) {
    id = idWidth == 0 ? nil : .shape(idWidth)
    (addr, len, size, burst, lock) = (.shape(addressWidth), .shape(8), .shape(3), .shape(2), .shape)
    (cache, prot, qos) = (.shape(4), .shape(3), .shape(4))
  }

  public init(
    id: Bits?, addr: UInt, len: UInt, size: UInt, burst: Bits, lock: Bit = 0, cache: Bits = 0, prot: Bits = 0,
    qos: Bits = 0
  ) {
    (self.id, self.addr, self.len, self.size, self.burst) = (id, addr, len, size, burst)
    (self.lock, self.cache, self.prot, self.qos) = (lock, cache, prot, qos)
  }
}

/// Where the words of a burst stand.
public enum AXI4Burst: Int, Hashable, Sendable, CaseIterable {
  /// All at one address (FIXED): at most 16 words.
  case fixed = 0
  /// One behind the other (INCR): at most 256 words.
  case increment = 1
  /// One behind the other, around in a block as long as the burst (WRAP): 2, 4, 8 or 16 words, from a whole word on.
  case wrap = 2

  /// What stands on the bus.
  public var code: Bits { Bits(rawValue) }
}

/// What stands on `w` of AXI4.
public struct AXI4Word: SignalBundle {
  /// The word.
  public let data: Bits
  /// Bit i is 1 when byte i is to be written.
  public let strb: Bits
  /// 1 for the last word of its burst.
  public let last: Bit

  /// A word of `dataWidth` bits.
  public init(dataWidth: Int) { (data, strb, last) = (.shape(dataWidth), .shape(dataWidth / 8), .shape) }

  public init(data: Bits, strb: Bits, last: Bit) { (self.data, self.strb, self.last) = (data, strb, last) }
}

/// What stands on `b` of AXI4.
public struct AXI4Response: SignalBundle {
  /// Identifier of the burst that has ended.
  public let id: Bits?
  /// 0 or 1 when all is well, 2 (SLVERR) or 3 (DECERR) otherwise.
  public let resp: Bits

  /// A response with an identifier of `idWidth` bits.
  public init(idWidth: Int) { (id, resp) = (idWidth == 0 ? nil : .shape(idWidth), .shape(2)) }

  public init(id: Bits?, resp: Bits) { (self.id, self.resp) = (id, resp) }
}

/// What stands on `r` of AXI4.
public struct AXI4ReadWord: SignalBundle {
  /// Identifier of the burst that the word belongs to.
  public let id: Bits?
  /// The word.
  public let data: Bits
  /// As ``AXI4Response/resp``.
  public let resp: Bits
  /// 1 for the last word of its burst.
  public let last: Bit

  /// A word of `dataWidth` bits with an identifier of `idWidth` bits.
  public init(dataWidth: Int, idWidth: Int) {
    id = idWidth == 0 ? nil : .shape(idWidth)
    (data, resp, last) = (.shape(dataWidth), .shape(2), .shape)
  }

  public init(id: Bits?, data: Bits, resp: Bits, last: Bit) {
    (self.id, self.data, self.resp, self.last) = (id, data, resp, last)
  }
}
