import HDL

/// A memory with an address to write and an address to read.
///
/// The word comes one clock edge after its address. Words start undefined. Block memory on every FPGA family.
public struct SimpleDualPortMemory: DefaultConfigurable, FixedLatencyGenerator {
  /// Bits of a word.
  public var width: Int
  /// Words.
  public var depth: Int
  /// Equal parts of a word that are written apart.
  public var lanes: Int
  /// What is read of a word that is written at the same edge.
  public var duringWrite: ReadDuringWrite

  /// A memory of `depth` words of `width` bits.
  public init(width: Int = 32, depth: Int = 512, lanes: Int = 1, duringWrite: ReadDuringWrite = .oldData) {
    self.width = width
    self.depth = depth
    self.lanes = lanes
    self.duringWrite = duringWrite
  }

  /// The default configuration.
  public init() { self.init(width: 32) }

  /// A side that writes and a side that reads.
  public struct Ports {
    public let writeAddress: Input<UInt>
    public let write: Input<Bit>
    public let data: Input<Bits>
    public let lanes: Input<Bits>?
    public let readAddress: Input<UInt>
    public let read: Input<Bit>
    public let word: Output<Bits>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let address = bits(for: max(1, depth - 1))
    return Ports(
      writeAddress: .init(address, "Which word is written"), write: .init("1 to write"),
      data: .init(width, "The new word"),
      lanes: lanes > 1 ? .init(lanes, "Bit i is 1 to write lane i") : nil,
      readAddress: .init(address, "Which word is read"), read: .init("1 to read"),
      word: .init(width, "The word that was read"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Memory of \(depth) words of \(width) bits. The word comes one clock edge after its address and stays while read is 0.
    Of a word that is written at the same edge it gives \(title(duringWrite)).
    """
  }

  /// From address to word.
  public var latency: Int { 1 }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    requireMemory(&parameters, width: width, depth: depth, lanes: lanes)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let words = m.memory("words", Bits.self, width: width, depth: depth, lanes: lanes)
    words.write(io.data, at: io.writeAddress, when: io.write, lanes: io.lanes)
    io.word <== words.read(at: io.readAddress, when: io.read, during: duringWrite)
  }
}
