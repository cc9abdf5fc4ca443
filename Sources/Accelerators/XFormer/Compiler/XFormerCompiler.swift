import AnalogMacros
import NumberFormats

/// Makes programs of encoder layers: matrices on units, blocks of tokens in the order of a schedule.
public struct XFormerCompiler: Sendable {
  /// The machine.
  public var sizes: XFormerSizes
  /// The order of the blocks.
  public var schedule: XFormerSchedule
  /// Whether a token sees those before it and itself alone.
  public var isCausal: Bool

  /// A compiler for a machine.
  public init(_ sizes: XFormerSizes, schedule: XFormerSchedule = .kvFirst, isCausal: Bool = false) {
    (self.sizes, self.schedule, self.isCausal) = (sizes, schedule, isCausal)
  }

  /// The program of layers on a sequence.
  ///
  /// Rows of the input are the tokens that attention sees: padding is neither loaded nor computed. Where all matrices have
  /// units at once, they are programmed before inference; otherwise each part of a matrix is programmed when its turn comes,
  /// and all blocks pass it before the next.
  ///
  /// - Parameter input: codes of 16 bits of each token.
  /// - Throws: ``XFormerError`` for a model that the machine cannot hold.
  public func program(_ layers: [XFormerLayer], input: [[Int32]]) throws(XFormerError) -> XFormerProgram {
    var writer = try LayerWriter(self, layers, input)
    for (index, layer) in layers.enumerated() { try writer.write(layer, index) }
    return writer.finished()
  }

  /// The engine of each matrix of a layer: query, key, value, output, up, down.
  public var engines: [Int] {
    switch sizes.projectionEngines {
    case 1: [0, 0, 0, 0, 0, 0]
    case 2: [0, 0, 0, 0, 1, 1]
    case 3: [0, 0, 0, 1, 2, 1]
    case 4: [0, 0, 0, 1, 2, 3]
    default: [1, 0, 0, 2, 3, 4]
    }
  }

  /// Units that a matrix takes: how many are added, and how many columns of them.
  public func units(inputs: Int, outputs: Int) -> (stack: Int, columns: Int) {
    let (rows, width) = (sizes.crossbar.geometry.rows, sizes.crossbar.outputs)
    return ((inputs + rows - 1) / rows, (outputs + width - 1) / width)
  }
}

/// Writes the layers of a program, one behind the other.
private struct LayerWriter {
  let compiler: XFormerCompiler
  let sizes: XFormerSizes
  let blocks: [Range<Int>]
  var program: XFormerProgram
  /// Commands of each engine so far.
  private var issued: [Int]
  /// What each engine's units hold.
  private var held: [[String: Range<Int>]]
  private var nextUnit: [Int]
  private let isResident: Bool
  private let features: Int
  private var events: [Int]
  /// The input of the next layer: codes of 8 and 16 bits, and when each block is there.
  private var input: (narrow: XFormerProgram.Place, wide: XFormerProgram.Place, done: [Marks])
  /// The query block and head that each tile's bank holds.
  private var bank: [Int: [Int]] = [:]
  private var tables: [Int: [Int8]] = [:]

  /// How many commands of engines have to have ended.
  typealias Marks = [Int: Int]

