/// The program of a matrix product of any size: Z = X · Y, tile by tile.
///
/// In memory X is steps × rows and Y steps × columns, a byte an operand; a table has an entry for each column. Tiles at the
/// edges are as small as what is left; a depth beyond the banks is split, with the sums held in the accumulators. X and Y
/// change banks with each load, so that a machine can load while it multiplies.
public struct MatrixTiler: Hashable, Sendable {
  /// Rows of X and Z, columns of Y and Z, and the products of each sum.
  public var rows, columns, depth: Int
  /// The addresses of X and Y.
  public var x, y: Int
  /// Bytes from a step of X to the next one, and of Y.
  public var xStride, yStride: Int
  /// The address of an int32 bias for each column; none: 0.
  public var bias: Int?
  /// What the sums become.
  public var result: Result
  /// The address of Z.
  public var z: Int
  /// Bytes from a row of Z in memory to the next one.
  public var zStride: Int
  /// Whether a row of Z in memory is a column of Z.
  public var isTransposed: Bool

  /// What the sums become.
  public enum Result: Hashable, Sendable {
    /// Codes, by a requantiser for each column or one for all, of which the words stand at an address.
    case int8(requantizers: Int, perColumn: Bool)
    /// bfloat16, by a binary32 scale for each column or one for all.
    case bfloat16(scales: Int, perColumn: Bool)
    /// As they are.
    case int32
  }

  /// Describes a product of dense matrices.
  public init(
    rows: Int, columns: Int, depth: Int, x: Int, y: Int, bias: Int? = nil, result: Result, z: Int,
    isTransposed: Bool = false
  ) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.x = x
    self.y = y
    self.bias = bias
    self.result = result
    self.z = z
    self.isTransposed = isTransposed
    xStride = rows
    yStride = columns
    zStride = result.elementBytes * (isTransposed ? rows : columns)
  }

  /// The program, without END and without FENCE. It sets the strides 1 to 3.
  ///
  /// - Throws: ``CompilerError``.
  public func instructions(for configuration: Configuration) throws(CompilerError) -> [Instruction] {
    do throws(ConfigurationError) { try configuration.validate() } catch { throw .configuration(error) }
    guard rows > 0, columns > 0, depth > 0 else { throw .product(rows: rows, columns: columns, depth: depth) }
    do throws(InstructionError) { return try tiles(configuration) } catch { throw .instruction(error) }
  }

  private func tiles(_ configuration: Configuration) throws(InstructionError) -> [Instruction] {
    let (height, width, most) = (configuration.tileRows, configuration.tileColumns, configuration.maximumDepth)
    var program = [
      try Instruction(.stride, [.index: 1, .bytes: xStride]), try Instruction(.stride, [.index: 2, .bytes: yStride]),
      try Instruction(.stride, [.index: 3, .bytes: zStride]),
    ]
    var (xBank, yBank) = (0, 0)
    for column in stride(from: 0, to: columns, by: width) {
      let columnCount = min(width, columns - column)
      program += try tables(column, columnCount)
      // With one load for the whole depth Y serves all rows.
      var heldDepth: Int?
      for row in stride(from: 0, to: rows, by: height) {
        let rowCount = min(height, rows - row)
        for step in stride(from: 0, to: depth, by: most) {
          let count = min(most, depth - step)
          xBank = (xBank + 1) % configuration.operandBanks
          program.append(
            try Instruction(
              .loadX,
              [.bank: xBank, .address: x + step * xStride + row, .depth: count, .rows: rowCount, .stride: 1]))
          if heldDepth != step {
            yBank = (yBank + 1) % configuration.operandBanks
            program.append(
              try Instruction(
                .loadY,
                [.bank: yBank, .address: y + step * yStride + column, .depth: count, .columns: columnCount, .stride: 2])
            )
            heldDepth = step
          }
          let start: Opcode.Start = step > 0 ? .keep : bias == nil ? .zero : .bias
          program.append(
            try Instruction(.matmul, [.x: xBank, .y: yBank, .depth: count, .start: start.rawValue]))
        }
        let (outer, inner) = isTransposed ? (column, row) : (row, column)
        program.append(
          try Instruction(
            .storeAccumulators,
            [
              .kind: result.kind.rawValue, .address: z + outer * zStride + inner * result.elementBytes,
              .rows: rowCount, .columns: columnCount, .transposed: isTransposed ? 1 : 0, .stride: 3,
            ]))
      }
    }
    return program
  }

  private func tables(_ column: Int, _ count: Int) throws(InstructionError) -> [Instruction] {
    func load(_ table: Opcode.Table, _ address: Int, perColumn: Bool) throws(InstructionError) -> Instruction {
      try Instruction(
        .loadTable,
        [
          .kind: table.rawValue, .address: address + (perColumn ? 4 * column : 0), .count: count,
          .broadcast: perColumn ? 0 : 1,
        ])
    }
    var loads: [Instruction] = []
    if let bias { loads.append(try load(.bias, bias, perColumn: true)) }
    switch result {
    case .int8(let address, let perColumn): loads.append(try load(.requantizer, address, perColumn: perColumn))
    case .bfloat16(let address, let perColumn): loads.append(try load(.scale, address, perColumn: perColumn))
    case .int32: break
    }
    return loads
  }
}

extension MatrixTiler.Result {
  var kind: Opcode.StoredAccumulator {
    switch self {
    case .int8: .int8
    case .bfloat16: .bfloat16
    case .int32: .int32
    }
  }

  var elementBytes: Int {
    switch self {
    case .int8: 1
    case .bfloat16: 2
    case .int32: 4
    }
  }
}
