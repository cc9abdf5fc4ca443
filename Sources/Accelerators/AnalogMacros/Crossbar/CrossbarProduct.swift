/// A matrix of weights on crossbars, and its products with vectors of integers: the digital shell around the macros.
///
/// An input is driven bit by bit; the plane of its sign bit counts negative. The code of every crossbar, column and plane
/// is converted before it is shifted and added, so an error of the converter is an error of each of them.
public struct CrossbarProduct: Sendable {
  /// Format of weights and inputs, and of the crossbars.
  public struct Configuration: Hashable, Sendable, Codable {
    /// Cells and converters.
    public var geometry: CrossbarGeometry
    /// How weights become levels.
    public var encoding: WeightEncoding
    /// Bits of a weight: 2 to 16.
    public var weightBits: Int
    /// Bits of an input: 2 to 16.
    public var inputBits: Int
    /// Columns that share a converter, a divisor of the columns.
    public var columnsPerConverter: Int
    /// What is not ideal.
    public var effects: Nonidealities

    /// Eight bits on crossbars of the defaults.
    public init(
      _ geometry: CrossbarGeometry = CrossbarGeometry(), _ encoding: WeightEncoding = .differential,
      weightBits: Int = 8, inputBits: Int = 8, columnsPerConverter: Int = 1,
      effects: Nonidealities = Nonidealities()
    ) {
      self.geometry = geometry
      self.encoding = encoding
      self.weightBits = weightBits
      self.inputBits = inputBits
      self.columnsPerConverter = columnsPerConverter
      self.effects = effects
    }

    /// Cells for a weight.
    public var slices: Int { EncodedWeights.slices(bits: weightBits, geometry) }

    /// Logical columns of a crossbar.
    public var outputs: Int { geometry.columns / slices }
  }

  /// One block of the matrix.
  private struct Block {
    var crossbars: [Crossbar]
    var isFlipped: [Bool]
  }

  /// Format.
  public let configuration: Configuration
  /// Inputs and outputs of the matrix.
  public let inputs, outputs: Int
  private let blocks: [[Block]]

  /// Programs a matrix.
  ///
  /// - Parameters:
  ///   - weights: a row for each input.
  ///   - number: of the first crossbar; the others follow, row group by row group, column group by column group.
  public init(_ weights: [[Int32]], _ configuration: Configuration, number: UInt32 = 0) {
    self.configuration = configuration
    inputs = weights.count
    let width = weights.first?.count ?? 0
    outputs = width
    let (rows, columns) = (configuration.geometry.rows, configuration.outputs)
    precondition(columns > 0, "a weight of \(configuration.slices) cells does not fit a crossbar")
    var next = number
    var blocks: [[Block]] = []
    for row in stride(from: 0, to: weights.count, by: rows) {
      var group: [Block] = []
      for column in stride(from: 0, to: width, by: columns) {
        let part = weights[row..<min(row + rows, weights.count)].map {
          Array($0[column..<min(column + columns, width)])
        }
        let encoded = EncodedWeights(
          part, bits: configuration.weightBits, configuration.encoding, configuration.geometry)
        let crossbars = encoded.levels.map { levels in
          var crossbar = Crossbar(
            configuration.geometry, configuration.effects, number: next,
            columnsPerConverter: configuration.columnsPerConverter)
          next += 1
          for (row, values) in levels.enumerated() { crossbar.write(row: row, values) }
          return crossbar
        }
        group.append(Block(crossbars: crossbars, isFlipped: encoded.isFlipped))
      }
      blocks.append(group)
    }
    self.blocks = blocks
  }

  /// Crossbars that the matrix takes.
  public var crossbarCount: Int { blocks.reduce(0) { $0 + $1.reduce(0) { $0 + $1.crossbars.count } } }

  /// `vector` · weights, with the fraction bits of the codes.
  ///
  /// - Parameters:
  ///   - vector: a value for each input, of `inputBits` bits.
  ///   - event: number of the read of plane 0; plane b has number event + b.
  ///   - temperature: half kelvins above 300 K.
  public func times(_ vector: [Int32], event: UInt32 = 0, temperature: UInt8 = 0) -> [Int32] {
    precondition(vector.count == inputs, "the matrix has \(inputs) inputs, not \(vector.count)")
    let c = configuration
    let (rows, columns, slices) = (c.geometry.rows, c.outputs, c.slices)
    let fraction = Int64(c.geometry.codeFractionBits)
    var sums = [Int64](repeating: 0, count: outputs)
    for (rowGroup, blocks) in blocks.enumerated() {
      let part = vector[rowGroup * rows..<min((rowGroup + 1) * rows, inputs)]
      let total = part.reduce(Int64(0)) { $0 + Int64($1) }
      for plane in 0..<c.inputBits {
        var driven = part.map { $0 >> Int32(plane) & 1 == 1 }
        driven += [Bool](repeating: false, count: rows - driven.count)
        let drivenRows = driven.count { $0 }
        let weight: Int64 = plane == c.inputBits - 1 ? -(1 << Int64(plane)) : 1 << Int64(plane)
        for (columnGroup, block) in blocks.enumerated() {
          let codes = block.crossbars.map {
            $0.codes(plane: driven, event: event &+ UInt32(plane), temperature: temperature)
          }
          for column in 0..<min(columns, outputs - columnGroup * columns) {
            var sum: Int64 = 0
            for slice in 0..<slices {
              let physical = column * slices + slice
              var code = Int64(codes[0][physical])
              if c.encoding == .differential { code -= Int64(codes[1][physical]) }
              if block.isFlipped[physical] { code = Int64(drivenRows * c.geometry.greatestLevel) << fraction - code }
              sum += code << Int64(slice * c.geometry.cellBits)
            }
            sums[columnGroup * columns + column] += weight * sum
          }
        }
      }
      guard c.encoding != .differential else { continue }
      for column in sums.indices { sums[column] -= total << (Int64(c.weightBits - 1) + fraction) }
    }
    return sums.map { Int32(truncatingIfNeeded: $0) }
  }
}
