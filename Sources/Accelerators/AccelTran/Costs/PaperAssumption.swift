/// An assumption or a defect of the published simulator that changes its figures: each is one switch.
///
/// With all of them a run is that of the published simulator; without any it counts what happens. S-numbers are those under
/// which the defects were first listed.
public enum PaperAssumption: String, Hashable, Sendable, CaseIterable {
  /// S1: FIFOs and the units for sparsity take neither time nor energy.
  case partsOfLanesIgnored
  /// S2: a softmax tile occupies every softmax unit of its processing element.
  case softmaxTakesElement
  /// S3: in the cycle mode a softmax tile takes rows · columns clocks, in the fast mode rows + columns.
  case softmaxTileByElements
  /// S4: bandwidths in bytes are multiplied by the 20 bits of a word, not by 8.
  case bandwidthTimesWordWidth
  /// S5: the energy of an access counts an element as one byte.
  case elementsAsBytes
  /// S5: every load is billed with the density of weights, masks included.
  case weightDensityOnLoads
  /// S6: weights are loaded once for each item of the batch.
  case weightsForEachItem
  /// S7: zeros of activations alone shorten a product.
  case activationSparsityOnly
  /// S8: a lane is taken to hold the tile of weights that it needs whatever its column.
  case reuseWithoutColumn
  /// S9: outside heads a group has one operation more than the scheduler goes on by.
  case groupsOverlap
  /// S10: the fast mode counts the tiles of the inner extent twice.
  case innerTilesTwice
  /// S10: the fast mode gives an activation function the clocks of the softmax or normalisation before it.
  case activationClocksOfAnother
  /// S11: distribution and ports take no energy.
  case distributionIdle
  /// S12: what does not work has no leakage.
  case idealPowerGating
  /// S13: layer normalisation waits for nothing and stores nothing.
  case normalizationUnordered
  /// A layer does not wait for the results of the layer before.
  case layersUnordered
  /// Keys of weighted attention are taken as stored before their second product is done.
  case weightedKeysEarly
  /// An activation function is applied behind the last product of a feed-forward stack too.
  case activationBehindLastProduct
  /// The question whether data fits compares with the size of the last data in the buffer.
  case sizeOfLastData
  /// A transfer of a mask is billed with the energy of its data.
  case masksBilledAsData
  /// Memory operations of heads are ordered by their rank among heads that are not done, read as a head's number; a head
  /// that gets no turn counts its operation as done.
  case headsByRank
  /// A group goes on by its full size where the kind of operation changes, and so leaves operations out.
  case groupsSkipKinds
  /// A layer with one head is left after the first group of its operations.
  case singleHeadAbandoned
  /// A group starts only where units are free for all of it.
  case groupsWhole
  /// Every unit idles for a clock behind each tile.
  case idleClockBehindTile
  /// Zeros shorten softmax and layer normalisation.
  case zerosShortenFunctions
  /// Data may leave a buffer before everything has read it.
  case evictsUnreadData
  /// Where everything waits and no unit works, the clock jumps to the end of the next transfer, even where something came
  /// free in the last clock.
  case jumpsPastChanges
  /// The fast mode bills the units for sparsity, FIFOs, ports and distribution of all lanes for each tile.
  case tilesBilledToAllUnits
  /// The fast mode bills those parts for products of heads alone.
  case sequentialTilesUnbilled
  /// The fast mode does not bill the embeddings.
  case embeddingsUnbilled
  /// A tile of a convolution has columns − width products a row: none or fewer than none for a wide one.
  case convolutionWithinTile

  /// One sentence on what changes.
  public var summary: String {
    switch self {
    case .partsOfLanesIgnored: "S1: FIFOs and sparsity units take neither time nor energy"
    case .softmaxTakesElement: "S2: a softmax tile occupies all softmax units of its processing element"
    case .softmaxTileByElements: "S3: a softmax tile takes rows x columns clocks in the cycle mode"
    case .bandwidthTimesWordWidth: "S4: bandwidths are 20 bits a byte"
    case .elementsAsBytes: "S5: an element counts as one byte of energy"
    case .weightDensityOnLoads: "S5: every load is billed with the density of weights"
    case .weightsForEachItem: "S6: weights are loaded for each item of the batch"
    case .activationSparsityOnly: "S7: only zeros of activations shorten products"
    case .reuseWithoutColumn: "S8: reuse of weights does not look at the column"
    case .groupsOverlap: "S9: groups outside heads have one operation twice"
    case .innerTilesTwice: "S10: the fast mode counts inner tiles twice"
    case .activationClocksOfAnother: "S10: the fast mode takes an activation's clocks from another operation"
    case .distributionIdle: "S11: distribution and ports take no energy"
    case .idealPowerGating: "S12: idle parts have no leakage"
    case .normalizationUnordered: "S13: layer normalisation waits for nothing and stores nothing"
    case .layersUnordered: "a layer does not wait for the layer before"
    case .weightedKeysEarly: "keys of weighted attention are stored before they are made"
    case .activationBehindLastProduct: "an activation stands behind the last feed-forward product"
    case .sizeOfLastData: "whether data fits is asked of the last data's size"
    case .masksBilledAsData: "transfers of masks are billed as their data"
    case .headsByRank: "heads that get no turn count their memory operation as done"
    case .groupsSkipKinds: "groups leave operations out where the kind changes"
    case .singleHeadAbandoned: "a layer with one head is left after its first group"
    case .groupsWhole: "a group starts only where units are free for all of it"
    case .idleClockBehindTile: "every unit idles for a clock behind each tile"
    case .zerosShortenFunctions: "zeros shorten softmax and layer normalisation"
    case .evictsUnreadData: "data leaves a buffer before it is read"
    case .jumpsPastChanges: "waiting jumps over what came free in the last clock"
    case .tilesBilledToAllUnits: "the fast mode bills a tile to all units"
    case .sequentialTilesUnbilled: "the fast mode bills parts of lanes in heads alone"
    case .embeddingsUnbilled: "the fast mode does not bill embeddings"
    case .convolutionWithinTile: "a convolution has columns - width products in a row of a tile"
    }
  }

  /// The whole published simulator.
  public static let published = Set(allCases)
}

extension OperationList.Content {
  /// The lists under assumptions.
  init(_ assumptions: Set<PaperAssumption>) {
    self.init(
      replicatesWeights: assumptions.contains(.weightsForEachItem),
      ordersLayers: !assumptions.contains(.layersUnordered),
      ordersNormalization: !assumptions.contains(.normalizationUnordered),
      activatesLast: assumptions.contains(.activationBehindLastProduct),
      storesKeysEarly: assumptions.contains(.weightedKeysEarly))
  }
}
