/// The sizes of an AccelTran machine.
///
/// A machine has P processing elements, each with L lanes of M multipliers, S softmax units and one unit for layer
/// normalisation; three buffers, and a main memory. The named machines are valid; a changed one is checked by
/// ``validate()``, which everything that takes a configuration calls.
public struct AccelTranConfiguration: Hashable, Sendable {
  /// The batch items that a tile covers.
  public var tileBatch: Int
  /// Rows and columns of a tile.
  public var tile: Int
  /// P.
  public var processingElements: Int
  /// L, lanes of a processing element.
  public var lanes: Int
  /// M, multipliers of a lane.
  public var multipliers: Int
  /// S, softmax units of a processing element.
  public var softmaxUnits: Int
  /// Units of a processing element that take patches of images apart: none in the published machines.
  public var patchUnits: Int
  /// Sequences that are computed at once.
  public var batch: Int
  /// The activation buffer in MB of 2^20 bytes.
  public var activationBuffer: Double
  /// The weight buffer in MB.
  public var weightBuffer: Double
  /// The mask buffer in MB.
  public var maskBuffer: Double
  /// The main memory.
  public var memory: MainMemory
  /// G, tile operations of one head that are issued at once: small values keep units idle, for low power.
  public var issueGroup: Int
  /// Which head issues first.
  public var headPriority: HeadPriority
  /// The order of the loops of a tiled product.
  public var loopOrder: LoopOrder
  /// The function behind feed-forward products.
  public var activation: LaneActivation
  /// IL, bits before the binary point, the sign included.
  public var integerBits: Int
  /// FL, bits behind the binary point.
  public var fractionBits: Int
  /// MHz.
  public var clock: Double

  /// Which of the heads of a layer has the first turn in a clock.
  public enum HeadPriority: String, Hashable, Sendable, CaseIterable {
    /// The first head, so that it reaches softmax while the others still use lanes: the published way.
    case staggered
    /// The one that is behind.
    case equal
  }

  /// The function unit at the end of a lane.
  public enum LaneActivation: String, Hashable, Sendable, CaseIterable {
    /// max(x, 0).
    case relu
    /// GELU.
    case gelu
  }

  /// Makes a configuration; without arguments the machine that is called ``edge``.
  public init(
    tileBatch: Int = 1, tile: Int = 16, processingElements: Int = 64, lanes: Int = 16, multipliers: Int = 16,
    softmaxUnits: Int = 4, patchUnits: Int = 0, batch: Int = 4, activationBuffer: Double = 4, weightBuffer: Double = 8,
    maskBuffer: Double = 1, memory: MainMemory = .lpddr3, issueGroup: Int = 8, headPriority: HeadPriority = .staggered,
    loopOrder: LoopOrder = .bijk,
    activation: LaneActivation = .gelu, integerBits: Int = 4, fractionBits: Int = 16, clock: Double = 700
  ) {
    self.tileBatch = tileBatch
    self.tile = tile
    self.processingElements = processingElements
    self.lanes = lanes
    self.multipliers = multipliers
    self.softmaxUnits = softmaxUnits
    self.patchUnits = patchUnits
    self.batch = batch
    self.activationBuffer = activationBuffer
    self.weightBuffer = weightBuffer
    self.maskBuffer = maskBuffer
    self.memory = memory
    self.issueGroup = issueGroup
    self.headPriority = headPriority
    self.loopOrder = loopOrder
    self.activation = activation
    self.integerBits = integerBits
    self.fractionBits = fractionBits
    self.clock = clock
  }

  /// P · L.
  public var totalLanes: Int { processingElements * lanes }
  /// P · L · M.
  public var totalMultipliers: Int { totalLanes * multipliers }
  /// P · S.
  public var totalSoftmaxUnits: Int { processingElements * softmaxUnits }
  /// IL + FL.
  public var wordWidth: Int { integerBits + fractionBits }
}

