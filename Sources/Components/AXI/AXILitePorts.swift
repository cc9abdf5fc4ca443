import HDL

/// The five channels of AXI4-Lite with 32 data bits, from the side of the subordinate; `awprot` and `arprot` are left
/// out, for nothing here looks at them.
public struct AXILiteSubordinatePorts: PortGroup {
  /// Address of a write, in bytes.
  public let awaddr: Input<UInt>
  /// Address of a write is offered.
  public let awvalid: Input<Bit>
  /// It is taken.
  public let awready: Output<Bit>
  /// Word to be written.
  public let wdata: Input<Bits>
  /// Bytes of it that count.
  public let wstrb: Input<Bits>
  /// Word is offered.
  public let wvalid: Input<Bit>
  /// It is taken.
  public let wready: Output<Bit>
  /// 0 when all is well, 2 (SLVERR) otherwise.
  public let bresp: Output<Bits>
  /// End of a write is offered.
  public let bvalid: Output<Bit>
  /// It is taken.
  public let bready: Input<Bit>
  /// Address of a read, in bytes.
  public let araddr: Input<UInt>
  /// Address of a read is offered.
  public let arvalid: Input<Bit>
  /// It is taken.
  public let arready: Output<Bit>
  /// Word that was read.
  public let rdata: Output<Bits>
  /// 0 when all is well, 2 (SLVERR) otherwise.
  public let rresp: Output<Bits>
  /// Word that was read is offered.
  public let rvalid: Output<Bit>
  /// It is taken.
  public let rready: Input<Bit>

  /// Channels with addresses of `addressWidth` bits.
  public init(addressWidth: Int) {
    awaddr = .init(addressWidth)
    awvalid = .init()
    awready = .init()
    wdata = .init(32)
    wstrb = .init(4)
    wvalid = .init()
    wready = .init()
    bresp = .init(2)
    bvalid = .init()
    bready = .init()
    araddr = .init(addressWidth)
    arvalid = .init()
    arready = .init()
    rdata = .init(32)
    rresp = .init(2)
    rvalid = .init()
    rready = .init()
  }
}

/// The five channels of AXI4-Lite with 32 data bits, from the side of the manager.
public struct AXILiteManagerPorts: PortGroup {
  /// Address of a write, in bytes.
  public let awaddr: Output<UInt>
  /// Kind of access: always 0.
  public let awprot: Output<Bits>
  /// Address of a write is offered.
  public let awvalid: Output<Bit>
  /// It is taken.
  public let awready: Input<Bit>
  /// Word to be written.
  public let wdata: Output<Bits>
  /// Bytes of it that count.
  public let wstrb: Output<Bits>
  /// Word is offered.
  public let wvalid: Output<Bit>
  /// It is taken.
  public let wready: Input<Bit>
  /// 0 or 1 when all is well.
  public let bresp: Input<Bits>
  /// End of a write is offered.
  public let bvalid: Input<Bit>
  /// It is taken.
  public let bready: Output<Bit>
  /// Address of a read, in bytes.
  public let araddr: Output<UInt>
  /// Kind of access: always 0.
  public let arprot: Output<Bits>
  /// Address of a read is offered.
  public let arvalid: Output<Bit>
  /// It is taken.
  public let arready: Input<Bit>
  /// Word that was read.
  public let rdata: Input<Bits>
  /// 0 or 1 when all is well.
  public let rresp: Input<Bits>
  /// Word that was read is offered.
  public let rvalid: Input<Bit>
  /// It is taken.
  public let rready: Output<Bit>

  /// Channels with addresses of `addressWidth` bits.
  public init(addressWidth: Int) {
    awaddr = .init(addressWidth)
    awprot = .init(3)
    awvalid = .init()
    awready = .init()
    wdata = .init(32)
    wstrb = .init(4)
    wvalid = .init()
    wready = .init()
    bresp = .init(2)
    bvalid = .init()
    bready = .init()
    araddr = .init(addressWidth)
    arprot = .init(3)
    arvalid = .init()
    arready = .init()
    rdata = .init(32)
    rresp = .init(2)
    rvalid = .init()
    rready = .init()
  }
}
