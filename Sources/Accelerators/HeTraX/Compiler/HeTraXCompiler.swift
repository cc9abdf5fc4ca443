public import XFormer

/// Makes programs of layers of an encoder or a decoder for the generated machine: kernels K1 to K4 on the multiprocessors, FF1 and
/// FF2 on the crossbars.
///
/// Heads go to multiprocessors in turn; queries, keys and values of a head stay in the shared memory of its multiprocessor. Columns of
/// the output projection are shared out among multiprocessors, those of the feed-forward matrices among cores of crossbars, and
/// blocks of tokens to be normalised among vector lanes. Each command waits for what it reads and for nothing else.
///
/// With a causal mask a block of queries meets the blocks of keys up to its own: for those behind it there is no command. In its own
/// block a query meets its own key and those before it.
public struct HeTraXCompiler: Sendable {
  /// The machine.
  public var sizes: HeTraXSizes
  /// Whether a token sees those before it and itself alone.
  public var isCausal: Bool

  /// A compiler for a machine.
  public init(_ sizes: HeTraXSizes, isCausal: Bool = false) { (self.sizes, self.isCausal) = (sizes, isCausal) }

  /// The program of layers on a sequence. The same layers and input give the same bytes.
  ///
  /// Where all feed-forward weights have crossbars at once they are written before inference; otherwise each part is written when its
  /// turn comes, the first one of a layer while the multiprocessors work on attention.
  ///
  /// - Parameter input: codes of 16 bits of each token that attention sees.
  /// - Throws: ``HeTraXError`` for a model that the machine cannot hold.
  public func program(_ layers: [XFormerLayer], input: [[Int32]]) throws(HeTraXError) -> HeTraXProgram {
    var writer = try KernelWriter(self, layers, input)
    for (index, layer) in layers.enumerated() { try writer.write(layer, index) }
    return writer.finished()
  }
}

/// Writes the layers of a program, one behind the other.
private struct KernelWriter {
  /// How many commands of engines have to have ended.
  typealias Marks = [Int: Int]
  private typealias Place = XFormerProgram.Place

  /// A part of a matrix on units: the first of them, how many are added, and the columns of units.
  private struct Part {
    var engine, firstUnit, stack, firstColumn, columns: Int
  }

  private let sizes: HeTraXSizes
  private let isCausal: Bool
  private let blocks: [Range<Int>]
  private let features: Int
  private let isResident: Bool
  private var program: HeTraXProgram
  /// Commands of each engine so far.
  private var issued: [Int]
  /// What each engine's units hold, and where the next weights go.
  private var held: [[String: Range<Int>]]
  private var nextUnit, events: [Int]
  private var tables: [Int: [Int8]] = [:]
  private var sharedUsed: [Int]
  /// The input of the next layer: codes of 8 and of 16 bits, and when each block is there.
  private var input: (narrow: Place, wide: Place, done: [Marks])
  /// The last attention of each multiprocessor.
  private var lastAttention: [Marks]

