extension MatrixTiler {
  /// Products for each of some cores, which together are these: the tiles of columns, or those of rows, are counted through all
  /// products, and each core has about as many, side by side. The dimension is that in which the core with the most has fewer.
  public static func shares(
    of products: [MatrixTiler], cores: Int, on configuration: Configuration
  ) -> [[MatrixTiler]] {
    guard cores > 1 else { return [products] }
    let (height, width) = (configuration.tileRows, configuration.tileColumns)
    func tiles(_ size: Int, _ tile: Int) -> Int { (size + tile - 1) / tile }
    /// The products of each core, and the most steps that one of them has.
    func cut(
      _ size: KeyPath<MatrixTiler, Int>, _ tile: Int, _ part: (MatrixTiler, Range<Int>) -> MatrixTiler
    ) -> (shares: [[MatrixTiler]], most: Int) {
      let total = products.reduce(0) { $0 + tiles($1[keyPath: size], tile) }
      let shares = (0..<cores).map { core -> [MatrixTiler] in
        let mine = total * core / cores..<total * (core + 1) / cores
        var start = 0
        return products.compactMap { product in
          let count = tiles(product[keyPath: size], tile)
          defer { start += count }
          let taken = mine.clamped(to: start..<start + count)
          guard !taken.isEmpty else { return nil }
          let last = min(product[keyPath: size], (taken.upperBound - start) * tile)
          return part(product, (taken.lowerBound - start) * tile..<last)
        }
      }
      let steps = shares.map { share in
        share.reduce(0) { $0 + tiles($1.rows, height) * tiles($1.columns, width) * $1.depth }
      }
      return (shares, steps.max() ?? 0)
    }
    let (byColumns, byRows) = (cut(\.columns, width) { $0.columns($1) }, cut(\.rows, height) { $0.rows($1) })
    return byColumns.most <= byRows.most ? byColumns.shares : byRows.shares
  }

  /// The product of all rows of X and some columns of Y, which stands where it stands in the whole one.
  private func columns(_ range: Range<Int>) -> MatrixTiler {
    var part = self
    part.columns = range.count
    part.y += range.lowerBound
    part.bias = bias.map { $0 + 4 * range.lowerBound }
    switch result {
    case .int8(let address, true): part.result = .int8(requantizers: address + 4 * range.lowerBound, perColumn: true)
    case .bfloat16(let address, true): part.result = .bfloat16(scales: address + 4 * range.lowerBound, perColumn: true)
    case .int8, .bfloat16, .int32: break
    }
    part.z += range.lowerBound * (isTransposed ? zStride : result.elementBytes)
    return part
  }

  /// The product of some rows of X and all columns of Y, which stands where it stands in the whole one.
  private func rows(_ range: Range<Int>) -> MatrixTiler {
    var part = self
    part.rows = range.count
    part.x += range.lowerBound
    part.z += range.lowerBound * (isTransposed ? result.elementBytes : zStride)
    return part
  }
}
