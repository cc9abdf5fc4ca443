import HDL

/// A memory with two addresses that each read and write.
///
/// The words come one clock edge after their addresses. Where both write one word, port `b` wins, lane by lane. Words
/// start undefined. Which FPGA families have such a memory stands in the language guide.
public struct TrueDualPortMemory: DefaultConfigurable, FixedLatencyGenerator {
  /// Bits of a word.
  public var width: Int
  /// Words.
  public var depth: Int
  /// Equal parts of a word that are written apart.
  public var lanes: Int
  /// What a port reads of a word that it writes.
  public var duringOwnWrite: ReadDuringWrite
  /// What a port reads of a word that the other one writes: the old or the new word.
  public var duringOtherWrite: ReadDuringWrite

  /// A memory of `depth` words of `width` bits.
  public init(
    width: Int = 32, depth: Int = 512, lanes: Int = 1, duringOwnWrite: ReadDuringWrite = .noChange,
    duringOtherWrite: ReadDuringWrite = .newData
  ) {
    self.width = width
    self.depth = depth
    self.lanes = lanes
    self.duringOwnWrite = duringOwnWrite
    self.duringOtherWrite = duringOtherWrite
  }

  /// The default configuration.
  public init() { self.init(width: 32) }

  /// Two addresses and what is done there.
  public struct Ports {
    /// The first address.
    public let a: MemoryAccess
    /// The second address; its writes win.
    public let b: MemoryAccess
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let access = MemoryAccess(width: width, depth: depth, lanes: lanes)
    return Ports(a: access, b: access)
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Memory of \(depth) words of \(width) bits. A word comes one clock edge after its address and stays while enable is 0.
    Of a word that a port writes itself it gives \(title(duringOwnWrite)), of one that the other writes
    \(title(duringOtherWrite)).
    """
  }

  /// From address to word.
  public var latency: Int { 1 }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    requireMemory(&parameters, width: width, depth: depth, lanes: lanes)
    parameters.require(
      duringOtherWrite != .noChange, "parameter 'duringOtherWrite' is noChange", fix: "use oldData or newData")
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let words = m.dualPortMemory(
      "words", Bits.self, width: width, depth: depth, lanes: lanes, duringOwnWrite: duringOwnWrite,
      duringOtherWrite: duringOtherWrite)
    let (a, b) = (io.a, io.b)
    a.word <== words.a.access(at: a.address, writing: a.data, when: a.write, lanes: a.lanes, enable: a.enable)
    b.word <== words.b.access(at: b.address, writing: b.data, when: b.write, lanes: b.lanes, enable: b.enable)
  }
}
