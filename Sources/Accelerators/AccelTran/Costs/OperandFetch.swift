/// The energy of operands on their way from the buffers into the FIFOs of lanes.
struct OperandFetch {
  let machine: AccelTranConfiguration
  let assumptions: Set<PaperAssumption>
  let constants: PublishedConstants

  /// nJ for a tile of an operation, what a lane holds already left out.
  func energy(_ work: OperationList.Work, _ chosen: DataflowReuse?) -> Double {
    guard !assumptions.contains(.partsOfLanesIgnored) else { return 0 }
    let access = constants.buffer(.activation).energy * machine.activationBuffer.squareRoot()
    let elements = Double(machine.tileBatch * machine.tile * machine.tile)
    let bytes =
      assumptions.contains(.elementsAsBytes)
      ? elements : elements * (Double(machine.wordWidth) * constants.density.activations + 1) / 8
    let tile = access * bytes / Double(constants.blockBytes)
    guard case .product(let left, let columns) = work else { return tile }
    let counts = TileCounts(
      batch: left.batch, rows: left.rows, inner: left.columns, columns: columns, tileBatch: machine.tileBatch,
      tile: machine.tile)
    if let chosen { return tile * Double(chosen.travels) / Double(max(chosen.products, 1)) }
    let reuse = DataflowReuse(
      counts, order: machine.loopOrder, lanes: machine.totalLanes,
      predicate: assumptions.contains(.reuseWithoutColumn) ? .published : .corrected)
    return tile * (2 - Double(reuse.operands) / Double(max(counts.total, 1)))
  }
}
