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
    let isActive: Bit
    let rowsLeft, address: UInt
    let isFirstRow: Bit
    let columns: UInt
    /// The lanes that hold an operand; the first one always does.
    let lanes: [Bit]
    let isFirst, isLast, endsJob: Bit
    /// 1 when a row was begun one clock ago.
    let hasIssued: Bit
    /// Clocks for which parameters are still being handed out, from column to column; nil when there are none.
    let parameterClocks: UInt?
  }

  /// What holds a row back besides its operands.
  private func mayIssue(_ pass: Pass, _ endsTile: Bit, _ allowance: TileAllowance, in m: Module) -> Bit {
    // A tile of one row reads in each pass what the last pass wrote: that takes two clocks.
    let isTooSoon = (pass.isFirstRow & endsTile & !pass.isFirst & pass.hasIssued).named("is_too_soon")
    var mayComplete = allowance.credits.any
    if let clocks = pass.parameterClocks { mayComplete = mayComplete & !(pass.isFirstRow & clocks.any) }
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
    let isLoading = (tile.valid & !isLoaded).named("is_loading")
    let takesWeights = (isLoading & (beat .< next.depth)).named("takes_weights")
    let steps = (isLoading & (!takesWeights | io.weights.valid)).named("weight_step")
    io.weights.take(when: takesWeights)
    let endsLoading = (steps & (beat .== UInt(rows - 1))).named("ends_loading")
    m.when(steps) { beat.next <== mux(endsLoading, 0, beat &+ 1) }

    // A pass: one row of activations a clock.
    let swap = m.wire("swap", Bit.self)
    let pass = Pass(
      isActive: m.register("is_active", Bit.self, reset: 0),
      rowsLeft: m.register("rows_left", UInt.self, width: next.rows.width),
      address: m.register("row_address", UInt.self, width: bits(for: maximumRows - 1)),
      isFirstRow: m.register("is_first_row", Bit.self),
      columns: m.register("pass_columns", next.columns, when: swap),
      lanes: (0..<rows).map {
        $0 == 0 ? true : m.register("lane_used_\($0)", next.depth .> UInt($0), when: swap)
      },
      isFirst: m.register("pass_is_first", next.isFirst, when: swap),
      isLast: m.register("pass_is_last", next.isLast, when: swap),
      endsJob: m.register("pass_ends_job", next.endsJob, when: swap),
      hasIssued: m.register("has_issued", Bit.self),
      parameterClocks: requantization == nil || columns == 1
        ? nil : m.register("parameter_clocks", UInt.self, width: bits(for: columns - 1), reset: 0))
    let endsTile = (pass.rowsLeft .== 1).named("ends_tile")
    let mayIssue = pass.isActive & mayIssue(pass, endsTile, allowance, in: m)
    let issues = io.activations.take(when: mayIssue.named("may_issue")).named("issue")
    pass.hasIssued.next <== issues
    if let clocks = pass.parameterClocks {
      m.when(issues & pass.isLast & pass.isFirstRow) { clocks.next <== UInt(columns - 1) }
        .otherwise(when: clocks.any) { clocks.next <== clocks &- 1 }
    }
    allowance.claimRoom(rows: nil, when: issues & pass.isLast)

    m.assert(
      !pass.isActive | pass.rowsLeft.any, "rows_are_left", "a pass is under way of which no row is left")
    if rows > 1, rows < 1 << beat.width {
      m.assert(beat .< UInt(rows), "weights_go_into_a_row", "weights go behind the last row")
    }
    let isFree = (!pass.isActive | (issues & endsTile)).named("is_free")
    let isReady = (isLoaded | endsLoading) & (!next.isLast | allowance.hasParameters(columns: next.columns))
    swap.driver <== isReady.named("is_ready") & isFree
    tile.ready <== swap
    allowance.claimParameters(columns: next.columns, endsJob: next.endsJob, when: swap & next.isLast)
    m.when(endsLoading) { isLoaded.next <== 1 }
    m.when(issues) {
      pass.rowsLeft.next <== pass.rowsLeft &- 1
      pass.address.next <== pass.address &+ 1
      pass.isFirstRow.next <== 0
      m.when(endsTile) { pass.isActive.next <== 0 }
    }
    m.when(swap) {
      isLoaded.next <== 0
      pass.isActive.next <== 1
      pass.rowsLeft.next <== next.rows
      pass.address.next <== 0
      pass.isFirstRow.next <== 1
    }

    let array = WeightStationaryArray(rows: rows, columns: columns) { $0.arithmetic = arithmetic }
    let cells = m.instance(array, "cells")
    cells.load <== steps
    cells.loadFirst <== beat .== 0
    cells.swap <== m.register("swap_cells", swap)
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
        address: pass.address, columns: pass.columns, endsJob: pass.endsJob, endsTile: endsTile,
        isLast: pass.isLast, isFirst: pass.isFirst,
        startsTile: collector.markFirst == nil ? nil : pass.isFirstRow),
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

    let lane = AccumulatorLane { ($0.depth, $0.width) = (maximumRows, arithmetic.accumulatorWidth) }
    for column in 0..<columns {
      let accumulators = m.instance(lane, "accumulators_\(column)")
      accumulators.token <== token
      accumulators.partialSum <== sums[column]
      collector.sums[column] <== accumulators.total
      token = accumulators.tokenOut
    }
  }
}
