/// The published simulator's fast mode: work divided by units, without cycles of its own.
///
/// With ``PaperAssumption/published`` cycles equal the published ones and energies equal them in every bit that is printed.
/// Each assumption can be switched off alone.
///
///     let run = try FastEstimate(.bertTiny, on: .edge)   // run.cycles == 167_596
public struct FastEstimate: Hashable, Sendable {
  /// Clocks of one batch, the load of the embeddings included.
  public let cycles: Int
  /// Energy of one batch.
  public let energy: EnergyShares
  /// The assumptions that were made.
  public let assumptions: Set<PaperAssumption>

  /// Estimates a batch.
  ///
  /// - Throws: ``AccelTranError`` for a model or machine that is refused, or embeddings that do not fit the weight buffer.
  public init(
    _ model: TransformerDictionary, on configuration: AccelTranConfiguration,
    assumptions: Set<PaperAssumption> = PaperAssumption.published,
    constants: PublishedConstants = PublishedConstants()
  ) throws(AccelTranError) {
    try configuration.validate()
    let list = try OperationList(model, batch: configuration.batch, content: .init(assumptions))
    var estimator = try FastEstimator(configuration, patch: model.patch, assumptions, constants)
    try estimator.checkEmbeddings(list)
    for transfer in list.transfers { estimator.transfer(transfer, list.data) }
    for step in list.operations { estimator.operate(step) }
    cycles = estimator.cycles
    energy = estimator.energy
    self.assumptions = assumptions
  }
}

/// Goes through the lists step by step.
private struct FastEstimator {
  let machine: AccelTranConfiguration
  let assumptions: Set<PaperAssumption>
  let constants: PublishedConstants
  let lane, softmax, normalization: PublishedConstants.Part
  let patches: PublishedConstants.Part?
  let memoryEnergy: Double
  var cycles = 0
  var energy = EnergyShares()
  /// The tiles of the last operation that was cut into tiles one by one.
  var lastTiles = 0
  private var isFirstTransfer = true

  init(
    _ machine: AccelTranConfiguration, patch: Int?, _ assumptions: Set<PaperAssumption>, _ constants: PublishedConstants
  ) throws(AccelTranError) {
    self.machine = machine
    self.assumptions = assumptions
    self.constants = constants
    lane = try constants.lane(multipliers: machine.multipliers, activation: machine.activation)
    softmax = try constants.softmax(tile: machine.tile)
    normalization = try constants.normalization(tile: machine.tile)
    patches = machine.patchUnits > 0 ? try constants.patchUnit(patch: patch ?? 16) : nil
    memoryEnergy = try constants.energy(of: machine.memory)
  }

  // MARK: Transfers

  func checkEmbeddings(_ list: OperationList) throws(AccelTranError) {
    guard case .single(let first)? = list.transfers.first else { return }
    let bits = Double(list.data[first.data].elements) * bitsOfElement(.weight)
    let capacity = machine.weightBuffer * 8_388_608
    guard bits <= capacity else {
      throw .buffer("weight", data: list.data[first.data].name, bits: bits, capacity: capacity)
    }
  }

  private func bitsOfElement(_ buffer: OperationList.Buffer) -> Double {
    Double(machine.wordWidth) * (buffer == .weight ? constants.density.weights : constants.density.activations)
  }

  private var memoryBits: Double {
    assumptions.contains(.bandwidthTimesWordWidth)
      ? constants.publishedBits(machine.memory)
      : constants.bits(perClock: machine.memory.bandwidth, clock: machine.clock)
  }

  private var bufferBits: Double {
    assumptions.contains(.bandwidthTimesWordWidth)
      ? constants.publishedBufferBits : constants.bits(perClock: constants.bufferBandwidth, clock: machine.clock)
  }

