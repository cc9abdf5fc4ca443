/// Words that are stored and loaded by address.
///
/// At a clock edge every read port first takes the word as it was before the edge, then every write port stores, in
/// order: the last one wins where two write the same bits. What a read port should see of a write at the same edge is
/// written as its bypasses, so an engine needs to know no rule of its own. A word that was never written holds its
/// initial contents; an address past the last word has no defined word.
public struct NetlistMemory: Hashable, Sendable {
  /// What synthesis is asked to make of a memory.
  public enum Style: String, Hashable, Sendable, CaseIterable {
    /// Its own choice.
    case automatic
    /// Block memory, such as DP16KD, SB_RAM40 or RAMB18.
    case block
    /// Memory in lookup tables.
    case distributed
    /// Flip-flops and gates.
    case registers
  }

  /// A part of a word: a word has as many equal lanes as a port has entries, the least significant one first.
  public struct Lane: Hashable, Sendable {
    /// The new bits: unsigned, or of the memory's type where the lane is the whole word.
    public var data: NodeID
    /// One bit.
    public var enable: NodeID

    /// Bits that are taken while `enable` is 1.
    public init(data: NodeID, enable: NodeID) {
      self.data = data
      self.enable = enable
    }
  }

  /// Stores the enabled lanes of one word at the clock edge.
  public struct WritePort: Hashable, Sendable {
    /// Word that is written.
    public var address: NodeID
    /// At least one lane.
    public var lanes: [Lane]
    /// Index in ``Definition/clocks``.
    public var clock: Int32
    /// Number of the port of the physical memory: ports with one number and clock are written as one block of text.
    public var group: Int32

    /// A write port.
    public init(address: NodeID, lanes: [Lane], clock: Int32 = 0, group: Int32 = 0) {
      self.address = address
      self.lanes = lanes
      self.clock = clock
      self.group = group
    }
  }

  /// Loads one word.
  public struct ReadPort: Hashable, Sendable {
    /// Word that is read.
    public var address: NodeID
    /// One bit, for a port with a clock: the last word stays while it is 0. Nil when a word is read at every edge.
    public var enable: NodeID?
    /// Index of the signal that carries the data.
    public var signal: Int32
    /// Lanes that replace those of the loaded word while they are enabled, for a port with a clock; the last one wins.
    /// All entries have one number of lanes.
    public var bypasses: [[Lane]]
    /// Index in ``Definition/clocks``; nil when the word follows the address without a clock edge.
    public var clock: Int32?
    /// Number of the port of the physical memory, as ``WritePort/group``.
    public var group: Int32

    /// A read port.
    public init(
      address: NodeID, enable: NodeID?, signal: Int32, bypasses: [[Lane]] = [], clock: Int32? = 0, group: Int32 = 0
    ) {
      self.address = address
      self.enable = enable
      self.signal = signal
      self.bypasses = bypasses
      self.clock = clock
      self.group = group
    }
  }

  /// Verilog identifier.
  public var name: String
  /// Number of words.
  public var depth: Int
  /// Width of a word in bits.
  public var width: Int
  /// How a word is read.
  public var isSigned: Bool
  /// One word for each address; nil when the memory starts undefined.
  public var contents: [BitVector]?
  /// Whether the contents are emitted as a file for `$readmemh` instead of in the text.
  public var isLoadedFromFile = false
  /// What synthesis is asked to make of it.
  public var style = Style.automatic
  /// Whether ports may read words that are written with another clock: the surroundings take care of the time between.
  public var isShared = false
  /// Write ports; none makes a ROM.
  public var writePorts: [WritePort]
  /// Read ports.
  public var readPorts: [ReadPort]
  /// Index in ``Definition/places``; -1 when unknown.
  public var place: Int32

  /// A memory of `depth` words.
  public init(
    name: String, depth: Int, width: Int, isSigned: Bool, contents: [BitVector]? = nil, writePorts: [WritePort],
    readPorts: [ReadPort], place: Int32
  ) {
    self.name = name
    self.depth = depth
    self.width = width
    self.isSigned = isSigned
    self.contents = contents
    self.writePorts = writePorts
    self.readPorts = readPorts
    self.place = place
  }

  /// Width of an address in bits.
  public var addressWidth: Int { BitVector.bitsNeeded(unsigned: UInt64(max(depth, 2) - 1)) }

  /// Whether a port acts at clock edges.
  public var isClocked: Bool { !writePorts.isEmpty || readPorts.contains { $0.clock != nil } }

  /// Calls `body` with every node that a port reads, in a fixed order.
  func forEachRoot(_ body: (NodeID) -> Void) {
    func visit(_ lanes: [Lane]) {
      for lane in lanes {
        body(lane.data)
        body(lane.enable)
      }
    }
    for port in writePorts {
      body(port.address)
      visit(port.lanes)
    }
    for port in readPorts {
      body(port.address)
      if let enable = port.enable { body(enable) }
      port.bypasses.forEach(visit)
    }
  }

  /// Replaces every node that a port reads.
  mutating func mapRoots(_ body: (NodeID) -> NodeID) {
    func mapped(_ lanes: [Lane]) -> [Lane] {
      lanes.map { Lane(data: body($0.data), enable: body($0.enable)) }
    }
    for port in writePorts.indices {
      writePorts[port].address = body(writePorts[port].address)
      writePorts[port].lanes = mapped(writePorts[port].lanes)
    }
    for port in readPorts.indices {
      readPorts[port].address = body(readPorts[port].address)
      readPorts[port].enable = readPorts[port].enable.map(body)
      readPorts[port].bypasses = readPorts[port].bypasses.map(mapped)
    }
  }
}

extension Definition {
  /// The file that `$readmemh` reads for `memory`, where its contents are emitted as a file.
  public func dataFile(of memory: NetlistMemory) -> String {
    let name = "\(name).\(memory.name)"
    guard name.utf8.count + 4 > Self.longestFileName else { return name + ".hex" }
    return "\(name.prefix(Self.longestFileName - 21))_\(Identifier.hash(name)).hex"
  }

  /// Bytes of the longest file name. Systems take 255, and a draft of a file has a longer name than the file.
  static let longestFileName = 200
}
