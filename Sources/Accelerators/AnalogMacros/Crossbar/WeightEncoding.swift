/// How signed weights become levels of cells, which have no sign.
public enum WeightEncoding: String, Hashable, Sendable, Codable, CaseIterable {
  /// w + 2^(bits − 1), in slices of a cell's bits; the digital side subtracts the offset times the sum of the inputs.
  case offset
  /// As `offset`, a column stored complemented where its levels sum to more than half of the greatest sum: the
  /// greatest sum of a read halves, and one bit of the converter with it.
  case flippedOffset
  /// Magnitudes of the positive weights in one crossbar, those of the negative ones in another; the digital side
  /// subtracts the codes.
  case differential

  /// Crossbars for a block of weights.
  public var crossbars: Int { self == .differential ? 2 : 1 }
}

/// A block of signed weights as levels of cells, in the order of the physical columns.
///
/// Logical column j with slice k, the least significant one first, is physical column j · slices + k.
public struct EncodedWeights: Hashable, Sendable {
  /// Levels row by row, for each crossbar of the encoding: the positive one first.
  public let levels: [[[UInt8]]]
  /// Whether each physical column is stored complemented.
  public let isFlipped: [Bool]

  /// Encodes a block.
  ///
  /// - Parameters:
  ///   - weights: `geometry.rows` rows or fewer, of `columns / slices` values or fewer; the others are 0.
  ///   - bits: bits of a weight, 2 to 16.
  public init(_ weights: [[Int32]], bits: Int, _ encoding: WeightEncoding, _ geometry: CrossbarGeometry) {
    let slices = Self.slices(bits: bits, geometry)
    let logical = geometry.columns / slices
    precondition(
      weights.count <= geometry.rows && weights.allSatisfy { $0.count <= logical },
      "a crossbar of \(geometry.rows) × \(geometry.columns) cells holds \(geometry.rows) × \(logical) weights")
    let bound = Int32(1) << (bits - 1)
    func level(_ value: UInt32, _ slice: Int) -> UInt8 {
      UInt8(truncatingIfNeeded: value >> UInt32(slice * geometry.cellBits) & UInt32(geometry.greatestLevel))
    }
    var levels = [[[UInt8]]](
      repeating: [[UInt8]](repeating: [UInt8](repeating: 0, count: geometry.columns), count: geometry.rows),
      count: encoding.crossbars)
    for row in 0..<geometry.rows {
      for column in 0..<logical {
        let weight = row < weights.count && column < weights[row].count ? weights[row][column] : 0
        precondition((-bound..<bound).contains(weight), "weight \(weight) does not fit \(bits) bits")
        for slice in 0..<slices {
          let physical = column * slices + slice
          if encoding == .differential {
            levels[weight < 0 ? 1 : 0][row][physical] = level(weight.magnitude, slice)
          } else {
            levels[0][row][physical] = level(UInt32(weight + bound), slice)
          }
        }
      }
    }
    var isFlipped = [Bool](repeating: false, count: geometry.columns)
    if encoding == .flippedOffset {
      for column in 0..<logical * slices {
        let sum = levels[0].reduce(0) { $0 + Int($1[column]) }
        guard sum * 2 > geometry.greatestSum else { continue }
        isFlipped[column] = true
        for row in 0..<geometry.rows {
          levels[0][row][column] = UInt8(geometry.greatestLevel) - levels[0][row][column]
        }
      }
    }
    self.levels = levels
    self.isFlipped = isFlipped
  }

  /// Cells for a weight: of `bits` bits, for the magnitude of the least weight needs them all.
  public static func slices(bits: Int, _ geometry: CrossbarGeometry) -> Int {
    (bits + geometry.cellBits - 1) / geometry.cellBits
  }
}