  init(_ compiler: XFormerCompiler, _ layers: [XFormerLayer], _ input: [[Int32]]) throws(XFormerError) {
    self.compiler = compiler
    sizes = compiler.sizes
    program = try XFormerProgram(sizes)
    guard let first = layers.first, !input.isEmpty else { throw .range("layers and tokens", 0, 1...65535) }
    features = first.features
    blocks = stride(from: 0, to: input.count, by: sizes.block).map { [sizes] in
      $0..<min($0 + sizes.block, input.count)
    }
    for layer in layers { try Self.check(layer, sizes, features) }
    for (before, layer) in zip(layers, layers.dropFirst())
    where layer.inputNarrowing != before.outputNorm.narrowing {
      throw .node(layer.query.name, "its input has other codes of 8 bits than the layer before gives")
    }
    isResident = Self.fits(compiler, layers)
    issued = [Int](repeating: 0, count: sizes.engines)
    events = [Int](repeating: 0, count: sizes.projectionEngines)
    held = [[String: Range<Int>]](repeating: [:], count: sizes.projectionEngines)
    nextUnit = [Int](repeating: 0, count: sizes.projectionEngines)
    let narrow = input.flatMap { first.inputNarrowing($0).map { UInt8(bitPattern: $0) } }
    let wide = input.flatMap { row in
      row.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
    self.input = (
      .init(name: "input", address: program.store(narrow), rows: input.count, columns: features, bytes: 1),
      .init(name: "input.wide", address: program.store(wide), rows: input.count, columns: features, bytes: 2),
      [Marks](repeating: [:], count: blocks.count)
    )
  }

  private static func check(_ layer: XFormerLayer, _ sizes: XFormerSizes, _ features: Int) throws(XFormerError) {
    guard layer.features == features else { throw .node("features", "layers of one model have the same") }
    guard layer.headFeatures * layer.heads == features else {
      throw .multiple("features", features, of: "heads", layer.heads)
    }
    guard layer.headFeatures % sizes.busBytes == 0, layer.headFeatures <= sizes.headFeatures else {
      throw .node(
        "heads",
        "one has \(layer.headFeatures) features: the tiles take multiples of \(sizes.busBytes) up to "
          + "\(sizes.headFeatures)")
    }
    guard features <= sizes.rowLength else { throw .range("features", features, 1...sizes.rowLength) }
    for narrowing in [layer.inputNarrowing, layer.attentionNorm.narrowing, layer.outputNorm.narrowing] {
      guard (0...15).contains(narrowing.shift) else { throw .range("shift of codes", narrowing.shift, 0...15) }
      guard narrowing.shifts.isEmpty || narrowing.shifts.count == features, narrowing.shifts.allSatisfy({ $0 < 8 })
      else {
        throw .node(layer.query.name, "each feature has a shift of 0 to 7, or none has")
      }
    }
    for matrix in [layer.query, layer.key, layer.value, layer.output, layer.up, layer.down] {
      guard matrix.inputs % sizes.busBytes == 0, matrix.outputs % sizes.crossbar.outputs == 0 else {
        throw .node(
          matrix.name,
          "it is \(matrix.inputs) × \(matrix.outputs): give multiples of \(sizes.busBytes) and "
            + "\(sizes.crossbar.outputs)")
      }
      let fraction = sizes.crossbar.geometry.codeFractionBits
      guard matrix.bias.allSatisfy({ abs(Int64($0)) << Int64(fraction) <= Int64(Int32.max) }),
        matrix.scales.allSatisfy({ $0.shift + fraction <= RequantizationScale.maximumShift })
      else {
        throw .node(matrix.name, "its biases and scales have no room for \(fraction) fraction bits: give fewer")
      }
    }
  }

  private static func fits(_ compiler: XFormerCompiler, _ layers: [XFormerLayer]) -> Bool {
    var seen: [Set<String>] = .init(repeating: [], count: compiler.sizes.projectionEngines)
    var needed = [Int](repeating: 0, count: compiler.sizes.projectionEngines)
    for layer in layers {
      let matrices = [layer.query, layer.key, layer.value, layer.output, layer.up, layer.down]
      for (matrix, engine) in zip(matrices, compiler.engines) where seen[engine].insert(matrix.name).inserted {
        let (stack, columns) = compiler.units(inputs: matrix.inputs, outputs: matrix.outputs)
        needed[engine] += stack * columns
      }
    }
    return needed.allSatisfy { $0 <= compiler.sizes.unitsPerEngine }
  }

  // MARK: Commands

  @discardableResult
  private mutating func add(_ engine: Int, _ make: (Marks) -> XFormerCommand, after marks: [Marks] = []) -> Marks {
    var waits: Marks = [:]
    for mark in marks { for (engine, count) in mark { waits[engine] = max(waits[engine] ?? 0, count) } }
    // An engine ends its commands in order.
    waits[engine] = nil
    program.inference.append(make(waits))
    issued[engine] += 1
    return [engine: issued[engine]]
  }

  private static func merged(_ marks: [Marks]) -> Marks {
    marks.reduce(into: [:]) { all, mark in for (engine, count) in mark { all[engine] = max(all[engine] ?? 0, count) } }
  }

  /// A part of a matrix on units: the first of them, how many are added, and the columns of units.
  private struct Part {
    var engine, firstUnit, stack, firstColumn, columns: Int
  }

  /// The parts of a matrix; each has units at once.
  private func parts(of matrix: XFormerLayer.Matrix, _ engine: Int) throws(XFormerError) -> [Range<Int>] {
    let (stack, columns) = compiler.units(inputs: matrix.inputs, outputs: matrix.outputs)
    let most = sizes.unitsPerEngine / stack
    guard most > 0 else {
      throw .node(matrix.name, "\(matrix.inputs) inputs take \(stack) units, and an engine has \(sizes.unitsPerEngine)")
    }
    return stride(from: 0, to: columns, by: most).map { $0..<min($0 + most, columns) }
  }

  /// Puts a part on units, unless it is there, and loads its scales.
  private mutating func place(_ matrix: XFormerLayer.Matrix, _ columns: Range<Int>, _ engine: Int) -> Part {
    let stack = compiler.units(inputs: matrix.inputs, outputs: matrix.outputs).stack
    let count = stack * columns.count
    let key = "\(matrix.name) \(columns)"
    let range: Range<Int>
    if let known = held[engine][key] {
      range = known
    } else {
      var start = nextUnit[engine]
      if start + count > sizes.unitsPerEngine { start = 0 }
      range = start..<start + count
      held[engine] = held[engine].filter { !$0.value.overlaps(range) }
      held[engine][key] = range
      nextUnit[engine] = range.upperBound
      for column in columns {
        for group in 0..<stack {
          let order = XFormerCommand.Program(
            address: program.store(levels(matrix, group, column)),
            unit: start + (column - columns.lowerBound) * stack + group, group: group)
          if isResident {
            program.deployment.append(.program(order, engine: engine))
          } else {
            add(engine, { .program(order, engine: engine, waits: $0) })
          }
        }
      }
    }
    let width = sizes.crossbar.outputs
    var bytes: [UInt8] = []
    let fraction = Int32(sizes.crossbar.geometry.codeFractionBits)
    for column in columns.lowerBound * width..<columns.upperBound * width {
      // Sums come with the fraction bits of the codes.
      let pattern = UInt32(bitPattern: matrix.bias[column] << fraction)
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: pattern >> UInt32(8 * $0)) }
      let scale = matrix.scales[column]
      bytes += [
        UInt8(truncatingIfNeeded: scale.multiplier), UInt8(scale.multiplier >> 8), UInt8(scale.shift + Int(fraction)),
        0,
      ]
    }
    let address = program.store(bytes)
    let loads = XFormerCommand.scales(at: address, first: range.lowerBound, count: columns.count, engine: engine)
    if isResident, program.inference.isEmpty {
      program.deployment.append(loads)
    } else {
      add(
        engine,
        { .scales(at: address, first: range.lowerBound, count: columns.count, engine: engine, waits: $0) })
    }
    return Part(
      engine: engine, firstUnit: range.lowerBound, stack: stack, firstColumn: columns.lowerBound,
      columns: columns.count)
  }

  /// Which columns of a unit are complemented, where they can be, and the levels of its cells, as bytes.
  private func levels(_ matrix: XFormerLayer.Matrix, _ group: Int, _ column: Int) -> [UInt8] {
    let (c, g) = (sizes.crossbar, sizes.crossbar.geometry)
    let rows = group * g.rows..<min((group + 1) * g.rows, matrix.inputs)
    let columns = column * c.outputs..<(column + 1) * c.outputs
    let weights = rows.map { row in columns.map { Int32(matrix.codes[row * matrix.outputs + $0]) } }
    let encoded = EncodedWeights(weights, bits: c.weightBits, c.encoding, g)
    func packed(_ values: [UInt8], _ width: Int, words: Int) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: words * sizes.busBytes)
      for (index, value) in values.enumerated() {
        for bit in 0..<width where value >> UInt8(bit) & 1 == 1 {
          bytes[(index * width + bit) / 8] |= 1 << UInt8((index * width + bit) % 8)
        }
      }
      return bytes
    }
    let flips = sizes.flipWords == 0 ? [] : packed(encoded.isFlipped.map { $0 ? 1 : 0 }, 1, words: sizes.flipWords)
    return flips + encoded.levels.flatMap { $0.flatMap { packed($0, g.cellBits, words: sizes.rowWords) } }
  }

  private mutating func project(
    _ part: Part, _ block: Int, _ source: XFormerProgram.Place, _ target: XFormerProgram.Place,
    _ form: XFormerCommand.Output, after marks: [Marks]
  ) -> Marks {
    let tokens = blocks[block]
    let width = part.columns * sizes.crossbar.outputs
    let order = XFormerCommand.Projection(
      input: source.address + tokens.lowerBound * source.stride, inputStride: source.stride,
      output: target.address + tokens.lowerBound * target.stride
        + part.firstColumn * sizes.crossbar.outputs * target.bytes, outputStride: target.stride, tokens: tokens.count,
      words: source.stride / sizes.busBytes, firstUnit: part.firstUnit, units: part.stack * part.columns,
      stack: part.stack, event: events[part.engine], form: form, outputBytes: width * target.bytes)
    events[part.engine] += tokens.count * sizes.crossbar.inputBits
    program.projectionProducts += tokens.count * source.columns * width
    return add(part.engine, { .project(order, engine: part.engine, waits: $0) }, after: marks)
  }

  // MARK: Layers

  private enum Step: Int, CaseIterable { case query, key, value, output, up, down }

  mutating func write(_ layer: XFormerLayer, _ index: Int) throws(XFormerError) {
    let name = "layer.\(index)."
    let tokens = input.narrow.rows
    func place(_ step: String, _ columns: Int, _ bytes: Int) -> XFormerProgram.Place {
      program.result(name + step, rows: tokens, columns: columns, bytes: bytes)
    }
    let (q, k, v) = (place("query", features, 1), place("key", features, 1), place("value", features, 1))
    let context = place("context", features, 1)
    let attention = place("attention", features, 2)
    let (hiddenWide, hidden) = (place("hidden.wide", features, 2), place("hidden", features, 1))
    let inner = place("inner", layer.up.outputs, 1)
    let outer = place("outer", features, 2)
    let (outputWide, output) = (place("output.wide", features, 2), place("output", features, 1))

    let matrices = [layer.query, layer.key, layer.value, layer.output, layer.up, layer.down]
    let sources = [input.narrow, input.narrow, input.narrow, context, hidden, inner]
    let targets = [q, k, v, attention, inner, outer]
    let forms: [XFormerCommand.Output] = [.narrow, .narrow, .narrow, .wide, .function, .wide]
    let engines = compiler.engines
    var placed: [[Part]] = []
    var allParts: [[Range<Int>]] = []
    for step in Step.allCases { allParts.append(try parts(of: matrices[step.rawValue], engines[step.rawValue])) }
    if isResident {
      for step in Step.allCases {
        let (matrix, engine) = (matrices[step.rawValue], engines[step.rawValue])
        var list: [Part] = []
        for columns in allParts[step.rawValue] { list.append(self.place(matrix, columns, engine)) }
        placed.append(list)
      }
    }
    setTable(layer, engines[Step.up.rawValue])
    let sets = (loadNorm(layer.attentionNorm, 2 * index), loadNorm(layer.outputNorm, 2 * index + 1))

    // When each step of each block is done.
    let inputDone = input.done
    var done = [[Marks]](repeating: [Marks](repeating: [:], count: blocks.count), count: Step.allCases.count)
    var contextDone = [Marks](repeating: [:], count: blocks.count)
    var hiddenDone = contextDone
    var outputDone = contextDone

    func sourceDone(_ step: Step, _ block: Int) -> Marks {
      switch step {
      case .query, .key, .value: inputDone[block]
      case .output: contextDone[block]
      case .up: hiddenDone[block]
      case .down: done[Step.up.rawValue][block]
      }
    }
    func run(_ step: Step, _ block: Int, _ parts: [Part], _ extra: Marks = [:]) {
      let number = step.rawValue
      for part in parts {
        let mark = project(
          part, block, sources[number], targets[number], forms[number], after: [sourceDone(step, block), extra])
        done[number][block] = Self.merged([done[number][block], mark])
      }
    }
    /// All blocks of a step, part by part where the units are programmed again.
    func runAll(_ step: Step, _ extra: Marks = [:]) throws(XFormerError) {
      if isResident {
        for block in blocks.indices { run(step, block, placed[step.rawValue], extra) }
        return
      }
      for columns in allParts[step.rawValue] {
        let part = self.place(matrices[step.rawValue], columns, engines[step.rawValue])
        for block in blocks.indices { run(step, block, [part], extra) }
      }
    }
    let size = layer.headFeatures
    func attend(_ i: Int, _ j: Int, _ head: Int, _ lastKey: Int, _ slot: Int, _ extra: Marks) {
      let tile = head % sizes.attentionTiles
      let engine = sizes.attentionEngine(tile)
      let column = head * size
      let isHeld = bank[tile] == [index, i, head]
      bank[tile] = [index, i, head]
      let order = XFormerCommand.Attention(
        query: q.address + blocks[i].lowerBound * features + column,
        key: k.address + blocks[j].lowerBound * features + column,
        value: v.address + blocks[j].lowerBound * features + column,
        output: context.address + blocks[i].lowerBound * features + column, stride: features,
        queries: blocks[i].count, keys: blocks[j].count, words: size / sizes.busBytes, slot: slot,
        scoreMultiplier: Int(layer.scoreScale.multiplier), scoreShift: layer.scoreScale.shift,
        contextMultiplier: Int(layer.contextScale.multiplier), contextShift: layer.contextScale.shift,
        loadsQueries: !isHeld, isFirst: j == 0, isLast: j == lastKey, isDiagonal: compiler.isCausal && i == j)
      program.attentionProducts += 2 * blocks[i].count * blocks[j].count * size
      let mark = add(
        engine, { .attend(order, engine: engine, waits: $0) },
        after: [
          done[Step.query.rawValue][i], done[Step.key.rawValue][j], done[Step.value.rawValue][j], extra,
        ])
      if j == lastKey { contextDone[i] = Self.merged([contextDone[i], mark]) }
    }
    func normalize(
      _ block: Int, _ first: XFormerProgram.Place, _ second: XFormerProgram.Place, _ wide: XFormerProgram.Place,
      _ narrow: XFormerProgram.Place, _ norm: XFormerLayer.Norm, _ set: Int, after marks: [Marks]
    ) -> Marks {
      let tokens = blocks[block]
      let order = XFormerCommand.Normalization(
        first: first.address + tokens.lowerBound * first.stride,
        second: second.address + tokens.lowerBound * second.stride,
        wide: wide.address + tokens.lowerBound * wide.stride,
        narrow: narrow.address + tokens.lowerBound * narrow.stride, tokens: tokens.count,
        words: 2 * features / sizes.busBytes, features: features, set: set, shift: norm.shift,
        narrowShift: norm.narrowing.shift, small: norm.small)
      let engine = sizes.vectorEngine
      return add(engine, { .normalize(order, engine: engine, waits: $0) }, after: marks)
    }
    let (inputWide, last) = (input.wide, blocks.count - 1)
    func lastKey(_ i: Int) -> Int { compiler.isCausal ? i : last }
    func normalizeHidden(_ block: Int, _ extra: Marks = [:]) {
      hiddenDone[block] = normalize(
        block, inputWide, attention, hiddenWide, hidden, layer.attentionNorm, sets.0,
        after: [inputDone[block], done[Step.output.rawValue][block], extra])
    }
    func normalizeOutput(_ block: Int, _ extra: Marks = [:]) {
      outputDone[block] = normalize(
        block, hiddenWide, outer, outputWide, output, layer.outputNorm, sets.1,
        after: [hiddenDone[block], done[Step.down.rawValue][block], extra])
    }
    /// Pairs of blocks in the order of the schedule; what a tile's slot is for.
    func attendAll(_ extra: Marks) throws(XFormerError) {
      for step in blocks.indices { try attendStep(step, extra) }
    }
    /// What attention does in a step of the schedule: for the keys first a block of queries, for the wavefront whatever the
    /// newest block allows.
    func attendStep(_ s: Int, _ extra: Marks = [:]) throws(XFormerError) {
      for head in 0..<layer.heads {
        guard compiler.schedule == .wavefront, !compiler.isCausal else {
          for j in 0...lastKey(s) { attend(s, j, head, lastKey(s), 0, extra) }
          continue
        }
        let tileHeads = (layer.heads + sizes.attentionTiles - 1) / sizes.attentionTiles
        let needed = tileHeads * blocks.count
        guard needed <= sizes.heldBlocks else { throw .range("blocks whose sums wait", needed, 1...sizes.heldBlocks) }
        let slot = head / sizes.attentionTiles * blocks.count
        for j in 0...s { attend(s, j, head, last, slot + s, extra) }
        for i in 0..<s { attend(i, s, head, last, slot + i, extra) }
      }
    }

    if !isResident || compiler.schedule == .serial {
      let waitsForAll = compiler.schedule == .serial
      func all(_ marks: [Marks]) -> Marks { waitsForAll ? Self.merged(marks) : [:] }
      for step in [Step.query, .key, .value] { try runAll(step, all(inputDone)) }
      try attendAll(all(done[0] + done[1] + done[2]))
      try runAll(.output, all(contextDone))
      for block in blocks.indices { normalizeHidden(block, all(done[Step.output.rawValue])) }
      try runAll(.up, all(hiddenDone))
      try runAll(.down, all(done[Step.up.rawValue]))
      for block in blocks.indices { normalizeOutput(block, all(done[Step.down.rawValue])) }
    } else {
      if compiler.schedule == .kvFirst {
        for block in blocks.indices { for step in [Step.key, .value] { run(step, block, placed[step.rawValue]) } }
      }
      // Steps of different blocks stand together, so that no queue is blocked by what comes of the newest block.
      for time in 0..<blocks.count + 6 {
        func block(_ delay: Int) -> Int? { blocks.indices.contains(time - delay) ? time - delay : nil }
        if let block = block(0) {
          if compiler.schedule == .wavefront {
            for step in [Step.key, .value] { run(step, block, placed[step.rawValue]) }
          }
          run(.query, block, placed[Step.query.rawValue])
        }
        if let block = block(1) { try attendStep(block) }
        // Without a causal mask the wavefront has no context before its last step.
        let finishes = compiler.schedule == .wavefront && !compiler.isCausal
        if finishes { continue }
        if let block = block(2) { run(.output, block, placed[Step.output.rawValue]) }
        if let block = block(3) { normalizeHidden(block) }
        if let block = block(4) { run(.up, block, placed[Step.up.rawValue]) }
        if let block = block(5) { run(.down, block, placed[Step.down.rawValue]) }
        if let block = block(6) { normalizeOutput(block) }
      }
      if compiler.schedule == .wavefront, !compiler.isCausal {
        for time in 0..<blocks.count + 4 {
          func block(_ delay: Int) -> Int? { blocks.indices.contains(time - delay) ? time - delay : nil }
          if let block = block(0) { run(.output, block, placed[Step.output.rawValue]) }
          if let block = block(1) { normalizeHidden(block) }
          if let block = block(2) { run(.up, block, placed[Step.up.rawValue]) }
          if let block = block(3) { run(.down, block, placed[Step.down.rawValue]) }
          if let block = block(4) { normalizeOutput(block) }
        }
      }
    }
    input = (output, outputWide, outputDone)
    guard issued.allSatisfy({ $0 < 65536 }) else { throw .range("commands of an engine", issued.max() ?? 0, 0...65535) }
  }

  private mutating func setTable(_ layer: XFormerLayer, _ engine: Int) {
    guard tables[engine] != layer.function else { return }
    tables[engine] = layer.function
    let address = program.store(layer.function.map { UInt8(bitPattern: $0) })
    add(engine, { .table(at: address, engine: engine, waits: $0) })
  }

  private mutating func loadNorm(_ norm: XFormerLayer.Norm, _ number: Int) -> Int {
    let shifts = norm.narrowing.shifts
    let bytes = zip(norm.gamma, norm.beta).enumerated().flatMap { index, pair in
      [pair.0, pair.1 | Int32(shifts.isEmpty ? 0 : shifts[index])].flatMap {
        [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
      }
    }
    let set = number % sizes.normalizations
    let (address, engine) = (program.store(bytes), sizes.vectorEngine)
    let words = bytes.count / sizes.busBytes
    add(engine, { .coefficients(at: address, words: words, set: set, engine: engine, waits: $0) })
    return set
  }

  func finished() -> XFormerProgram {
    var program = program
    if !program.deployment.isEmpty { program.deployment.append(.end) }
    program.inference.append(.end)
    return program
  }
}
