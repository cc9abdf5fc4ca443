import Golden

/// A program of the generated machine with its memory, and what it has to store.
public struct EngineProgram: Sendable {
  /// A matrix in memory: rows that begin with a word of the bus.
  public struct Matrix: Hashable, Sendable {
    /// Where it begins, in bytes.
    public var address: Int
    /// Its extents.
    public var rows, columns: Int
    /// Bytes from one row to the next.
    public var stride: Int
    /// The whole of which this is a part, by its address.
    var owner: Int
  }

  /// What has to be stored in one place.
  public struct Region: Sendable {
    /// What it is.
    public var name: String
    /// Where it is; of each row as many numbers as ``codes`` has for it.
    public var matrix: Matrix
    /// The codes, row by row.
    public var codes: [Int32]
    /// Multiply-accumulates of all its pairs.
    public var pairs: Int
    /// The place in the model, where zeros of it are counted.
    public var tokens: RegionTokens?
  }

  /// The sizes of the machine.
  public let sizes: EngineSizes
  /// The commands.
  public private(set) var commands: [MachineCommand] = []
  /// The memory at the start, in numbers of 32 bits.
  public private(set) var memory: [Int32] = []
  /// All that is stored.
  public private(set) var regions: [Region] = []
  /// The order of the loops of products.
  public var order: LoopOrder
  /// Whether zeros are kept as on a machine without masks.
  public var isDense: Bool
  /// What was loaded last into either buffer.
  private var held: [Held?] = [nil, nil]
  private var nextBank = [0, 0]
  /// Matrices of which stores may be under way.
  private var pending: Set<Int> = []

  private struct Held: Hashable {
    var runs: MachineCommand.Runs
    var bank: Int
  }

  /// An empty program.
  ///
  /// - Throws: ``AccelTranError`` for sizes without hardware.
  public init(_ sizes: EngineSizes, order: LoopOrder = .bijk, isDense: Bool = false) throws(AccelTranError) {
    try sizes.validate()
    (self.sizes, self.order, self.isDense) = (sizes, order, isDense)
  }

  private var wordBytes: Int { sizes.busWidth / 8 }
  /// Words of the bus for so many numbers.
  public func words(_ count: Int) -> Int { (count + sizes.wordElements - 1) / sizes.wordElements }

  /// Room for a matrix; its numbers are 0.
  public mutating func matrix(rows: Int, columns: Int) -> Matrix {
    let stride = words(columns) * wordBytes
    let start = 4 * memory.count
    let result = Matrix(address: start, rows: rows, columns: columns, stride: stride, owner: start)
    memory += [Int32](repeating: 0, count: rows * stride / 4)
    return result
  }