  init(_ compiler: HeTraXCompiler, _ layers: [XFormerLayer], _ codes: [[Int32]]) throws(HeTraXError) {
    let sizes = compiler.sizes
    (self.sizes, isCausal) = (sizes, compiler.isCausal)
    program = try HeTraXProgram(sizes)
    guard let first = layers.first, !codes.isEmpty else { throw .request("there are no layers, or no tokens") }
    features = first.features
    guard codes.allSatisfy({ $0.count == first.features }) else {
      throw .request("a token has \(features) features, as the layer")
    }
    blocks = stride(from: 0, to: codes.count, by: sizes.streaming.block).map {
      $0..<min($0 + sizes.streaming.block, codes.count)
    }
    for layer in layers { try sizes.check(layer, features: features) }
    for (before, layer) in zip(layers, layers.dropFirst()) where !layer.follows(before) {
      throw .request("'\(layer.query.name)': its input has other codes of 8 bits than the layer before gives")
    }
    isResident = Self.fits(sizes, layers)
    issued = [Int](repeating: 0, count: sizes.engines)
    held = [[String: Range<Int>]](repeating: [:], count: sizes.engines)
    (nextUnit, events) = (issued, issued)
    sharedUsed = [Int](repeating: 0, count: sizes.streamingCores)
    lastAttention = [Marks](repeating: [:], count: sizes.streamingCores)
    let narrow = first.inputCodes(codes).flatMap { $0.map { UInt8(bitPattern: $0) } }
    let wide = codes.flatMap { row in
      row.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
    input = (
      Place(
        name: "input", address: program.contents.store(narrow), rows: codes.count, columns: features, bytes: 1),
      Place(
        name: "input.wide", address: program.contents.store(wide), rows: codes.count, columns: features, bytes: 2),
      [Marks](repeating: [:], count: blocks.count)
    )
  }

  /// The columns of units that each of some engines has.
  private static func shares(_ columns: Int, _ engines: Int) -> [Range<Int>] {
    (0..<engines).map { columns * $0 / engines..<columns * ($0 + 1) / engines }
  }

  private static func fits(_ sizes: HeTraXSizes, _ layers: [XFormerLayer]) -> Bool {
    var needed = [Int](repeating: 0, count: sizes.resistiveCores)
    var seen: Set<String> = []
    for matrix in layers.flatMap({ [$0.up, $0.down] }) where seen.insert(matrix.name).inserted {
      let (stack, columns) = sizes.resistive.units(inputs: matrix.inputs, outputs: matrix.outputs)
      for (core, share) in shares(columns, sizes.resistiveCores).enumerated() { needed[core] += stack * share.count }
    }
    return needed.allSatisfy { $0 <= sizes.resistive.unitsPerEngine }
  }

  // MARK: Commands

  @discardableResult
  private mutating func add(_ engine: Int, _ make: (Marks) -> XFormerCommand, after marks: [Marks] = []) -> Marks {
    var waits = Self.merged(marks)
    // An engine ends its commands in order.
    waits[engine] = nil
    program.inference.append(make(waits))
    issued[engine] += 1
    return [engine: issued[engine]]
  }

  private static func merged(_ marks: [Marks]) -> Marks {
    marks.reduce(into: [:]) { all, mark in for (engine, count) in mark { all[engine] = max(all[engine] ?? 0, count) } }
  }

  private func core(_ engine: Int) -> XFormerSizes {
    if case .crossbars = sizes.engine(engine) { sizes.resistive } else { sizes.streaming }
  }

  /// Columns in parts, each of which has units at once.
  private func parts(of matrix: XFormerLayer.Matrix, _ columns: Range<Int>, _ engine: Int) -> [Range<Int>] {
    let own = core(engine)
    let most = own.unitsPerEngine / own.units(inputs: matrix.inputs, outputs: matrix.outputs).stack
    return stride(from: columns.lowerBound, to: columns.upperBound, by: most).map {
      $0..<min($0 + most, columns.upperBound)
    }
  }

  /// Puts a part on units, unless it is there, and loads its scales.
  private mutating func place(_ matrix: XFormerLayer.Matrix, _ columns: Range<Int>, _ engine: Int) -> Part {
    let own = core(engine)
    let stack = own.units(inputs: matrix.inputs, outputs: matrix.outputs).stack
    let count = stack * columns.count
    let key = "\(matrix.name) \(columns)"
    var isCrossbar = false
    if case .crossbars = sizes.engine(engine) { isCrossbar = true }
    let range: Range<Int>
    if let known = held[engine][key] {
      range = known
    } else {
      var start = nextUnit[engine]
      if start + count > own.unitsPerEngine { start = 0 }
      range = start..<start + count
      held[engine] = held[engine].filter { !$0.value.overlaps(range) }
      held[engine][key] = range
      nextUnit[engine] = range.upperBound
      for column in columns {
        for group in 0..<stack {
          let order = XFormerCommand.Program(
            address: program.contents.store(own.unitBytes(matrix, group: group, column: column)),
            unit: start + (column - columns.lowerBound) * stack + group, group: group)
          if isCrossbar, isResident {
            program.deployment.append(.program(order, engine: engine))
          } else {
            add(engine, { .program(order, engine: engine, waits: $0) })
          }
        }
      }
    }
    let address = program.contents.store(own.scaleBytes(matrix, columns))
    add(
      engine,
      { .scales(at: address, first: range.lowerBound, count: columns.count, engine: engine, waits: $0) })
    return Part(
      engine: engine, firstUnit: range.lowerBound, stack: stack, firstColumn: columns.lowerBound,
      columns: columns.count)
  }

  /// - Parameter column: the column of the target at which the part's first one goes.
  private mutating func project(
    _ part: Part, _ block: Int, _ source: Place, _ target: Place, column: Int, _ form: XFormerCommand.Output,
    after marks: [Marks]
  ) -> Marks {
    let (tokens, own) = (blocks[block], core(part.engine))
    let width = part.columns * own.crossbar.outputs
    let order = XFormerCommand.Projection(
      input: source.address + tokens.lowerBound * source.stride, inputStride: source.stride,
      output: target.address + tokens.lowerBound * target.stride + column * target.bytes,
      outputStride: target.stride, tokens: tokens.count, words: source.stride / own.busBytes,
      firstUnit: part.firstUnit, units: part.stack * part.columns, stack: part.stack, event: events[part.engine],
      form: form, outputBytes: width * target.bytes)
    events[part.engine] += tokens.count * own.crossbar.inputBits
    let products = tokens.count * source.columns * width
    if case .crossbars = sizes.engine(part.engine) {
      program.crossbarProducts += products
    } else {
      program.matrixProducts += products
    }
    return add(part.engine, { .project(order, engine: part.engine, waits: $0) }, after: marks)
  }

  // MARK: Places

  private mutating func result(_ name: String, columns: Int, bytes: Int) -> Place {
    let rows = input.narrow.rows
    let place = Place(
      name: name, address: program.contents.room(rows * columns * bytes), rows: rows, columns: columns, bytes: bytes)
    program.results.append(.init(place: place, core: nil))
    return place
  }

  /// A place for codes of a multiprocessor: in its shared memory where it has one.
  private mutating func ownResult(_ name: String, columns: Int, core: Int) throws(HeTraXError) -> Place {
    guard sizes.sharedBytes > 0 else { return result("\(name).\(core)", columns: columns, bytes: 1) }
    let rows = input.narrow.rows
    let start = sharedUsed[core]
    let bytes = (rows * columns + 63) / 64 * 64
    sharedUsed[core] += bytes
    guard sharedUsed[core] <= sizes.sharedBytes else {
      throw .request(
        "'\(name).\(core)': queries, keys and values of \(rows) tokens take \(3 * bytes) bytes, and a multiprocessor has "
          + "\(sizes.sharedBytes): \(sizes.remedy("shared-bytes", 3 * bytes)), shared-bytes=0 or fewer tokens")
    }
    let place = Place(
      name: "\(name).\(core)", address: HeTraXSizes.sharedBase + start, rows: rows, columns: columns, bytes: 1)
    program.results.append(.init(place: place, core: core))
    return place
  }

  // MARK: Layers

  mutating func write(_ layer: XFormerLayer, _ index: Int) throws(HeTraXError) {
    let name = "layer.\(index)."
    let context = result(name + "context", columns: features, bytes: 1)
    let attention = result(name + "attention", columns: features, bytes: 2)
    let hidden = (
      wide: result(name + "hidden.wide", columns: features, bytes: 2),
      narrow: result(name + "hidden", columns: features, bytes: 1)
    )
    let inner = result(name + "inner", columns: layer.up.outputs, bytes: 1)
    let outer = result(name + "outer", columns: features, bytes: 2)
    let output = (
      wide: result(name + "output.wide", columns: features, bytes: 2),
      narrow: result(name + "output", columns: features, bytes: 1)
    )
    setTable(layer)
    let sets = (loadNorm(layer.attentionNorm, 2 * index), loadNorm(layer.outputNorm, 2 * index + 1))
    var first = try crossbarParts(layer.up)
    // Weights of the first part are written while attention runs.
    let prepared = first.isEmpty ? nil : first.removeFirst().map { place(layer.up, $0.columns, $0.engine) }

    let contextDone = try attend(layer, name, context)
    let attentionDone = multiplyOutput(layer.output, context, attention, contextDone)
    var hiddenDone = contextDone
    for block in blocks.indices {
      hiddenDone[block] = normalize(
        block, input.wide, attention, hidden, layer.attentionNorm, sets.0,
        after: [input.done[block], attentionDone[block]])
    }
    var innerDone = [Marks](repeating: [:], count: blocks.count)
    var outerDone = innerDone
    feedForward(prepared.map { [$0] } ?? [], hidden.narrow, inner, .function, hiddenDone, &innerDone)
    for group in first {
      feedForward(
        [group.map { place(layer.up, $0.columns, $0.engine) }], hidden.narrow, inner, .function, hiddenDone, &innerDone)
    }
    for group in try crossbarParts(layer.down) {
      feedForward([group.map { place(layer.down, $0.columns, $0.engine) }], inner, outer, .wide, innerDone, &outerDone)
    }
    var outputDone = innerDone
    for block in blocks.indices {
      outputDone[block] = normalize(
        block, hidden.wide, outer, output, layer.outputNorm, sets.1, after: [hiddenDone[block], outerDone[block]])
    }
    input = (output.narrow, output.wide, outputDone)
    sharedUsed = sharedUsed.map { _ in 0 }
    guard let most = issued.max(), most < 65536 else {
      throw .request(
        "'layer.\(index)': with it an engine has \(issued.max() ?? 0) commands, and 65535 are counted: give a greater block, or "
          + "fewer layers or tokens")
    }
  }

  /// The parts of a matrix on the cores of crossbars: in each group one part of each core that still has one.
  private func crossbarParts(
    _ matrix: XFormerLayer.Matrix
  ) throws(HeTraXError) -> [[(engine: Int, columns: Range<Int>)]] {
    let columns = sizes.resistive.units(inputs: matrix.inputs, outputs: matrix.outputs).columns
    let all = Self.shares(columns, sizes.resistiveCores).enumerated().map { core, share in
      let engine = sizes.number(of: .crossbars(core))
      return parts(of: matrix, share, engine).map { (engine: engine, columns: $0) }
    }
    return (0..<(all.map(\.count).max() ?? 0)).map { group in all.compactMap { group < $0.count ? $0[group] : nil } }
  }

  private mutating func feedForward(
    _ groups: [[Part]], _ source: Place, _ target: Place, _ form: XFormerCommand.Output, _ ready: [Marks],
    _ done: inout [Marks]
  ) {
    for group in groups {
      for block in blocks.indices {
        for part in group {
          let column = part.firstColumn * sizes.resistive.crossbar.outputs
          let mark = project(part, block, source, target, column: column, form, after: [ready[block]])
          done[block] = Self.merged([done[block], mark])
        }
      }
    }
  }

  /// K1 to K3: projections of the heads of each multiprocessor, then blocks of queries with all keys that they see.
  private mutating func attend(
    _ layer: XFormerLayer, _ name: String, _ context: Place
  ) throws(HeTraXError) -> [Marks] {
    let (size, width) = (layer.headFeatures, sizes.streaming.crossbar.outputs)
    var contextDone = [Marks](repeating: [:], count: blocks.count)
    for core in 0..<sizes.streamingCores {
      let heads = stride(from: core, to: layer.heads, by: sizes.streamingCores).map { $0 }
      guard !heads.isEmpty else { continue }
      let engine = sizes.number(of: .matrix(core))
      var places: [Place] = []
      for part in ["query", "key", "value"] {
        places.append(try ownResult(name + part, columns: heads.count * size, core: core))
      }
      // What is in the shared memory is read until the last attention of the layer before ends.
      let free = sizes.sharedBytes > 0 ? lastAttention[core] : [:]
      var done = [[Marks]](repeating: [Marks](repeating: [:], count: blocks.count), count: 3)
      for (kind, matrix) in [layer.query, layer.key, layer.value].enumerated() {
        for (slot, head) in heads.enumerated() {
          let columns = head * size / width..<(head + 1) * size / width
          for columns in parts(of: matrix, columns, engine) {
            let part = place(matrix, columns, engine)
            for block in blocks.indices {
              let mark = project(
                part, block, input.narrow, places[kind],
                column: slot * size + columns.lowerBound * width - head * size, .narrow,
                after: [input.done[block], free])
              done[kind][block] = Self.merged([done[kind][block], mark])
            }
          }
        }
      }
      for (slot, head) in heads.enumerated() {
        for i in blocks.indices {
          let last = isCausal ? i : blocks.count - 1
          for j in 0...last {
            let mark = attend(
              layer, places, context, core, slot, head, (i, j, last), after: [done[0][i], done[1][j], done[2][j]])
            if j == last { contextDone[i] = Self.merged([contextDone[i], mark]) }
            lastAttention[core] = mark
          }
        }
      }
    }
    return contextDone
  }

  /// A block of queries and one of keys.
  ///
  /// - Parameter pair: the two blocks, and the last one of keys that these queries see.
  private mutating func attend(
    _ layer: XFormerLayer, _ places: [Place], _ context: Place, _ core: Int, _ slot: Int, _ head: Int,
    _ pair: (i: Int, j: Int, last: Int), after marks: [Marks]
  ) -> Marks {
    let (size, engine) = (layer.headFeatures, sizes.number(of: .attention(core)))
    let (queries, keys) = (blocks[pair.i], blocks[pair.j])
    func address(_ kind: Int, _ tokens: Range<Int>) -> Int {
      places[kind].address + tokens.lowerBound * places[kind].stride + slot * size
    }
    let order = XFormerCommand.Attention(
      query: address(0, queries), key: address(1, keys), value: address(2, keys),
      output: context.address + queries.lowerBound * features + head * size, stride: places[0].stride,
      outputStride: features, queries: queries.count, keys: keys.count, words: size / sizes.streaming.busBytes, slot: 0,
      scoreMultiplier: Int(layer.scoreScale.multiplier), scoreShift: layer.scoreScale.shift,
      contextMultiplier: Int(layer.contextScale.multiplier), contextShift: layer.contextScale.shift,
      loadsQueries: pair.j == 0, isFirst: pair.j == 0, isLast: pair.j == pair.last,
      isDiagonal: isCausal && pair.i == pair.j)
    program.attentionProducts += 2 * queries.count * keys.count * size
    return add(engine, { .attend(order, engine: engine, waits: $0) }, after: marks)
  }

  /// K4 but for its normalisation: every multiprocessor has columns of the output projection.
  private mutating func multiplyOutput(
    _ matrix: XFormerLayer.Matrix, _ source: Place, _ target: Place, _ ready: [Marks]
  ) -> [Marks] {
    var done = [Marks](repeating: [:], count: blocks.count)
    let (own, cores) = (sizes.streaming, sizes.streamingCores)
    let columns = own.units(inputs: matrix.inputs, outputs: matrix.outputs).columns
    for (core, share) in Self.shares(columns, cores).enumerated() {
      let engine = sizes.number(of: .matrix(core))
      for columns in parts(of: matrix, share, engine) {
        let part = place(matrix, columns, engine)
        for block in blocks.indices {
          let mark = project(
            part, block, source, target, column: columns.lowerBound * own.crossbar.outputs, .wide,
            after: [ready[block]])
          done[block] = Self.merged([done[block], mark])
        }
      }
    }
    return done
  }

  private mutating func normalize(
    _ block: Int, _ first: Place, _ second: Place, _ results: (wide: Place, narrow: Place), _ norm: XFormerLayer.Norm,
    _ set: Int, after marks: [Marks]
  ) -> Marks {
    let tokens = blocks[block]
    let engine = sizes.number(of: .vector(block % sizes.streamingCores))
    let order = XFormerCommand.Normalization(
      first: first.address + tokens.lowerBound * first.stride,
      second: second.address + tokens.lowerBound * second.stride,
      wide: results.wide.address + tokens.lowerBound * results.wide.stride,
      narrow: results.narrow.address + tokens.lowerBound * results.narrow.stride, tokens: tokens.count,
      words: 2 * features / sizes.streaming.busBytes, features: features, set: set, shift: norm.shift,
      narrowShift: norm.narrowing.shift, small: norm.small, keepsSum: norm.keepsSum)
    return add(engine, { .normalize(order, engine: engine, waits: $0) }, after: marks)
  }

  private mutating func setTable(_ layer: XFormerLayer) {
    for core in 0..<sizes.resistiveCores {
      let engine = sizes.number(of: .crossbars(core))
      guard tables[engine] != layer.function else { continue }
      tables[engine] = layer.function
      let address = program.contents.store(layer.function.map { UInt8(bitPattern: $0) })
      add(engine, { .table(at: address, engine: engine, waits: $0) })
    }
  }

  private mutating func loadNorm(_ norm: XFormerLayer.Norm, _ number: Int) -> Int {
    let (bytes, set) = (norm.bytes, number % sizes.streaming.normalizations)
    let address = program.contents.store(bytes)
    for core in 0..<sizes.streamingCores {
      let engine = sizes.number(of: .vector(core))
      let words = bytes.count / sizes.streaming.busBytes
      add(engine, { .coefficients(at: address, words: words, set: set, engine: engine, waits: $0) })
    }
    return set
  }

  func finished() -> HeTraXProgram {
    var program = program
    if !program.deployment.isEmpty { program.deployment.append(.end) }
    program.inference.append(.end)
    return program
  }
}
