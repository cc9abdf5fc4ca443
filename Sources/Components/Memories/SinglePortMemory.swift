import HDL
import Netlist

/// A memory with one address: in each clock it reads, or writes and reads, one word.
///
/// The word comes one clock edge after its address. Words start undefined. Block memory on every FPGA family.
public struct SinglePortMemory: DefaultConfigurable, FixedLatencyGenerator {
  /// Bits of a word.
  public var width: Int
  /// Words.
  public var depth: Int
  /// Equal parts of a word that are written apart.
  public var lanes: Int
  /// What is read of a word that is written.
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

  /// An address and what is done there.
  public typealias Ports = MemoryAccess

  /// The interface for these parameters.
  public var ports: Ports { MemoryAccess(width: width, depth: depth, lanes: lanes) }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Memory of \(depth) words of \(width) bits. The word comes one clock edge after its address and stays while enable is 0.
    Of a word that is written it gives \(title(duringWrite)).
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
    words.write(io.data, at: io.address, when: io.write & io.enable, lanes: io.lanes)
    io.word <== words.read(at: io.address, when: io.enable, during: duringWrite)
  }
}

/// The ports at one address of a memory.
public struct MemoryAccess: PortGroup {
  public let address: Input<UInt>
  public let enable: Input<Bit>
  public let write: Input<Bit>
  public let data: Input<Bits>
  public let lanes: Input<Bits>?
  public let word: Output<Bits>

  /// Ports of a memory of `depth` words; those of lanes are not there when a word is one lane.
  public init(width: Int, depth: Int, lanes: Int) {
    address = .init(bits(for: max(2, depth) - 1), "Which word")
    enable = .init("1 to read and, where write is 1, to write")
    write = .init("1 to write")
    data = .init(width, "The new word")
    self.lanes = lanes > 1 ? .init(lanes, "Bit i is 1 to write lane i") : nil
    word = .init(width, "The word that was read")
  }
}

/// What a memory may be.
func requireMemory(_ parameters: inout ParameterCheck, width: Int, depth: Int, lanes: Int) {
  parameters.require("width", width, in: 1...65536)
  parameters.require("depth", depth, in: 1...(1 << 24))
  parameters.require("lanes", lanes, in: 1...65536)
  parameters.require(
    lanes < 1 || width % lanes == 0, "parameter 'lanes' is \(lanes) for words of \(width) bits",
    fix: "use a number of lanes that divides the width")
}

/// How a sentence calls it.
func title(_ rule: ReadDuringWrite) -> String {
  switch rule {
  case .oldData: "the word before the edge"
  case .newData: "the word after the edge"
  case .noChange: "its last word again"
  }
}
