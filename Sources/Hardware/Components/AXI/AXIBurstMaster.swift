import HDL

/// A ``BurstReader`` and a ``BurstWriter`` on the pins of an AXI4 bus.
public struct AXIBurstMaster: DefaultConfigurable {
  /// The bus and the transfers.
  public var shape = BurstShape()
  public var idWidth = 1

  public init() {}

  public static let parameters: [Parameter<Self>] =
    BurstShape.parameters.map { $0.of(\.shape) }
    + [.integer("idWidth", \.idWidth, in: 0...32, "Bits of an identifier; 0 for a bus without")]

  public struct Ports {
    /// The bus.
    public let axi: AXI4
    public let readCommand: StreamInput<TransferCommand>
    public let readData: StreamOutput<ReadBeat>
    public let writeCommand: StreamInput<TransferCommand>
    public let writeData: StreamInput<Bits>
    public let writeDone: StreamOutput<Bits>
  }

  public var ports: Ports {
    let command = TransferCommand(addressWidth: shape.addressWidth, lengthWidth: shape.lengthWidth)
    return Ports(
      axi: .init(addressWidth: shape.addressWidth, dataWidth: clampedProduct(8, shape.wordBytes), idWidth: idWidth),
      readCommand: .init(command, "What is to be read"),
      readData: .init(ReadBeat(bytes: shape.wordBytes), "What was read, word by word"),
      writeCommand: .init(command, "What is to be written"),
      writeData: .init(8 * shape.wordBytes, "The words to be written"),
      writeDone: .init(1, "One for each write: 1 when the memory reported an error"))
  }

  public var documentation: String {
    """
    AXI4 master of \(clampedProduct(8, shape.wordBytes)) data bits: reads and writes independently, in bursts of up to
    \(shape.maximumBurst) words, none across 4 KiB.
    """
  }

  public func validate(_ parameters: inout ParameterCheck) { shape.validate(&parameters) }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let reader = m.instance(BurstReader { $0.shape = shape }, "reader")
    reader.command <== io.readCommand
    io.readData <== reader.pop
    io.axi.ar <== reader.ar.mapped(onBus)
    reader.r <== io.axi.r.mapped { ReadWord(data: $0.data, resp: $0.resp, last: $0.last) }

    let writer = m.instance(BurstWriter { $0.shape = shape }, "writer")
    writer.command <== io.writeCommand
    writer.push <== io.writeData
    io.writeDone <== writer.done
    io.axi.aw <== writer.aw.mapped(onBus)
    io.axi.w <== writer.w.mapped { AXI4Word(data: $0.data, strb: $0.strobe, last: $0.last) }
    writer.b <== io.axi.b.mapped(\.resp)
  }

  /// A burst of whole words at rising addresses, with identifier 0.
  private func onBus(_ burst: BurstAddress) -> AXI4Address {
    burst.onBus(wordBytes: shape.wordBytes, id: idWidth == 0 ? nil : 0)
  }

  /// Normal memory that is not cached: bufferable and modifiable.
  public static let cache = 0b0011
}
