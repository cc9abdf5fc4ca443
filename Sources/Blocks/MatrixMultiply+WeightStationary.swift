import Components
import HDL

/// What is known of a row while it runs through the array.
private struct RowFacts: SignalBundle {
  /// Where its sums are kept.
  let address: UInt
  /// Columns of its tile.
  let columns: UInt
  /// 1 in the last tile of a job.
  let endsJob: Bit
  /// 1 for the last row of a tile.
  let endsTile: Bit
  /// 1 when the row completes its sums.
  let isLast: Bit
  /// 1 when the row starts its sums.
  let isFirst: Bit
  /// 1 for the first row of a tile; with requantisation.
  let startsTile: Bit?
}

extension MatrixMultiply {
  /// The tile whose rows run through the array.
  private struct Pass {
    let isActive: Register<Bit>
    let rowsLeft, address: Register<UInt>
    let isFirstRow: Register<Bit>
    let columns: UInt
    /// The lanes that hold an operand; the first one always does.
    let lanes: [Bit]
    let isFirst, isLast, endsJob: Bit
    /// 1 when a row was begun one clock ago.
    let hasIssued: Register<Bit>
    /// Clocks for which parameters are still being handed out, from column to column; nil when there are none.
    let parameterClocks: Register<UInt>?
  }

  /// What holds a row back besides its operands.
  private func mayIssue(_ pass: Pass, _ endsTile: Bit, _ allowance: TileAllowance, in m: Module) -> Bit {
    // A tile of one row reads in each pass what the last pass wrote: that takes two clocks.
    let isTooSoon = (pass.isFirstRow.value & endsTile & !pass.isFirst & pass.hasIssued.value).named("is_too_soon")
    var mayComplete = allowance.credits.value.any
    if let clocks = pass.parameterClocks { mayComplete = mayComplete & !(pass.isFirstRow.value & clocks.value.any) }
    return !isTooSoon & (!pass.isLast | mayComplete.named("may_complete"))
  }