  /// A matrix with numbers, row by row.
  public mutating func matrix(_ codes: [Int32], rows: Int, columns: Int) -> Matrix {
    let result = matrix(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        memory[(result.address + row * result.stride) / 4 + column] = codes[row * columns + column]
      }
    }
    return result
  }

  /// Says what has to be stored.
  mutating func expect(
    _ codes: [Int32], in matrix: Matrix, named name: String, pairs: Int = 0, tokens: RegionTokens? = nil
  ) {
    regions.append(Region(name: name, matrix: matrix, codes: codes, pairs: pairs, tokens: tokens))
  }

  /// Adds a command, which waits for all stores where one of the operands may not be there yet.
  private mutating func add(_ command: MachineCommand, reading operands: [Matrix] = []) {
    let waits = operands.contains { pending.contains($0.owner) }
    if waits { pending = [] }
    commands.append(waits ? command.waiting() : command)
  }

  /// What happens to the sums of a product.
  public struct Finish: Sendable {
    /// A bias for each column, or for each row.
    public var bias: [Int32]?
    /// Whether the bias belongs to rows.
    public var biasPerRow = false
    /// The limits of sums and codes; 0 for none.
    public var sumLimit: UInt64 = 0, codeLimit: UInt32 = 0, resultLimit: UInt32 = 0
    /// What sums are multiplied with, in steps of 2^−24.
    public var factor = 1 << 24
    /// 0 for none, 1 for ReLU, 2 for the quadratic sigmoid.
    public var function = 0
    /// The loop of which the threshold takes the place of `resultLimit`; nil for none.
    public var loop: Int?
    /// DynaTran's limits at the load of the left and of the right operand; 0 for none.
    public var leftLimit: UInt32 = 0, rightLimit: UInt32 = 0

    /// Nothing but the rounding.
    public init() {}
  }

  /// Adds `left` · `right`ᵀ, both with the inner extent along their rows.
  ///
  /// The product is cut into blocks that fit into the buffers: columns outermost, then rows, then the inner extent, of which the
  /// partial sums stay in the machine.
  ///
  /// - Parameters:
  ///   - left: rows × inner; `batch` of them one behind the other.
  ///   - right: columns × inner.
  ///   - address: Where the result goes, with its distance of rows.
  /// - Throws: ``AccelTranError`` for an extent that the machine cannot count.
  public mutating func product(
    _ left: Matrix, _ right: Matrix, to result: Matrix, finish: Finish = Finish(), batch: Int = 1
  ) throws(AccelTranError) {
    let (rows, columns, inner) = (left.rows / batch, right.rows / batch, left.columns)
    guard right.columns == inner else {
      throw .node("product", "the inner extents \(inner) and \(right.columns) differ")
    }
    let chunks = (inner + sizes.chunk - 1) / sizes.chunk
    let cut = ProductCut(sizes, rows: rows, inner: inner, columns: columns)
    let (innerBlock, rowBlock, columnBlock) = (cut.inner, cut.rows, cut.columns)
    let groups = (min(rows, rowBlock) + sizes.sharedRows - 1) / sizes.sharedRows
    let tileColumns = (columns + sizes.columns - 1) / sizes.columns
    if batch > 1 {
      guard rowBlock >= rows, columnBlock >= tileColumns, innerBlock == chunks, columns % sizes.columns == 0,
        batch * rows * chunks <= sizes.activationChunks, batch * tileColumns * chunks <= sizes.weightChunks,
        batch * groups * tileColumns <= sizes.sumGroups
      else { throw .node("product", "a batch of \(batch) does not fit into the buffers at once") }
    }
    if let bias = finish.bias {
      guard bias.count <= sizes.rowLength else { throw .range("bias", bias.count, 1...sizes.rowLength) }
      let table = matrix(bias, rows: 1, columns: bias.count)
      add(
        .load(
          .init(address: table.address, count: 1, bytes: table.stride, stride: table.stride),
          rowWords: words(bias.count), to: .bias))
    }
    for firstColumn in stride(from: 0, to: columns, by: columnBlock * sizes.columns) {
      let width = min(columns - firstColumn, columnBlock * sizes.columns)
      for firstRow in stride(from: 0, to: rows, by: rowBlock) {
        let height = min(rows - firstRow, rowBlock)
        for firstChunk in stride(from: 0, to: chunks, by: innerBlock) {
          let depth = min(chunks - firstChunk, innerBlock)
          let leftBank = load(
            left, rows: firstRow * batch..<(firstRow + height) * batch, chunks: firstChunk..<firstChunk + depth,
            to: .activations, limit: finish.leftLimit)
          let rightBank = load(
            right, rows: firstColumn * batch..<(firstColumn + width) * batch, chunks: firstChunk..<firstChunk + depth,
            to: .weights, limit: finish.rightLimit)
          var product = MachineCommand.Product(
            tiles: TileCounts(
              batch: batch, rows: (height + sizes.sharedRows - 1) / sizes.sharedRows,
              columns: (width + sizes.columns - 1) / sizes.columns, inner: depth), rows: height, columns: width,
            address: result.address + firstRow * result.stride + 4 * firstColumn, batchStride: rows * result.stride,
            rowStride: result.stride)
          product.order = order
          (product.leftBank, product.rightBank) = (leftBank, rightBank)
          product.accumulates = firstChunk > 0
          product.stores = firstChunk + depth == chunks
          product.hasBias = finish.bias != nil
          product.biasPerRow = finish.biasPerRow
          product.biasBase = (finish.biasPerRow ? firstRow : firstColumn) / sizes.wordElements
          (product.sumLimit, product.factor) = (finish.sumLimit, finish.factor)
          (product.codeLimit, product.resultLimit) = (finish.codeLimit, finish.resultLimit)
          product.function = finish.function
          if product.stores { product.loop = finish.loop }
          add(.product(product))
        }
      }
    }
    pending.insert(result.owner)
  }

  /// Loads a block unless the buffer holds it; gives its bank.
  private mutating func load(
    _ matrix: Matrix, rows: Range<Int>, chunks: Range<Int>, to target: MachineCommand.Target, limit: UInt32
  ) -> Int {
    let side = target == .weights ? 1 : 0
    let first = chunks.lowerBound * sizes.chunk
    let count = min(matrix.columns, chunks.upperBound * sizes.chunk) - first
    let bytes = words(count) * wordBytes
    let start = matrix.address + rows.lowerBound * matrix.stride + 4 * first
    let isWhole = bytes == matrix.stride
    let runs = MachineCommand.Runs(
      address: start, count: isWhole ? 1 : rows.count, bytes: isWhole ? rows.count * bytes : bytes,
      stride: matrix.stride)
    if let known = held[side], known.runs == runs { return known.bank }
    let bank = nextBank[side]
    nextBank[side] = 1 - bank
    held[side] = Held(runs: runs, bank: bank)
    add(
      .load(runs, rowWords: words(count), to: target, bank: bank, isDense: isDense, limit: limit), reading: [matrix])
    return bank
  }

  /// Tells a loop its table and the wanted share.
  mutating func tell(_ loop: Int, _ table: ThresholdTable, share: UInt64, gainShift: Int, keeps: Bool) {
    for index in 0..<PruningLoops.entries {
      let entry = table.entries[min(index, table.entries.count - 1)]
      add(.threshold(loop, .entry(index: index, share: entry.share, threshold: entry.threshold)))
    }
    add(.threshold(loop, .share(share, gainShift: gainShift, keeps: keeps)))
  }

  /// Adds softmax of rows, `block` of them with each command; nil for all of them.
  mutating func softmax(
    _ scores: Matrix, to result: Matrix, length: Int, limit: UInt32, loop: Int? = nil, block: Int? = nil
  ) {
    for first in stride(from: 0, to: scores.rows, by: block ?? scores.rows) {
      let rows = min(block ?? scores.rows, scores.rows - first)
      add(
        .softmax(
          rows: rows, rowWords: words(scores.columns), length: length, to: result.address + first * result.stride,
          limit: limit, loop: loop), reading: [scores])
      add(
        .load(
          .init(
            address: scores.address + first * scores.stride, count: 1, bytes: rows * scores.stride,
            stride: scores.stride), rowWords: words(scores.columns), to: .rows))
    }
    pending.insert(result.owner)
  }

  /// Adds layer normalisation of the sum of two matrices, `block` rows with each command; nil for all of them.
  mutating func normalize(
    _ first: Matrix, _ second: Matrix, gamma: [Int32], beta: [Int32], small: Int64, to result: Matrix, limit: UInt32,
    loop: Int? = nil, block: Int? = nil
  ) throws(AccelTranError) {
    let columns = first.columns
    guard columns % sizes.wordElements == 0 else {
      throw .node("normalisation", "rows of \(columns) numbers are no whole words of the bus")
    }
    guard columns <= sizes.rowLength else { throw .range("row-length", columns, 1...sizes.rowLength) }
    for (codes, target) in [(gamma, MachineCommand.Target.bias), (beta, .shift)] {
      let table = matrix(codes, rows: 1, columns: columns)
      add(
        .load(
          .init(address: table.address, count: 1, bytes: table.stride, stride: table.stride), rowWords: words(columns),
          to: target), reading: [first, second])
    }
    pending.insert(result.owner)
    for row in stride(from: 0, to: first.rows, by: block ?? first.rows) {
      let rows = min(block ?? first.rows, first.rows - row)
      add(
        .normalize(
          rows: rows, rowWords: words(columns), length: columns, isSum: true, small: small,
          to: result.address + row * result.stride, limit: limit, loop: loop))
      add(
        .load(
          .init(address: first.address + row * first.stride, count: rows, bytes: first.stride, stride: first.stride),
          rowWords: words(columns), to: .rows, second: second.address + row * second.stride))
    }
  }

  /// Ends the program.
  mutating func end() { commands.append(.end) }

  /// The memory with the program behind it, and where that begins; a multiple of 4,096.
  public var image: (bytes: [UInt8], program: Int) {
    let program = (4 * memory.count + 4095) / 4096 * 4096
    var bytes = [UInt8](repeating: 0, count: program)
    for (index, code) in memory.enumerated() {
      let pattern = UInt32(bitPattern: code)
      for byte in 0..<4 { bytes[4 * index + byte] = UInt8(truncatingIfNeeded: pattern >> UInt32(8 * byte)) }
    }
    for word in commands.flatMap(\.words) {
      for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(8 * byte))) }
    }
    return (bytes, program)
  }
}
