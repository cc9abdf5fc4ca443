import HDL

/// A memory with an address to write and an address to read.
///
/// The word comes one clock edge after its address. Words start undefined. Block memory on every FPGA family.
public struct SimpleDualPortMemory: WidthConfigurable, FixedLatencyGenerator {
  public var width = 32
  public var depth = 512
  public var lanes = 1
  public var duringWrite = ReadDuringWrite.oldData

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("width", \.width, in: 1...65536, "Bits of a word"),
    .integer("depth", \.depth, in: 1...(1 << 24), "Words"),
    .integer("lanes", \.lanes, in: 1...65536, "Equal parts of a word that are written apart"),
    .choice("duringWrite", \.duringWrite, "What is read of a word that is written at the same edge"),
  ]

  public struct Ports {
    public let writeAddress: Input<UInt>
    public let write: Input<Bit>
    public let data: Input<Bits>
    public let lanes: Input<Bits>?
    public let readAddress: Input<UInt>
    public let read: Input<Bit>
    public let word: Output<Bits>
  }

  public var ports: Ports {
    let address = bits(for: max(1, depth - 1))
    return Ports(
      writeAddress: .init(address, "Which word is written"), write: .init("1 to write"),
      data: .init(width, "The new word"),
      lanes: lanes > 1 ? .init(lanes, "Bit i is 1 to write lane i") : nil,
      readAddress: .init(address, "Which word is read"), read: .init("1 to read"),
      word: .init(width, "The word that was read"))
  }

  public var documentation: String {
    """
    Memory of \(depth) words of \(width) bits. The word comes one clock edge after its address and stays while read is 0.
    Of a word that is written at the same edge it gives \(title(duringWrite)).
    """
  }

  /// From address to word.
  public var latency: Int { 1 }

  public func validate(_ parameters: inout ParameterCheck) {
    requireLanes(&parameters, width: width, lanes: lanes)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let words = m.memory("words", Bits.self, width: width, depth: depth, lanes: lanes)
    words.write(io.data, at: io.writeAddress, when: io.write, lanes: io.lanes)
    io.word <== words.read(at: io.readAddress, when: io.read, during: duringWrite)
  }
}
