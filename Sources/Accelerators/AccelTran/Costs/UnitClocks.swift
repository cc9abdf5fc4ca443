/// The clocks that a unit takes for a tile of an operation.
struct UnitClocks {
  let machine: AccelTranConfiguration
  let assumptions: Set<PaperAssumption>
  let constants: PublishedConstants

  /// The tile operations of an operation.
  func tiles(_ work: OperationList.Work) -> Int {
    func count(_ extents: OperationList.Extents) -> Int {
      TileCounts(
        batch: extents.batch, rows: extents.rows, inner: 1, columns: extents.columns, tileBatch: machine.tileBatch,
        tile: machine.tile
      ).total
    }
    switch work {
    case .product: return counts(work)?.total ?? 0
    case .convolution(let input, _), .activation(let input), .softmax(let input), .normalization(let input):
      return count(input)
    case .patches(let patches): return patches * ((machine.batch + machine.tileBatch - 1) / machine.tileBatch)
    }
  }

  /// The tiles of a product along its loops.
  func counts(_ work: OperationList.Work) -> TileCounts? {
    guard case .product(let left, let columns) = work else { return nil }
    return TileCounts(
      batch: left.batch, rows: left.rows, inner: left.columns, columns: columns, tileBatch: machine.tileBatch,
      tile: machine.tile)
  }

  /// The clocks of one tile. A negative number, which the published simulator never works off, is that of a convolution
  /// wider than a tile.
  func clocks(_ work: OperationList.Work) -> Int {
    let (tile, batch) = (Double(machine.tile), Double(machine.tileBatch))
    let (activations, weights) = constants.density
    let function = assumptions.contains(.zerosShortenFunctions) ? activations : 1
    let density = assumptions.contains(.activationSparsityOnly) ? activations : activations * weights
    let own: Double
    switch work {
    case .product: own = batch * tile * tile * tile / Double(machine.multipliers) * density
    case .convolution(_, let width):
      let products = assumptions.contains(.convolutionWithinTile) ? tile - Double(width) : tile * Double(width)
      own = batch * tile * products / Double(machine.multipliers) * density
    case .activation, .patches: own = 1
    case .softmax:
      own = (assumptions.contains(.softmaxTileByElements) ? tile * tile : batch * 2 * tile) * function
    case .normalization: own = batch * 2 * tile * function
    }
    let clocks = Int(own.rounded(.up))
    return assumptions.contains(.partsOfLanesIgnored) ? clocks : max(clocks, fifoClocks(work))
  }

  /// The clocks in which the FIFOs of a lane take the operands of a tile; other units have none.
  private func fifoClocks(_ work: OperationList.Work) -> Int {
    let tile = Double(machine.tileBatch * machine.tile * machine.tile)
    let load = Int((tile * constants.density.activations / Double(constants.fifoDepth)).rounded(.up))
    switch work {
    case .product: return 2 * load
    case .convolution(_, let width): return load + (width + constants.fifoDepth - 1) / constants.fifoDepth
    case .activation: return load
    case .softmax, .normalization, .patches: return 0
    }
  }
}
