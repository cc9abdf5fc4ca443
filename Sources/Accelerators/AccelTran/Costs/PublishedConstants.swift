/// The constants behind the published costs: synthesis of the parts in a 14 nm library at 0.8 V, and models of memories.
///
/// Source: `simulator/constants/constants.yaml` of jha-lab/acceltran (BSD-3-Clause), figures only.
public struct PublishedConstants: Hashable, Sendable {
  /// A part's area in µm² and its power at 700 MHz in mW.
  public struct Part: Hashable, Sendable {
    /// µm².
    public var area: Double
    /// mW while the part works.
    public var dynamic: Double
    /// mW while the part is powered.
    public var leakage: Double

    /// Describes a part.
    public init(area: Double, dynamic: Double, leakage: Double) {
      self.area = area
      self.dynamic = dynamic
      self.leakage = leakage
    }
  }

  /// A buffer for each MB.
  public struct BufferCosts: Hashable, Sendable {
    /// µm² for a MB.
    public var area: Double
    /// nJ for a block of 64 bytes, times √MB.
    public var energy: Double
    /// mW for a MB.
    public var leakage: Double
  }

  /// One less the share of zeros in activations, and in weights.
  public var density: (activations: Double, weights: Double) { (1 - activationSparsity, 1 - weightSparsity) }
  /// The assumed share of zeros in activations.
  public var activationSparsity = 0.5
  /// The assumed share of zeros in weights.
  public var weightSparsity = 0.5
  /// Distribution of operands: one for each processing element.
  public var distribution = Part(area: 75946.982008, dynamic: 11.3711, leakage: 2.7312)
  /// A port to memory: one for each processing element.
  public var port = Part(area: 144.636242, dynamic: 0.0335287, leakage: 0.0063819)
  /// One word FIFO of 32 entries: one is counted for each lane.
  public var fifo = Part(area: 484.379110, dynamic: 0.0563909, leakage: 0.0140774)
  /// The unit that finds pairs of kept elements: one for each lane.
  public var preSparsity = Part(area: 6216.896914, dynamic: 0.2852968, leakage: 0.1507329)
  /// The unit that packs results: one for each lane.
  public var postSparsity = Part(area: 1181.201447, dynamic: 0.2613971, leakage: 0.0324301)
  /// Entries of a FIFO.
  public var fifoDepth = 32
  /// Bytes of a block of a buffer and of main memory.
  public var blockBytes = 64
  /// GB/s between buffers and processing elements, of 2^30 bytes.
  public var bufferBandwidth = 370.0

  /// The published figures.
  public init() {}

  /// A lane.
  ///
  /// - Throws: ``AccelTranError/constant(_:available:)`` for another number of multipliers than 1 and 16.
  public func lane(
    multipliers: Int, activation: AccelTranConfiguration.LaneActivation
  ) throws(AccelTranError) -> Part {
    switch (multipliers, activation) {
    case (1, .relu): Part(area: 597.964253, dynamic: 0.2756146, leakage: 0.0223711)
    case (1, .gelu): Part(area: 1209.955838, dynamic: 0.6705926, leakage: 0.0419121)
    case (16, .relu): Part(area: 8819.484999, dynamic: 4.8926, leakage: 0.3003)
    case (16, .gelu): Part(area: 9418.667591, dynamic: 5.1955, leakage: 0.3189685)
    default: throw .constant("a lane of \(multipliers) multipliers", available: ["1", "16"])
    }
  }

  /// A softmax unit for tiles of a size.
  ///
  /// - Throws: ``AccelTranError/constant(_:available:)`` for another size than 8, 16 and 32.
  public func softmax(tile: Int) throws(AccelTranError) -> Part {
    switch tile {
    case 8: Part(area: 22008.079435, dynamic: 9.1386, leakage: 0.6824872)
    case 16: Part(area: 87573.326116, dynamic: 34.6343, leakage: 2.6696)
    case 32: Part(area: 348466.9006, dynamic: 131.2602298481, leakage: 10.4423)
    default: throw .constant("softmax of tiles of \(tile)", available: ["8", "16", "32"])
    }
  }

  /// A unit for layer normalisation of tiles of a size.
  ///
  /// - Throws: ``AccelTranError/constant(_:available:)`` for another size than 8, 16 and 32.
  public func normalization(tile: Int) throws(AccelTranError) -> Part {
    switch tile {
    case 8: Part(area: 20631.005754, dynamic: 12.6646, leakage: 0.6594879)
    case 16: Part(area: 81104.126482, dynamic: 43.8378, leakage: 2.5753)
    case 32: Part(area: 318834.6362, dynamic: 151.4800, leakage: 10.03566)
    default: throw .constant("layer normalisation of tiles of \(tile)", available: ["8", "16", "32"])
    }
  }

  /// A unit for patches of images, of the fork that added them.
  ///
  /// - Throws: ``AccelTranError/constant(_:available:)`` for another size than 8 and 16.
  public func patchUnit(patch: Int) throws(AccelTranError) -> Part {
    switch patch {
    case 8: Part(area: 5543.667485, dynamic: 0.3877869, leakage: 0.1391826)
    case 16: Part(area: 21721.671212, dynamic: 0.6901036, leakage: 0.4092877)
    default: throw .constant("patches of \(patch)", available: ["8", "16"])
    }
  }

  /// A buffer.
  public func buffer(_ buffer: OperationList.Buffer) -> BufferCosts {
    switch buffer {
    case .activation: BufferCosts(area: 303305.83, energy: 0.079275099, leakage: 247.918667)
    case .weight: BufferCosts(area: 294100.83, energy: 0.0856588, leakage: 210.40467)
    case .mask: BufferCosts(area: 302565.0, energy: 0.08200675, leakage: 238.196)
    }
  }

  /// nJ for a block of main memory.
  ///
  /// - Throws: ``AccelTranError/constant(_:available:)`` for an organisation that is not among the published ones.
  public func energy(of memory: MainMemory) throws(AccelTranError) -> Double {
    let energies = [
      17.321165, 32.655499, 69.3328008, 149.0564671, 8.63281599, 340.9690911, 69.00706337, 200.2819855, 13.43777522,
      38.28777884, 26.5569841,
    ]
    let place = MainMemory.published.firstIndex {
      $0.kind == memory.kind && $0.banks == memory.banks && $0.ranks == memory.ranks && $0.channels == memory.channels
    }
    guard let place else {
      throw .constant("the memory \(memory)", available: MainMemory.published.map(\.description))
    }
    return energies[place]
  }

  /// Bits for each clock as the published file holds them, which multiplied bytes by the 20 bits of a word.
  func publishedBits(_ memory: MainMemory) -> Double { memory.isFast ? 7853.65 : 785.365 }
  /// The same of the buffers.
  var publishedBufferBits: Double { 11350.98 }

  /// Bits for each clock of a bandwidth in GB/s of 2^30 bytes.
  func bits(perClock bandwidth: Double, clock: Double) -> Double { bandwidth * 1_073_741_824 * 8 / (clock * 1e6) }
}
