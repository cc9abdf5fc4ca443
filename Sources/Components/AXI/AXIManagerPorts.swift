import HDL

/// The five channels of AXI4, from the side of the manager, with identifiers of one bit that are always 0.
public struct AXIManagerPorts: PortGroup {
  /// Identifier of a write: 0.
  public let awid: Output<Bits>
  /// Address of the first word of a burst.
  public let awaddr: Output<UInt>
  /// Words of the burst less one.
  public let awlen: Output<UInt>
  /// Logarithm of the bytes of a word.
  public let awsize: Output<UInt>
  /// Kind of burst: 1 (INCR).
  public let awburst: Output<Bits>
  /// Address of a write is offered.
  public let awvalid: Output<Bit>
  /// It is taken.
  public let awready: Input<Bit>
  /// Word to be written.
  public let wdata: Output<Bits>
  /// Bytes of it that count.
  public let wstrb: Output<Bits>
  /// 1 for the last word of a burst.
  public let wlast: Output<Bit>
  /// Word is offered.
  public let wvalid: Output<Bit>
  /// It is taken.
  public let wready: Input<Bit>
  /// Identifier of the write that has ended.
  public let bid: Input<Bits>
  /// 0 or 1 when all is well.
  public let bresp: Input<Bits>
  /// End of a write is offered.
  public let bvalid: Input<Bit>
  /// It is taken.
  public let bready: Output<Bit>
  /// Identifier of a read: 0.
  public let arid: Output<Bits>
  /// Address of the first word of a burst.
  public let araddr: Output<UInt>
  /// Words of the burst less one.
  public let arlen: Output<UInt>
  /// Logarithm of the bytes of a word.
  public let arsize: Output<UInt>
  /// Kind of burst: 1 (INCR).
  public let arburst: Output<Bits>
  /// Address of a read is offered.
  public let arvalid: Output<Bit>
  /// It is taken.
  public let arready: Input<Bit>
  /// Identifier of the read that a word belongs to.
  public let rid: Input<Bits>
  /// Word that was read.
  public let rdata: Input<Bits>
  /// 0 or 1 when all is well.
  public let rresp: Input<Bits>
  /// 1 for the last word of a burst.
  public let rlast: Input<Bit>
  /// Word that was read is offered.
  public let rvalid: Input<Bit>
  /// It is taken.
  public let rready: Output<Bit>

  /// Channels for bursts of this shape.
  public init(shape: BurstShape) {
    (awid, bid, arid, rid) = (.init(1), .init(1), .init(1), .init(1))
    (awaddr, araddr) = (.init(shape.addressWidth), .init(shape.addressWidth))
    (awlen, arlen) = (.init(8), .init(8))
    (awsize, arsize) = (.init(3), .init(3))
    (awburst, arburst) = (.init(2), .init(2))
    (awvalid, awready, wvalid, wready, bvalid, bready) = (.init(), .init(), .init(), .init(), .init(), .init())
    (arvalid, arready, rvalid, rready) = (.init(), .init(), .init(), .init())
    (wdata, rdata) = (.init(8 * shape.wordBytes), .init(8 * shape.wordBytes))
    wstrb = .init(shape.wordBytes)
    (wlast, rlast) = (.init(), .init())
    (bresp, rresp) = (.init(2), .init(2))
  }
}

/// Connects the bus of an instance to that of the module around it.
public func <== (outer: Interior<AXIManagerPorts>, inner: Exterior<AXIManagerPorts>) {
  outer.awid <== inner.awid
  outer.awaddr <== inner.awaddr
  outer.awlen <== inner.awlen
  outer.awsize <== inner.awsize
  outer.awburst <== inner.awburst
  outer.awvalid <== inner.awvalid
  inner.awready <== outer.awready
  outer.wdata <== inner.wdata
  outer.wstrb <== inner.wstrb
  outer.wlast <== inner.wlast
  outer.wvalid <== inner.wvalid
  inner.wready <== outer.wready
  inner.bid <== outer.bid
  inner.bresp <== outer.bresp
  inner.bvalid <== outer.bvalid
  outer.bready <== inner.bready
  outer.arid <== inner.arid
  outer.araddr <== inner.araddr
  outer.arlen <== inner.arlen
  outer.arsize <== inner.arsize
  outer.arburst <== inner.arburst
  outer.arvalid <== inner.arvalid
  inner.arready <== outer.arready
  inner.rid <== outer.rid
  inner.rdata <== outer.rdata
  inner.rresp <== outer.rresp
  inner.rlast <== outer.rlast
  inner.rvalid <== outer.rvalid
  outer.rready <== inner.rready
}
