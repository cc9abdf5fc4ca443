import HDL
import Netlist

/// A memory with one address: in each clock it reads, or writes and reads, one word.
///
/// The word comes one clock edge after its address. Words start undefined. Block memory on every FPGA family.
public struct SinglePortMemory: WidthConfigurable, FixedLatencyGenerator {
  public var width = 32
  public var depth = 512
  public var lanes = 1
  public var duringWrite = ReadDuringWrite.oldData

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("width", \.width, in: 1...65536, "Bits of a word"),
    .integer("depth", \.depth, in: 1...(1 << 24), "Words"),
    .integer("lanes", \.lanes, in: 1...65536, "Equal parts of a word that are written apart"),
    .choice("duringWrite", \.duringWrite, "What is read of a word that is written"),
  ]

  /// An address and what is done there.
  public typealias Ports = MemoryAccess

  public var ports: Ports { MemoryAccess(width: width, depth: depth, lanes: lanes) }

  public var documentation: String {
    """
    Memory of \(depth) words of \(width) bits. The word comes one clock edge after its address and stays while enable is 0.
    Of a word that is written it gives \(title(duringWrite)).
    """
  }

  /// From address to word.
  public var latency: Int { 1 }

  public func validate(_ parameters: inout ParameterCheck) {
    requireLanes(&parameters, width: width, lanes: lanes)
  }

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

/// Requires that the lanes divide a word.
func requireLanes(_ parameters: inout ParameterCheck, width: Int, lanes: Int) {
  parameters.require(
    width % lanes == 0, "parameter 'lanes' is \(lanes) for words of \(width) bits",
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