  func buildWeightStationary(
    _ io: Interior<Ports>, _ tile: Stream<Tile>, _ collector: Exterior<ResultCollector.Ports>,
    _ allowance: TileAllowance, maximumRows: Int, in m: Module
  ) {
    let next = tile.payload
    // Weights of the next tile go into the cells until `swap` makes them the current ones.
    let isLoaded = m.register("is_loaded", Bit.self, reset: 0)
    let beat = m.register("weight_beat", UInt.self, width: bits(for: rows - 1), reset: 0)
    let isLoading = (tile.valid & !isLoaded.value).named("is_loading")
    let takesWeights = (isLoading & (beat.value .< next.depth)).named("takes_weights")
    let steps = (isLoading & (!takesWeights | io.weights.valid)).named("weight_step")
    io.weights.ready <== takesWeights
    let endsLoading = (steps & (beat.value .== UInt(rows - 1))).named("ends_loading")
    m.when(steps) { beat <== mux(endsLoading, 0, beat.value &+ 1) }

    // A pass: one row of activations a clock.
    let swap = m.wire("swap", Bit.self)
    let pass = Pass(
      isActive: m.register("is_active", Bit.self, reset: 0),
      rowsLeft: m.register("rows_left", UInt.self, width: next.rows.width),
      address: m.register("row_address", UInt.self, width: bits(for: maximumRows - 1)),
      isFirstRow: m.register("is_first_row", Bit.self),
      columns: m.register("pass_columns", next.columns, when: swap.value),
      lanes: (0..<rows).map {
        $0 == 0 ? true : m.register("lane_used_\($0)", next.depth .> UInt($0), when: swap.value)
      },
      isFirst: m.register("pass_is_first", next.isFirst, when: swap.value),
      isLast: m.register("pass_is_last", next.isLast, when: swap.value),
      endsJob: m.register("pass_ends_job", next.endsJob, when: swap.value),
      hasIssued: m.register("has_issued", Bit.self),
      parameterClocks: requantization == nil || columns == 1
        ? nil : m.register("parameter_clocks", UInt.self, width: bits(for: columns - 1), reset: 0))
    let endsTile = (pass.rowsLeft.value .== 1).named("ends_tile")
    let mayIssue = pass.isActive.value & mayIssue(pass, endsTile, allowance, in: m)
    let issues = io.activations.take(when: mayIssue.named("may_issue")).named("issue")
    pass.hasIssued <== issues
    m.assertKept(io.activations, taken: issues, "activations")
    m.assertKept(io.weights, taken: io.weights.valid & takesWeights, "weights")
    if let clocks = pass.parameterClocks {
      m.when(issues & pass.isLast & pass.isFirstRow.value) { clocks <== UInt(columns - 1) }
        .otherwise(when: clocks.value.any) { clocks <== clocks.value &- 1 }
    }
    allowance.claimRoom(rows: nil, when: issues & pass.isLast)

    m.assert(
      !pass.isActive.value | pass.rowsLeft.value.any, "rows_are_left", "a pass is under way of which no row is left")
    if rows > 1, rows < 1 << beat.value.width {
      m.assert(beat.value .< UInt(rows), "weights_go_into_a_row", "weights go behind the last row")
    }
    let isFree = (!pass.isActive.value | (issues & endsTile)).named("is_free")
    let isReady = (isLoaded.value | endsLoading) & (!next.isLast | allowance.hasParameters(columns: next.columns))
    swap <== isReady.named("is_ready") & isFree
    tile.ready <== swap.value
    allowance.claimParameters(columns: next.columns, endsJob: next.endsJob, when: swap.value & next.isLast)
    m.when(endsLoading) { isLoaded <== 1 }
    m.when(issues) {
      pass.rowsLeft <== pass.rowsLeft.value &- 1
      pass.address <== pass.address.value &+ 1
      pass.isFirstRow <== 0
      m.when(endsTile) { pass.isActive <== 0 }
    }
    m.when(swap.value) {
      isLoaded <== 0
      pass.isActive <== 1
      pass.rowsLeft <== next.rows
      pass.address <== 0
      pass.isFirstRow <== 1
    }

    let array = WeightStationaryArray(rows: rows, columns: columns, arithmetic: arithmetic)
    let cells = m.instance(array, "cells")
    cells.load <== steps
    cells.loadFirst <== beat.value .== 0
    cells.swap <== m.register("swap_cells", swap.value)
    for (port, value) in zip(cells.weights, io.weights.payload.values) { port <== value }
    for (lane, value) in io.activations.payload.values.enumerated() {
      cells.activations[lane] <== m.register("activation_\(lane)", value.masked(by: pass.lanes[lane]))
    }
    accumulate(cells.sums, pass, issues, endsTile, collector, delay: array.latency, maximumRows, in: m)
  }

  /// The accumulators below the array, and the marks for what leaves them.
  private func accumulate(
    _ sums: [SInt], _ pass: Pass, _ issues: Bit, _ endsTile: Bit, _ collector: Exterior<ResultCollector.Ports>,
    delay: Int, _ maximumRows: Int, in m: Module
  ) {
    // The token arrives at the first column one clock before the row's partial sum, the mark with it.
    let valid = m.delayed("row_valid", issues, by: delay, reset: 0)
    let row = m.delayed(
      "row",
      RowFacts(
        address: pass.address.value, columns: pass.columns, endsJob: pass.endsJob, endsTile: endsTile,
        isLast: pass.isLast, isFirst: pass.isFirst,
        startsTile: collector.markFirst == nil ? nil : pass.isFirstRow.value),
      by: delay)
    var token = RowToken(valid: valid, first: row.isFirst, address: row.address)
    let mark = collector.mark
    mark.valid <== m.register("mark_valid", valid & row.isLast, reset: 0)
    if let first = collector.markFirst, let startsTile = row.startsTile {
      first <== m.register("mark_first", startsTile)
    }
    mark.last <== m.register("mark_last", row.endsTile)
    mark.endsJob <== m.register("mark_ends_job", row.endsJob)
    mark.columns <== m.register("mark_columns", row.columns)

    let lane = AccumulatorLane(depth: maximumRows, width: arithmetic.accumulatorWidth)
    for column in 0..<columns {
      let accumulators = m.instance(lane, "accumulators_\(column)")
      accumulators.token <== token
      accumulators.partialSum <== sums[column]
      collector.sums[column] <== accumulators.total
      token = accumulators.tokenOut
    }
  }
}
