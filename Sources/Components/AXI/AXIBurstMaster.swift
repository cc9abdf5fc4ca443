import HDL

/// A ``BurstReader`` and a ``BurstWriter`` on the pins of an AXI4 bus.
public struct AXIBurstMaster: DefaultConfigurable {
  /// The bus and the transfers.
  public var shape: BurstShape

  /// A master for a bus of this shape.
  public init(shape: BurstShape = BurstShape()) { self.shape = shape }

  /// The default configuration.
  public init() { self.init(shape: BurstShape()) }

  /// The bus, and the streams of reads and writes.
  public struct Ports {
    /// The bus.
    public let axi: AXIManagerPorts
    /// What is to be read.
    public let readCommand: StreamInput<TransferCommand>
    /// What was read, word by word.
    public let readData: StreamOutput<ReadBeat>
    /// What is to be written.
    public let writeCommand: StreamInput<TransferCommand>
    /// The words to be written.
    public let writeData: StreamInput<Bits>
    /// One for each write: 1 when the memory reported an error.
    public let writeDone: StreamOutput<Bits>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let command = TransferCommand(addressWidth: shape.addressWidth, lengthWidth: shape.lengthWidth)
    return Ports(
      axi: .init(shape: shape), readCommand: .init(command), readData: .init(ReadBeat(bytes: shape.wordBytes)),
      writeCommand: .init(command), writeData: .init(8 * shape.wordBytes), writeDone: .init(1))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "AXI4 master: reads and writes independently, in bursts of up to \(shape.maximumBurst) words, none across 4 KiB."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { shape.validate(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let axi = io.axi
    let reader = m.instance(BurstReader(shape: shape), "reader")
    reader.command <== io.readCommand
    io.readData <== reader.output
    axi.arid <== 0
    axi.araddr <== reader.ar.payload.address
    axi.arlen <== reader.ar.payload.length
    axi.arsize <== UInt(shape.laneWidth)
    axi.arburst <== 1
    axi.arvalid <== reader.ar.valid
    reader.ar.ready <== axi.arready
    reader.r.valid <== axi.rvalid
    reader.r.payload.data <== axi.rdata
    reader.r.payload.resp <== axi.rresp
    reader.r.payload.last <== axi.rlast
    axi.rready <== reader.r.ready

    let writer = m.instance(BurstWriter(shape: shape), "writer")
    writer.command <== io.writeCommand
    writer.input <== io.writeData
    io.writeDone <== writer.done
    axi.awid <== 0
    axi.awaddr <== writer.aw.payload.address
    axi.awlen <== writer.aw.payload.length
    axi.awsize <== UInt(shape.laneWidth)
    axi.awburst <== 1
    axi.awvalid <== writer.aw.valid
    writer.aw.ready <== axi.awready
    axi.wdata <== writer.w.payload.data
    axi.wstrb <== writer.w.payload.strobe
    axi.wlast <== writer.w.payload.last
    axi.wvalid <== writer.w.valid
    writer.w.ready <== axi.wready
    writer.b.valid <== axi.bvalid
    writer.b.payload <== axi.bresp
    axi.bready <== writer.b.ready
  }
}
