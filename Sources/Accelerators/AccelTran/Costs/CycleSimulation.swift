/// The published simulator's cycle mode: a scheduler, units and buffers, clock by clock.
///
/// In every clock each head may start a transfer and a group of tile operations. With ``PaperAssumption/published`` clocks,
/// stalls and energies are those of the published simulator; without assumptions it counts what happens.
///
///     let run = try CycleSimulation(.bertTiny, on: .edge)   // run.cycles == 25_977
public struct CycleSimulation: Hashable, Sendable {
  /// Clocks of one batch.
  public let cycles: Int
  /// For each class, how often something had to wait.
  public let stalls: [StallClass: Int]
  /// Energy of one batch.
  public let energy: EnergyShares
  /// Clocks in which units worked, added over all units.
  public let busy: BusyClocks
  /// Tile operations that were issued.
  public let issued: [OperationList.Kind: Int]
  /// The clock in which the embeddings were there.
  public let loaded: Int
  /// The assumptions that were made.
  public let assumptions: Set<PaperAssumption>

  /// Why something waits.
  public enum StallClass: Int, Hashable, Sendable, CaseIterable {
    /// A transfer for the buffer of its data.
    case bufferBusy
    /// A transfer for the mask buffer.
    case maskBufferBusy
    /// A transfer for room.
    case noRoom
    /// A transfer for room in the mask buffer.
    case noRoomForMask
    /// A store for what it stores.
    case producerNotDone
    /// A group for units.
    case noFreeUnit
    /// A tile operation for its data: counted for each one of a group.
    case operandMissing
  }

  /// Clocks of work, added over units.
  public struct BusyClocks: Hashable, Sendable {
    /// Lanes.
    public var lanes = 0
    /// Softmax units.
    public var softmax = 0
    /// Units for layer normalisation.
    public var normalization = 0
    /// Units for patches of images.
    public var patches = 0
  }

  /// What happened in some clocks that were alike.
  public struct Sample: Hashable, Sendable {
    /// The last of them, from 1.
    public var cycle: Int
    /// How many.
    public var clocks: Int
    /// nJ of all processing elements in each of them.
    public var elements: EnergyPair
    /// nJ of the transfers in each of them.
    public var transfers: Double
    /// Units that worked in each of them.
    public var busy: BusyClocks
    /// The filled part of each buffer.
    public var fill: [OperationList.Buffer: Double]
  }

  /// Runs a batch.
  ///
  /// - Parameters:
  ///   - limit: the greatest number of clocks.
  ///   - logInterval: clocks between two entries of the published log, which its jumps stop at.
  ///   - observe: told of every clock, clocks that are alike at once.
  /// - Throws: ``AccelTranError`` for a model or machine that is refused, where the published simulator stops with a failed
  ///   assertion, or when nothing can go on.
  public init(
    _ model: TransformerDictionary, on configuration: AccelTranConfiguration,
    assumptions: Set<PaperAssumption> = PaperAssumption.published,
    constants: PublishedConstants = PublishedConstants(), limit: Int = 1_000_000_000,
    logInterval: Int = 1000, observe: ((Sample) -> Void)? = nil
  ) throws(AccelTranError) {
    try configuration.validate()
    let list = try OperationList(model, batch: configuration.batch, content: .init(assumptions))
    try self.init(
      list, on: configuration, patch: model.patch, assumptions: assumptions, constants: constants, limit: limit,
      logInterval: logInterval, observe: observe)
  }

  /// Runs the operations of any list.
  ///
  /// - Parameters:
  ///   - dataflows: for operations by name, the loop order that was chosen; the machine's own for others.
  ///   - patch: the size of patches of images, where the list has such.
  ///   - limit: the greatest number of clocks.
  ///   - logInterval: clocks between two entries of the published log.
  ///   - observe: told of every clock, clocks that are alike at once.
  /// - Throws: ``AccelTranError``.
  public init(
    _ list: OperationList, on configuration: AccelTranConfiguration, dataflows: [String: DataflowReuse] = [:],
    patch: Int? = nil,
    assumptions: Set<PaperAssumption> = PaperAssumption.published,
    constants: PublishedConstants = PublishedConstants(), limit: Int = 1_000_000_000,
    logInterval: Int = 1000, observe: ((Sample) -> Void)? = nil
  ) throws(AccelTranError) {
    try configuration.validate()
    var simulator = try CycleSimulator(
      list, configuration, patch: patch, assumptions, constants, dataflows: dataflows)
    simulator.observe = observe
    simulator.logInterval = max(logInterval, 1)
    try simulator.run(limit: limit)
    cycles = simulator.cycle
    stalls = simulator.stalls
    energy = simulator.energy
    busy = simulator.busyTotal
    issued = simulator.issued
    loaded = simulator.loaded
    self.assumptions = assumptions
  }
}