  mutating func transfer(
    _ step: OperationList.Step<OperationList.Transfer>, _ data: [OperationList.Data]
  ) {
    switch step {
    case .heads(let lists):
      // Loads and stores of heads are taken to be hidden behind their products.
      for one in lists.flatMap(\.self) { bill(one, data[one.data]) }
    case .single(let one):
      let block = data[one.data]
      let bits = Double(block.elements) * bitsOfElement(block.buffer)
      cycles += Int((bits / (one.producer == nil ? memoryBits : bufferBits)).rounded(.up))
      if !(isFirstTransfer && assumptions.contains(.embeddingsUnbilled)) { bill(one, block) }
      isFirstTransfer = false
    }
  }

  private mutating func bill(_ transfer: OperationList.Transfer, _ data: OperationList.Data) {
    let elements = Double(data.elements)
    let isLoad = transfer.producer == nil
    let bytes =
      if assumptions.contains(.elementsAsBytes) {
        isLoad && assumptions.contains(.weightDensityOnLoads) ? elements * constants.density.weights : elements
      } else { elements * bitsOfElement(data.buffer) / 8 + elements / 8 }
    if isLoad {
      energy.mainMemory +=
        assumptions.contains(.elementsAsBytes) && assumptions.contains(.weightDensityOnLoads)
        ? memoryEnergy * elements * constants.density.weights / Double(constants.blockBytes)
        : memoryEnergy * bytes / Double(constants.blockBytes)
    } else {
      let access = constants.buffer(data.buffer).energy * machine.size(of: data.buffer).squareRoot()
      energy.buffers.dynamic += access * bytes / Double(constants.blockBytes)
    }
  }

  // MARK: Operations

  private func tiles(_ extents: OperationList.Extents) -> Int {
    let counts = TileCounts(
      batch: extents.batch, rows: extents.rows, inner: 1, columns: extents.columns, tileBatch: machine.tileBatch,
      tile: machine.tile)
    return counts.total
  }

  /// The tile operations of an operation on lanes, and the multiplications of each.
  private func laneWork(_ work: OperationList.Work) -> (tiles: Int, multiplications: Int) {
    let tile = machine.tile
    switch work {
    case .product(let left, let columns):
      let counts = TileCounts(
        batch: left.batch, rows: left.rows, inner: left.columns, columns: columns, tileBatch: machine.tileBatch,
        tile: tile)
      let twice = assumptions.contains(.innerTilesTwice) ? counts.inner : 1
      return (counts.total * twice, machine.tileBatch * tile * tile * tile)
    case .convolution(let input, let width):
      // A row of a tile has `tile` results of `width` products each, unless its halo is left out.
      let products = assumptions.contains(.convolutionWithinTile) ? tile - width : tile * width
      return (tiles(input), machine.tileBatch * tile * products)
    case .activation(let input), .softmax(let input), .normalization(let input): return (tiles(input), 0)
    case .patches(let count): return (count, 0)
    }
  }

  private func laneClocks(tiles: Int, multiplications: Int) -> Int {
    let density =
      assumptions.contains(.activationSparsityOnly)
      ? constants.density.activations : constants.density.activations * constants.density.weights
    let clocks = Double(tiles) * Double(multiplications) * 1.0 / Double(machine.totalMultipliers) * density
    return Int(clocks.rounded(.up))
  }

  private var functionDensity: Double {
    assumptions.contains(.zerosShortenFunctions) ? constants.density.activations : 1
  }

  private func softmaxClocks(_ tiles: Int) -> Int {
    let clocks =
      Double(tiles * machine.tileBatch * 2 * machine.tile) * functionDensity / Double(machine.totalSoftmaxUnits)
    return Int(clocks.rounded(.up))
  }

  private mutating func billLanes(_ clocks: Int) {
    energy.lanes.add(lane, units: Double(machine.totalLanes), clocks: Double(clocks), clock: machine.clock)
  }

