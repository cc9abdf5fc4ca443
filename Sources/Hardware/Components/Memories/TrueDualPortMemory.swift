import HDL

/// A memory with two addresses that each read and write.
///
/// The words come one clock edge after their addresses. Where both write one word, port `b` wins, lane by lane. Words
/// start undefined. Which FPGA families have such a memory stands in the language guide.
public struct TrueDualPortMemory: WidthConfigurable, FixedLatencyGenerator {
  public var width = 32
  public var depth = 512
  public var lanes = 1
  public var duringOwnWrite = ReadDuringWrite.noChange
  public var duringOtherWrite = ReadDuringWrite.newData

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("width", \.width, in: 1...65536, "Bits of a word"),
    .integer("depth", \.depth, in: 1...(1 << 24), "Words"),
    .integer("lanes", \.lanes, in: 1...65536, "Equal parts of a word that are written apart"),
    .choice("duringOwnWrite", \.duringOwnWrite, "What a port reads of a word that it writes"),
    .choice(
      "duringOtherWrite", \.duringOtherWrite, [("oldData", .oldData), ("newData", .newData)],
      "What a port reads of a word that the other one writes"),
  ]

  public struct Ports {
    /// The first address.
    public let a: MemoryAccess
    /// The second address; its writes win.
    public let b: MemoryAccess
  }

  public var ports: Ports {
    let access = MemoryAccess(width: width, depth: depth, lanes: lanes)
    return Ports(a: access, b: access)
  }

  public var documentation: String {
    """
    Memory of \(depth) words of \(width) bits. A word comes one clock edge after its address and stays while enable is 0.
    Of a word that a port writes itself it gives \(title(duringOwnWrite)), of one that the other writes
    \(title(duringOtherWrite)).
    """
  }

  /// From address to word.
  public var latency: Int { 1 }

  public func validate(_ parameters: inout ParameterCheck) {
    requireLanes(&parameters, width: width, lanes: lanes)
    parameters.require(
      duringOtherWrite != .noChange, "parameter 'duringOtherWrite' is noChange", fix: "use oldData or newData")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let words = m.dualPortMemory(
      "words", Bits.self, width: width, depth: depth, lanes: lanes, duringOwnWrite: duringOwnWrite,
      duringOtherWrite: duringOtherWrite)
    let (a, b) = (io.a, io.b)
    a.word <== words.a.access(at: a.address, writing: a.data, when: a.write, lanes: a.lanes, enable: a.enable)
    b.word <== words.b.access(at: b.address, writing: b.data, when: b.write, lanes: b.lanes, enable: b.enable)
  }
}
