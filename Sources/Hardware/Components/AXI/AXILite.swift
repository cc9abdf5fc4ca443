import HDL

/// The five channels of AXI4-Lite, from the side of the manager; ``Flipped`` is that of the subordinate.
///
/// The pins have the names of the standard: `axi_awaddr`, `axi_awprot`, `axi_awvalid`, …
public struct AXILite: PortGroup {
  /// `axi_awvalid`, as the standard has it.
  public static let naming = PortNaming.joined

  public let aw: StreamOutput<AXILiteAddress>
  public let w: StreamOutput<AXILiteWord>
  public let b: StreamInput<AXILiteResponse>
  public let ar: StreamOutput<AXILiteAddress>
  public let r: StreamInput<AXILiteReadWord>

  /// Channels with addresses of `addressWidth` bits and words of `dataWidth` bits, 32 or 64.
  public init(addressWidth: Int, dataWidth: Int = 32) {
    aw = .init(AXILiteAddress(addressWidth: addressWidth), "Address of a write, in bytes")
    w = .init(AXILiteWord(dataWidth: dataWidth), "Word to be written, and which bytes of it count")
    b = .init(AXILiteResponse(), "End of a write: 0 or 1 when all is well, 2 (SLVERR) or 3 (DECERR) otherwise")
    ar = .init(AXILiteAddress(addressWidth: addressWidth), "Address of a read, in bytes")
    r = .init(AXILiteReadWord(dataWidth: dataWidth), "Word that was read, with a response as that of a write")
  }
}

/// What stands on `aw` and `ar` of AXI4-Lite.
public struct AXILiteAddress: SignalBundle {
  /// Address in bytes.
  public let addr: UInt
  /// Privileged (bit 0), non-secure (bit 1), instruction (bit 2).
  public let prot: Bits

  /// An address of `addressWidth` bits.
  public init(addressWidth: Int) { (addr, prot) = (.shape(addressWidth), .shape(3)) }

  public init(addr: UInt, prot: Bits) { (self.addr, self.prot) = (addr, prot) }
}

/// What stands on `w` of AXI4-Lite.
public struct AXILiteWord: SignalBundle {
  /// The word.
  public let data: Bits
  /// Bit i is 1 when byte i is to be written.
  public let strb: Bits

  /// A word of `dataWidth` bits.
  public init(dataWidth: Int) { (data, strb) = (.shape(dataWidth), .shape(dataWidth / 8)) }

  public init(data: Bits, strb: Bits) { (self.data, self.strb) = (data, strb) }
}

/// What stands on `b` of AXI4-Lite.
public struct AXILiteResponse: SignalBundle {
  /// 0 (OKAY) or 1 when all is well, 2 (SLVERR) or 3 (DECERR) otherwise.
  public let resp: Bits

  /// A response.
  public init() { resp = .shape(2) }

  public init(resp: Bits) { self.resp = resp }
}

/// What stands on `r` of AXI4-Lite.
public struct AXILiteReadWord: SignalBundle {
  /// The word.
  public let data: Bits
  /// As ``AXILiteResponse/resp``.
  public let resp: Bits

  /// A word of `dataWidth` bits.
  public init(dataWidth: Int) { (data, resp) = (.shape(dataWidth), .shape(2)) }

  public init(data: Bits, resp: Bits) { (self.data, self.resp) = (data, resp) }
}
