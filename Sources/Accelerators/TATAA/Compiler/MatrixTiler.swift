/// The program of a matrix product of any size: Z = X · Y, tile by tile.
///
/// In memory X is steps × rows and Y steps × columns, a byte an operand; a table has an entry for each column. Tiles at the
/// edges are as small as what is left; a depth beyond the banks is split, with the sums held in the accumulators.
///
/// What a bank holds is used as long as it can be: as many tiles of rows as there are banks stay while the columns pass, and
/// the next rows begin with the column that is there. The loads of a product stand in front of the store of the one before,
/// so that a machine can load while it multiplies.
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
    try Self.instructions(of: [self], for: configuration)
  }

  /// The program of some products one after the other; where their strides are the same, each is loaded while the one before
  /// is multiplied.
  ///
  /// - Throws: ``CompilerError``.
  public static func instructions(
    of products: [MatrixTiler], for configuration: Configuration
  ) throws(CompilerError) -> [Instruction] {
    do throws(ConfigurationError) { try configuration.validate() } catch { throw .configuration(error) }
    var program: [Instruction] = []
    var rest = products[...]
    while let first = rest.first {
      let same = rest.prefix { $0.strides == first.strides }
      rest = rest.dropFirst(same.count)
      var steps: [TileStep] = []
      for (number, product) in same.enumerated() {
        guard product.rows > 0, product.columns > 0, product.depth > 0 else {
          throw .product(rows: product.rows, columns: product.columns, depth: product.depth)
        }
        steps += product.steps(configuration, number)
      }
      do throws(InstructionError) {
        for (index, bytes) in first.strides.enumerated() {
          program.append(try Instruction(.stride, [.index: index + 1, .bytes: bytes]))
        }
        var writer = TileWriter(banks: configuration.operandBanks, hasBiases: same.contains { $0.bias != nil })
        program += try writer.program(Array(same), steps)
      } catch { throw .instruction(error) }
    }
    return program
  }

  private var strides: [Int] { [xStride, yStride, zStride] }

  /// A product of two banks.
  fileprivate struct TileStep {
    /// The product among those of a program.
    var number: Int
    var row, rowCount, column, columnCount: Int
    var step, count: Int
    var isFirst, isLast: Bool
  }

  /// The steps in their order: with one load for the whole depth as many tiles of rows as there are banks, and these for
  /// every column, in alternating direction; with a deeper one tile after tile.
  private func steps(_ configuration: Configuration, _ number: Int) -> [TileStep] {
    let (height, width, most) = (configuration.tileRows, configuration.tileColumns, configuration.maximumDepth)
    let pieces = (depth + most - 1) / most
    let piece = (depth + pieces - 1) / pieces
    let rowStarts = Array(stride(from: 0, to: rows, by: height))
    let group = pieces == 1 ? configuration.operandBanks : 1
    var columnStarts = Array(stride(from: 0, to: columns, by: width))
    var steps: [TileStep] = []
    for start in stride(from: 0, to: rowStarts.count, by: group) {
      let rowGroup = rowStarts[start..<min(start + group, rowStarts.count)]
      for (turn, column) in columnStarts.enumerated() {
        // The row that is there begins.
        for row in turn % 2 == 0 ? Array(rowGroup) : rowGroup.reversed() {
          for step in stride(from: 0, to: depth, by: piece) {
            steps.append(
              TileStep(
                number: number, row: row, rowCount: min(height, rows - row), column: column,
                columnCount: min(width, columns - column), step: step, count: min(piece, depth - step),
                isFirst: step == 0, isLast: step + piece >= depth))
          }
        }
      }
      columnStarts.reverse()
    }
    return steps
  }

  fileprivate func loadX(_ step: TileStep, bank: Int) throws(InstructionError) -> Instruction {
    try Instruction(
      .loadX,
      [.bank: bank, .address: x + step.step * xStride + step.row, .depth: step.count, .rows: step.rowCount, .stride: 1])
  }

  fileprivate func loadY(_ step: TileStep, bank: Int) throws(InstructionError) -> Instruction {
    try Instruction(
      .loadY,
      [
        .bank: bank, .address: y + step.step * yStride + step.column, .depth: step.count, .columns: step.columnCount,
        .stride: 2,
      ])
  }

  fileprivate func product(_ step: TileStep, x: Int, y: Int) throws(InstructionError) -> Instruction {
    let start: Opcode.Start = !step.isFirst ? .keep : bias == nil ? .zero : .bias
    return try Instruction(.matmul, [.x: x, .y: y, .depth: step.count, .start: start.rawValue])
  }

  fileprivate func store(_ step: TileStep) throws(InstructionError) -> Instruction {
    let (outer, inner) = isTransposed ? (step.column, step.row) : (step.row, step.column)
    return try Instruction(
      .storeAccumulators,
      [
        .kind: result.kind.rawValue, .address: z + outer * zStride + inner * result.elementBytes,
        .rows: step.rowCount, .columns: step.columnCount, .transposed: isTransposed ? 1 : 0, .stride: 3,
      ])
  }

  fileprivate func loadBias(_ step: TileStep) throws(InstructionError) -> Instruction? {
    guard let bias else { return nil }
    return try load(.bias, bias, perColumn: true, step)
  }

  fileprivate func loadScales(_ step: TileStep) throws(InstructionError) -> Instruction? {
    switch result {
    case .int8(let address, let perColumn): try load(.requantizer, address, perColumn: perColumn, step)
    case .bfloat16(let address, let perColumn): try load(.scale, address, perColumn: perColumn, step)
    case .int32: nil
    }
  }

  private func load(
    _ table: Opcode.Table, _ address: Int, perColumn: Bool, _ step: TileStep
  ) throws(InstructionError) -> Instruction {
    try Instruction(
      .loadTable,
      [
        .kind: table.rawValue, .address: address + (perColumn ? 4 * step.column : 0), .count: step.columnCount,
        .broadcast: perColumn ? 0 : 1,
      ])
  }
}

