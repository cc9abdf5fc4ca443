/// How a product is cut into the blocks that fit into a machine's buffers.
struct ProductCut: Hashable, Sendable {
  /// Rows of a block, its columns in tiles, and chunks of its inner extent.
  let rows, columns, inner: Int

  init(_ sizes: EngineSizes, rows: Int, inner: Int, columns: Int) {
    let chunks = (inner + sizes.chunk - 1) / sizes.chunk
    let innerBlock = min(chunks, sizes.weightChunks, sizes.activationChunks / sizes.sharedRows)
    let step = max(sizes.sharedRows, sizes.wordElements)
    let tileColumns = (columns + sizes.columns - 1) / sizes.columns
    var rowBlock = min((rows + step - 1) / step * step, sizes.activationChunks / innerBlock / step * step)
    if rowBlock == 0 { rowBlock = sizes.sharedRows }
    rowBlock = min(rowBlock, sizes.sumGroups * sizes.sharedRows)
    let groups = (min(rows, rowBlock) + sizes.sharedRows - 1) / sizes.sharedRows
    self.rows = rowBlock
    self.columns = max(1, min(tileColumns, sizes.weightChunks / innerBlock, sizes.sumGroups / groups))
    self.inner = innerBlock
  }

  /// The blocks in the order of their commands: columns outermost.
  static func blocks(_ sizes: EngineSizes, rows: Int, inner: Int, columns: Int) -> [PruningBlock] {
    let cut = ProductCut(sizes, rows: rows, inner: inner, columns: columns)
    let width = cut.columns * sizes.columns
    return stride(from: 0, to: columns, by: width).flatMap { column in
      stride(from: 0, to: rows, by: cut.rows).map { row in
        PruningBlock(rows: row..<min(rows, row + cut.rows), columns: column..<min(columns, column + width))
      }
    }
  }
}
