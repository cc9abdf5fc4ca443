/// Dynamic energy and leakage in nJ.
public struct EnergyPair: Hashable, Sendable {
  /// Energy of what was done.
  public var dynamic: Double
  /// Energy of what was powered.
  public var leakage: Double

  /// Starts with given energies.
  public init(_ dynamic: Double = 0, _ leakage: Double = 0) {
    self.dynamic = dynamic
    self.leakage = leakage
  }

  /// Both.
  public var total: Double { dynamic + leakage }

  mutating func add(_ part: PublishedConstants.Part, units: Double, clocks: Double, clock: Double) {
    dynamic += (part.dynamic * units) / clock * clocks
    leakage += (part.leakage * units) / clock * clocks
  }
}

/// The energy of a run in nJ, by what takes it.
public struct EnergyShares: Hashable, Sendable {
  /// Accesses of buffers and, in the cycle mode, their leakage.
  public var buffers = EnergyPair()
  /// Accesses of main memory.
  public var mainMemory = 0.0
  /// Lanes.
  public var lanes = EnergyPair()
  /// Softmax units.
  public var softmax = EnergyPair()
  /// Units for layer normalisation.
  public var normalization = EnergyPair()
  /// Units for patches of images.
  public var patches = EnergyPair()
  /// Units for sparsity.
  public var sparsity = EnergyPair()
  /// FIFOs, distribution and ports.
  public var others = EnergyPair()

  /// No energy.
  public init() {}

  /// All, in nJ.
  public var total: Double {
    [buffers, lanes, softmax, normalization, patches, sparsity, others].reduce(mainMemory) { $0 + $1.total }
  }

  /// What takes energy, by name, as the published log has it.
  public var rows: [(name: String, energy: EnergyPair)] {
    [
      ("buffer", buffers), ("main_memory", EnergyPair(mainMemory)), ("mac_lanes", lanes), ("softmax", softmax),
      ("patchifier", patches), ("layer_norm", normalization), ("sparsity", sparsity), ("others", others),
    ]
  }
}
