/// Which numbers of a stored matrix belong to tokens that are real.
public struct RegionTokens: Hashable, Sendable {
  /// Which axes of a matrix are tokens; heads stand one below the other.
  public enum Axes: Hashable, Sendable {
    /// Tokens × features.
    case rows
    /// Features × tokens.
    case columns
    /// (Heads · tokens) × tokens, and nothing behind them.
    case both
  }

  /// The place in the model.
  public var site: PruningSite
  /// Which axes are tokens.
  public var axes: Axes
  /// For each token whether it is no padding.
  public var isReal: [Bool]

  /// Describes a matrix.
  public init(_ site: PruningSite, _ axes: Axes, isReal: [Bool]) {
    (self.site, self.axes, self.isReal) = (site, axes, isReal)
  }
}

extension EngineProgram {
  /// Counts zeros of what a memory holds where the program stores, by place in the model, padding apart.
  ///
  /// - Parameter code: The number of 32 bits at an address in bytes.
  public func sparsity(of code: (_ address: Int) -> Int32) -> [PruningSite: SparsityCount] {
    var result: [PruningSite: SparsityCount] = [:]
    for region in regions {
      guard let tokens = region.tokens else { continue }
      let (matrix, isReal) = (region.matrix, tokens.isReal)
      // A row of probabilities is stored in whole words of the bus.
      let columns = tokens.axes == .both ? isReal.count : matrix.columns
      result[tokens.site, default: SparsityCount()] += SparsityCount(
        rows: matrix.rows, columns: columns,
        isReal: { row, column in
          switch tokens.axes {
          case .rows: isReal[row % isReal.count]
          case .columns: isReal[column]
          case .both: isReal[row % isReal.count] && isReal[column]
          }
        },
        isZero: { code(matrix.address + $0 / columns * matrix.stride + 4 * ($0 % columns)) == 0 })
    }
    return result
  }
}
