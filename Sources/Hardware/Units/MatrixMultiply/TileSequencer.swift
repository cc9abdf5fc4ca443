import HDL

/// A piece of a product that an array works on at a time.
struct Tile: SignalBundle {
  /// Rows of the left matrix, at least 1.
  let rows: UInt
  /// Steps of the depth, at least 1.
  let depth: UInt
  /// Output columns, at least 1.
  let columns: UInt
  /// 1 when the tile starts its sums.
  let isFirst: Bit
  /// 1 when the tile completes its sums.
  let isLast: Bit
  /// 1 for the last tile of a job.
  let endsJob: Bit

  init(rowsWidth: Int, depthWidth: Int, columnsWidth: Int) {
    (rows, depth, columns) = (.shape(rowsWidth), .shape(depthWidth), .shape(columnsWidth))
    (isFirst, isLast, endsJob) = (.shape, .shape, .shape)
  }
}

/// Cuts jobs into tiles: for each block of rows, for each block of output columns, for each block of the depth.
///
/// Tiles come from a register, the next one a clock after the last one was taken; the first one of a job two clocks after
/// the job. A job of which a size is 0 has no tile.
struct TileSequencer: DefaultConfigurable {
  var rows = 128
  /// Steps of the depth of a tile; nil for the whole depth.
  var depth: Int? = 16
  var columns = 16
  var sizeWidth = 16

  init() {}

  static let parameters: [Parameter<Self>] = [
    .integer("rows", \.rows, in: 1...65536, "Rows of a tile"),
    .integer("columns", \.columns, in: 1...65536, "Output columns of a tile"),
    .integer("sizeWidth", \.sizeWidth, in: 1...24, "Bits of each size of a job"),
  ]

  struct Ports {
    let job: StreamInput<MatrixMultiplyJob>
    let tile: StreamOutput<Tile>
  }

  var ports: Ports {
    Ports(
      job: .init(MatrixMultiplyJob(sizeWidth: sizeWidth), "Sizes of products"),
      tile: .init(tile, "Their tiles, in order"))
  }

  /// The form of a tile: no count is wider than the sizes of a job.
  var tile: Tile {
    Tile(
      rowsWidth: min(sizeWidth, bits(for: rows)), depthWidth: depth.map(bits(for:)) ?? sizeWidth,
      columnsWidth: bits(for: columns))
  }

  var documentation: String {
    """
    Cuts a job of rows x depth x columns into tiles of at most \(rows) x \(depth.map { "\($0)" } ?? "depth") x \(columns):
    blocks of rows outside, of columns inside them\(depth == nil ? "" : ", of the depth innermost").
    A job of which a size is 0 is taken and has no tile.
    """
  }

  func validate(_ parameters: inout ParameterCheck) {
    parameters.require("depth", depth ?? 1, in: 1...65536)
    let largest = max(depth ?? 1, columns)
    parameters.require(
      bits(for: largest) <= sizeWidth, "sizes of \(sizeWidth) bits for tiles of up to \(largest)",
      fix: "use at least \(bits(for: largest)) bits")
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let isBusy = m.register("is_busy", Bit.self, reset: 0)
    let isOffered = m.register("is_offered", Bit.self, reset: 0)
    let moves = (isBusy & (!isOffered | io.tile.ready)).named("moves")
    let job = io.job.payload
    let takes = io.job.take(when: !isBusy)
    let starts = (takes & job.rows.any & job.depth.any & job.columns.any).named("starts")

    let wholeDepth = m.register("whole_depth", job.depth, when: starts)
    let wholeColumns = m.register("whole_columns", job.columns, when: starts)
    // What is left of the job, this tile included.
    let rowsLeft = m.register("rows_left", UInt.self, width: sizeWidth)
    let columnsLeft = m.register("columns_left", UInt.self, width: sizeWidth)
    let endsRows = fits(rowsLeft, rows)
    let endsColumns = fits(columnsLeft, columns).named("ends_columns")
    var endsDepth: Bit = true
    var isFirst: Bit = true
    var depthCount = wholeDepth
    if let depth {
      let depthLeft = m.register("depth_left", UInt.self, width: sizeWidth)
      let starting = m.register("starts_sums", Bit.self)
      endsDepth = fits(depthLeft, depth).named("ends_depth")
      isFirst = starting
      depthCount = count(depthLeft, depth, endsDepth)
      m.when(moves) {
        depthLeft.next <== mux(endsDepth, wholeDepth, reduced(depthLeft, by: depth))
        starting.next <== endsDepth
      }
      m.when(starts) {
        depthLeft.next <== job.depth
        starting.next <== 1
      }
    }
    let endsJob = (endsDepth & endsColumns & endsRows).named("ends_job")
    m.assert(
      !isBusy | (rowsLeft.any & columnsLeft.any), "something_is_left_of_a_job",
      "a job is under way of which nothing is left")
    m.when(moves & endsDepth) {
      columnsLeft.next <== mux(endsColumns, wholeColumns, reduced(columnsLeft, by: columns))
      m.when(endsColumns) { rowsLeft.next <== reduced(rowsLeft, by: rows) }
      m.when(endsJob) { isBusy.next <== 0 }
    }
    m.when(starts) {
      isBusy.next <== 1
      rowsLeft.next <== job.rows
      columnsLeft.next <== job.columns
    }

    m.when(moves) { isOffered.next <== 1 }.otherwise(when: io.tile.ready) { isOffered.next <== 0 }
    io.tile.valid <== isOffered
    let tile = io.tile.payload
    tile.rows <== m.register("tile_rows", count(rowsLeft, rows, endsRows), when: moves)
    tile.depth <== m.register("tile_depth", depthCount, when: moves)
    tile.columns <== m.register("tile_columns", count(columnsLeft, columns, endsColumns), when: moves)
    tile.isFirst <== (depth == nil ? isFirst : m.register("tile_is_first", isFirst, when: moves))
    tile.isLast <== (depth == nil ? endsDepth : m.register("tile_is_last", endsDepth, when: moves))
    tile.endsJob <== m.register("tile_ends_job", endsJob, when: moves)
  }

  // Blocks of rows may be larger than any job.

  private func fits(_ left: UInt, _ size: Int) -> Bit {
    bits(for: size) > sizeWidth ? true : left .<= UInt(size)
  }

  private func reduced(_ left: UInt, by size: Int) -> UInt {
    bits(for: size) > sizeWidth ? left : left &- UInt(size)
  }

  private func count(_ left: UInt, _ size: Int, _ fits: Bit) -> UInt {
    let width = min(sizeWidth, bits(for: size))
    return bits(for: size) > sizeWidth ? left : mux(fits, left.truncated(to: width), UInt(size))
  }
}