/// Writes the steps of products one after the other: each is followed by the loads of the next ones, and then by its store.
private struct TileWriter {
  /// The loads of steps that go ahead of their products: those of the next one, and of the one behind it where a bank is
  /// free. With biases only the former: those of a tile would stand behind the operands of the next but one, and the product
  /// waits for them.
  private let ahead: Int

  /// What the banks hold, the one that was used last at the end: the bank and the load.
  private var x, y: [(bank: Int, load: Instruction?)]
  /// The banks of each step so far.
  private var banks: [(x: Int, y: Int)] = []
  private var bias, scales: Instruction?

  init(banks: Int, hasBiases: Bool) {
    ahead = hasBiases ? 1 : 2
    x = (0..<banks).map { ($0, nil) }
    y = x
  }

  mutating func program(
    _ products: [MatrixTiler], _ steps: [MatrixTiler.TileStep]
  ) throws(InstructionError) -> [Instruction] {
    var program: [Instruction] = []
    for index in -1..<steps.count {
      if index >= 0 {
        let (product, step) = (products[steps[index].number], steps[index])
        program.append(try product.product(step, x: banks[index].x, y: banks[index].y))
        if step.isFirst, let load = try product.loadScales(step), load != scales {
          program.append(load)
          scales = load
        }
      }
      if index + 1 < steps.count, steps[index + 1].isFirst,
        let load = try products[steps[index + 1].number].loadBias(steps[index + 1]), load != bias
      {
        program.append(load)
        bias = load
      }
      while banks.count < steps.count, banks.count <= index + ahead {
        let step = steps[banks.count]
        // Not a bank of a step whose product is still to come: that of the last one may be loaded behind it.
        let waiting = banks[min(index + 1, banks.count)...]
        let (loadX, loadY) = (
          try products[step.number].loadX(step, bank: 0), try products[step.number].loadY(step, bank: 0)
        )
        guard let xPlace = Self.place(loadX, x, except: waiting.map(\.x)),
          let yPlace = Self.place(loadY, y, except: waiting.map(\.y))
        else { break }
        banks.append((Self.use(loadX, &x, xPlace, &program), Self.use(loadY, &y, yPlace, &program)))
      }
      if index >= 0, steps[index].isLast { program.append(try products[steps[index].number].store(steps[index])) }
    }
    return program
  }

  /// The place of the bank that holds what `load` brings, or of that one which was not used for the longest time.
  private static func place(
    _ load: Instruction, _ banks: [(bank: Int, load: Instruction?)], except waiting: [Int]
  ) -> Int? {
    banks.firstIndex { $0.load == load } ?? banks.firstIndex { !waiting.contains($0.bank) }
  }

  private static func use(
    _ load: Instruction, _ banks: inout [(bank: Int, load: Instruction?)], _ place: Int, _ program: inout [Instruction]
  ) -> Int {
    var entry = banks.remove(at: place)
    if entry.load != load {
      entry.load = load
      var values = load.values
      values[0] = entry.bank
      program.append(Instruction(unchecked: load.opcode, values))
    }
    banks.append(entry)
    return entry.bank
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