extension AccelTranConfiguration {
  /// 64 processing elements of 16 lanes for BERT-Tiny, with LP-DDR3 memory.
  public static let edge = AccelTranConfiguration()
  /// ``edge`` with a quarter of the operations issued at once, which is its only difference.
  public static let edgeLP = AccelTranConfiguration(issueGroup: 2)
  /// 512 processing elements of 32 lanes for BERT-Base, with three-dimensional resistive memory.
  public static let server = AccelTranConfiguration(
    processingElements: 512, lanes: 32, softmaxUnits: 32, activationBuffer: 32, weightBuffer: 64, maskBuffer: 8,
    memory: .rram, issueGroup: 128)
  /// ``server`` with fewer operations issued at once. No public file says how many: 32, a quarter as for the edge.
  public static let serverLP = {
    var configuration = server
    configuration.issueGroup = 32
    return configuration
  }()
  /// 256 processing elements of 4 lanes, which is in the public repository alone.
  public static let nano = AccelTranConfiguration(
    processingElements: 256, lanes: 4, softmaxUnits: 1, activationBuffer: 1, weightBuffer: 0.125, maskBuffer: 0.5,
    memory: MainMemory(.rram, banks: 16, ranks: 2, channels: 2, isFast: true), issueGroup: 16)

  /// The named machines.
  public static let named: [(name: String, configuration: AccelTranConfiguration)] = [
    ("Edge", edge), ("Edge-LP", edgeLP), ("Server", server), ("Server-LP", serverLP), ("Nano", nano),
  ]

  /// Refuses sizes of which nothing can be built.
  ///
  /// - Throws: ``AccelTranError/range(_:_:_:)``.
  public func validate() throws(AccelTranError) {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(AccelTranError) {
      guard range.contains(value) else { throw .range(name, value, range) }
    }
    try check("tileBatch", tileBatch, 1...64)
    try check("tile", tile, 1...256)
    try check("processingElements", processingElements, 1...65536)
    try check("lanes", lanes, 1...1024)
    try check("multipliers", multipliers, 1...64)
    try check("softmaxUnits", softmaxUnits, 1...1024)
    try check("patchUnits", patchUnits, 0...1024)
    try check("batch", batch, 1...4096)
    try check("issueGroup", issueGroup, 1...65536)
    try check("integerBits", integerBits, 1...32)
    try check("fractionBits", fractionBits, 0...32)
    for (name, size) in [
      ("activationBuffer", activationBuffer), ("weightBuffer", weightBuffer), ("maskBuffer", maskBuffer),
    ]
    where !(size > 0 && size <= 65536) {
      throw .size(name, size)
    }
    guard clock > 0, clock <= 100_000 else { throw .size("clock", clock) }
  }
}

/// A main memory: its kind, and how it is organised.
public struct MainMemory: Hashable, Sendable, CustomStringConvertible {
  /// What the cells are.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Resistive memory, in layers above the logic.
    case rram
    /// Dynamic memory.
    case dram
    /// Stacks of dynamic memory.
    case hbm
  }

  /// What the cells are.
  public var kind: Kind
  /// Banks of a rank.
  public var banks: Int
  /// Ranks of a channel.
  public var ranks: Int
  /// Channels.
  public var channels: Int
  /// Whether it gives 256 GB/s; otherwise 25.6 GB/s.
  public var isFast: Bool

  /// Describes a memory; without a word on its speed, dynamic memory is slow and the others are fast.
  public init(_ kind: Kind, banks: Int, ranks: Int, channels: Int, isFast: Bool? = nil) {
    self.kind = kind
    self.banks = banks
    self.ranks = ranks
    self.channels = channels
    self.isFast = isFast ?? (kind != .dram)
  }

  /// LP-DDR3 of the edge machine.
  public static let lpddr3 = MainMemory(.dram, banks: 32, ranks: 2, channels: 1)
  /// The three-dimensional resistive memory of the server.
  public static let rram = MainMemory(.rram, banks: 32, ranks: 2, channels: 1)

  /// The organisations of the published design space, in its order.
  public static let published: [MainMemory] = [
    .init(.rram, banks: 16, ranks: 2, channels: 2), .init(.rram, banks: 8, ranks: 2, channels: 4),
    .init(.rram, banks: 4, ranks: 2, channels: 8), .init(.rram, banks: 2, ranks: 2, channels: 16), .rram,
    .init(.rram, banks: 1, ranks: 2, channels: 32), .init(.dram, banks: 16, ranks: 2, channels: 2),
    .init(.dram, banks: 8, ranks: 2, channels: 4), .lpddr3, .init(.dram, banks: 16, ranks: 4, channels: 1),
    .init(.hbm, banks: 32, ranks: 1, channels: 4),
  ]

  /// GB/s, of 2^30 bytes as the published model counts.
  public var bandwidth: Double { isFast ? 256 : 25.6 }

  /// `dram_32_2_1`.
  public var description: String { "\(kind.rawValue)_\(banks)_\(ranks)_\(channels)" }
}