  /// Units for sparsity, FIFOs, ports and distribution, a clock for each tile.
  private mutating func billParts(_ tiles: Int) {
    let all = assumptions.contains(.tilesBilledToAllUnits)
    let (dynamic, leakage) = (
      constants.preSparsity.dynamic + constants.postSparsity.dynamic,
      constants.preSparsity.leakage + constants.postSparsity.leakage
    )
    let lanes = PublishedConstants.Part(area: 0, dynamic: dynamic, leakage: leakage)
    energy.sparsity.add(
      lanes, units: all ? Double(machine.totalLanes) : 1, clocks: Double(tiles), clock: machine.clock)
    let others = PublishedConstants.Part(
      area: 0, dynamic: constants.port.dynamic + constants.fifo.dynamic + constants.distribution.dynamic,
      leakage: constants.port.leakage + constants.fifo.leakage + constants.distribution.leakage)
    energy.others.add(
      others, units: all ? Double(machine.processingElements) : 1, clocks: Double(tiles), clock: machine.clock)
  }

  mutating func operate(_ step: OperationList.Step<OperationList.Operation>) {
    switch step {
    case .single(let one): sequential(one.work)
    case .heads(let lists): side(bySide: lists)
    }
  }

  private mutating func sequential(_ work: OperationList.Work) {
    switch work {
    case .product, .convolution:
      let (tiles, multiplications) = laneWork(work)
      let clocks = laneClocks(tiles: tiles, multiplications: multiplications)
      cycles += clocks
      billLanes(clocks)
      if !assumptions.contains(.sequentialTilesUnbilled) { billParts(tiles) }
    case .activation(let input):
      let clocks =
        assumptions.contains(.activationClocksOfAnother)
        ? lastTiles : (tiles(input) + machine.totalLanes - 1) / machine.totalLanes
      cycles += clocks
      billLanes(clocks)
    case .softmax(let input):
      lastTiles = tiles(input)
      let clocks = softmaxClocks(lastTiles)
      cycles += clocks
      energy.softmax.add(
        softmax, units: Double(machine.totalSoftmaxUnits), clocks: Double(clocks), clock: machine.clock)
    case .normalization(let input):
      lastTiles = tiles(input)
      let work = Double(lastTiles * machine.tileBatch * 2 * machine.tile) * functionDensity
      let clocks = Int((work / Double(machine.processingElements)).rounded(.up))
      cycles += clocks
      energy.normalization.add(
        normalization, units: Double(machine.processingElements), clocks: Double(clocks), clock: machine.clock)
    case .patches(let count):
      // One patch after the other, a clock for each tile of the batch.
      let batches = (machine.batch + machine.tileBatch - 1) / machine.tileBatch
      for _ in 0..<count {
        lastTiles = batches
        cycles += batches
        guard let patches else { continue }
        energy.patches.add(
          patches, units: Double(machine.processingElements * machine.patchUnits), clocks: Double(batches),
          clock: machine.clock)
      }
    }
  }

  /// All lanes serve one head at a time, all softmax units another.
  private mutating func side(bySide heads: [[OperationList.Operation]]) {
    var next = [Int](repeating: 0, count: heads.count)
    var (lanesLeft, softmaxLeft): (Int?, Int?) = (nil, nil)
    while heads.indices.contains(where: { next[$0] < heads[$0].count }) {
      for (head, place) in next.enumerated() where place < heads[head].count {
        switch heads[head][place].work {
        case .product, .convolution, .activation:
          guard lanesLeft == nil else { continue }
          let (tiles, multiplications) = laneWork(heads[head][place].work)
          let clocks = laneClocks(tiles: tiles, multiplications: multiplications)
          billLanes(clocks)
          billParts(tiles)
          lanesLeft = clocks
        case .softmax(let input):
          guard softmaxLeft == nil else { continue }
          lastTiles = tiles(input)
          let clocks = softmaxClocks(lastTiles)
          energy.softmax.add(
            softmax, units: Double(machine.totalSoftmaxUnits), clocks: Double(clocks), clock: machine.clock)
          softmaxLeft = clocks
        case .normalization, .patches: break
        }
        next[head] = place + 1
      }
      let step = min(lanesLeft ?? .max, softmaxLeft ?? .max)
      cycles += step
      lanesLeft = lanesLeft.flatMap { $0 == step ? nil : $0 - step }
      softmaxLeft = softmaxLeft.flatMap { $0 == step ? nil : $0 - step }
    }
  }
}
