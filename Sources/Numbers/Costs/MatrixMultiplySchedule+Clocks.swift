extension MatrixMultiplySchedule {
  /// Clocks for which a product of `rows` × `depth` by `depth` × `columns` keeps the array, when no stream stalls.
  ///
  /// A weight-stationary array takes a row of A a clock, and a row of the next weights a clock meanwhile: a block takes as
  /// many clocks as it has rows of A, and no fewer than the array has rows. An output-stationary array takes a step of K a
  /// clock and shifts the sums of the last block out meanwhile, a row a clock. Where results are codes, their parameters
  /// go from column to column meanwhile, a column a clock. No block takes less than two clocks.
  ///
  /// - Parameter takesParameters: Whether the results are codes.
  public func clocks(rows: Int, depth: Int, columns: Int, takesParameters: Bool) -> Int {
    let columnBlocks = (columns + self.columns - 1) / self.columns
    let least = takesParameters ? max(2, self.columns) : 2
    switch dataflow {
    case .weightStationary(let maximumRows):
      let passes = (depth + self.rows - 1) / self.rows
      let rowBlocks = stride(from: 0, to: rows, by: maximumRows).map { min(maximumRows, rows - $0) }
      return columnBlocks * rowBlocks.reduce(0) { $0 + max(passes * max($1, self.rows, 2), least) }
    case .outputStationary:
      return columnBlocks * ((rows + self.rows - 1) / self.rows) * max(depth, self.rows, least)
    }
  }
}
