import Components
import HDL

/// What is known of a tile when its sums are complete.
private struct TileFacts: SignalBundle {
  /// Rows of sums.
  let rows: UInt
  /// Columns of sums.
  let columns: UInt
  /// 1 for the last tile of a job.
  let endsJob: Bit
}

extension MatrixMultiply {
  func buildOutputStationary(
    _ io: Interior<Ports>, _ tile: Stream<Tile>, _ collector: Exterior<ResultCollector.Ports>,
    _ allowance: TileAllowance, in m: Module
  ) {
    // The tile whose operands run into the array.
    let next = tile.payload
    let isActive = m.register("is_active", Bit.self, reset: 0)
    let stepsLeft = m.register("steps_left", UInt.self, width: next.depth.width)
    let isFirstStep = m.register("is_first_step", Bit.self)
    let starts = m.wire("starts", Bit.self)
    let tileRows = m.register("tile_rows", next.rows, when: starts)
    let tileColumns = m.register("tile_columns", next.columns, when: starts)
    let endsJob = m.register("ends_job", next.endsJob, when: starts)

    // The last step needs room for the results, parameters for them, and the sums of the tile before out of the way.
    let clocksLeft = m.register("clocks_left", UInt.self, width: bits(for: shortestTile - 1), reset: 0)
    let isLastStep = (stepsLeft .== 1).named("is_last_step")
    let isRoom = (allowance.credits .>= tileRows).named("is_room")
    let mayEnd = (isRoom & allowance.hasParameters(columns: tileColumns) & !clocksLeft.any).named("may_end")
    let mayStep = (isActive & (!isLastStep | mayEnd)).named("may_step")
    io.activations.take(when: mayStep & io.weights.valid)
    io.weights.take(when: mayStep & io.activations.valid)
    let step = (mayStep & io.activations.valid & io.weights.valid).named("step")
    let endsTile = (step & isLastStep).named("ends_tile")
    allowance.claimRoom(rows: tileRows, when: endsTile)
    allowance.claimParameters(columns: tileColumns, endsJob: endsJob, when: endsTile)

    starts.driver <== tile.valid & (!isActive | endsTile)
    tile.ready <== starts
    m.when(clocksLeft.any) { clocksLeft.next <== clocksLeft &- 1 }
    m.when(step) {
      stepsLeft.next <== stepsLeft &- 1
      isFirstStep.next <== 0
    }
    m.when(endsTile) {
      isActive.next <== 0
      clocksLeft.next <== UInt(shortestTile - 1)
    }
    m.assert(!isActive | stepsLeft.any, "steps_are_left", "a tile is under way of which no step is left")
    m.when(starts) {
      isActive.next <== 1
      isFirstStep.next <== 1
      stepsLeft.next <== next.depth
    }

    let array = OutputStationaryArray(rows: rows, columns: columns) { $0.arithmetic = arithmetic }
    let cells = m.instance(array, "cells")
    cells.first <== m.register("first_step", step & isFirstStep, reset: 0)
    cells.last <== m.register("last_step", endsTile, reset: 0)
    for (lane, value) in io.activations.payload.values.enumerated() {
      cells.activations[lane] <== m.register("activation_\(lane)", value.masked(by: step))
    }
    for (column, value) in io.weights.payload.values.enumerated() {
      cells.weights[column] <== m.register("weight_\(column)", value)
    }
    for column in 0..<columns { collector.sums[column] <== cells.sums[column] }
    markRows(
      endsTile, rows: tileRows, columns: tileColumns, endsJob: endsJob, collector, delay: array.latency - 1,
      in: m)
  }

  /// Marks the rows of a tile while the array shifts them out: the first one `delay` + 1 clocks after its last step.
  private func markRows(
    _ endsTile: Bit, rows: UInt, columns: UInt, endsJob: Bit, _ collector: Exterior<ResultCollector.Ports>, delay: Int,
    in m: Module
  ) {
    let start = m.delayed("drain", endsTile, by: delay, reset: 0)
    let tile = m.delayed("drain_tile", TileFacts(rows: rows, columns: columns, endsJob: endsJob), by: delay)
    let rowsLeft = m.register("drain_rows", UInt.self, width: rows.width, reset: 0)
    m.when(start) { rowsLeft.next <== tile.rows }
      .otherwise(when: rowsLeft.any) { rowsLeft.next <== rowsLeft &- 1 }
    let mark = collector.mark
    mark.valid <== rowsLeft.any
    collector.markFirst <== (requantization == nil ? nil : m.register("drain_first", start))
    mark.last <== rowsLeft .== 1
    mark.columns <== m.register("drain_columns", tile.columns, when: start)
    mark.endsJob <== m.register("drain_ends_job", tile.endsJob, when: start)
  }
}
