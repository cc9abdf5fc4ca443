import AnalogMacros
import NumberFormats

/// Writes the layers of a program: one behind the other of a sequence, sequences in turn.
struct LayerWriter {
  let compiler: XFormerCompiler
  let sizes: XFormerSizes
  var program: XFormerProgram
  /// Commands of each engine so far.
  var issued: [Int]
  /// What each engine's units hold.
  var held: [[String: Range<Int>]]
  var nextUnit: [Int]
  /// Where the scales are from that the units from a number on have, of each engine.
  var scales: [[Int: Int]]
  let isResident: Bool
  let features: Int
  var events: [Int]
  var sequences: [Tokens]
  /// The sequence, layer, query block and head that each tile's bank holds.
  var bank: [Int: [Int]] = [:]
  var tables: [Int: [Int8]] = [:]
  var norms: [Int: XFormerLayer.Norm] = [:]
  /// The parts of the matrices of each layer that are on units.
  var placed: [Int: [[Part]]] = [:]

  /// How many commands of engines have to have ended.
  typealias Marks = [Int: Int]
  typealias Place = XFormerProgram.Place

  /// Tokens in blocks, and the input of the next layer: codes of 8 and 16 bits, and when each block is there.
  struct Tokens {
    var number: Int
    var blocks: [Range<Int>]
    var narrow, wide: Place
    var done: [Marks]
  }

  init(_ compiler: XFormerCompiler, _ layers: [XFormerLayer], _ inputs: [[[Int32]]]) throws(XFormerError) {
    self.compiler = compiler
    sizes = compiler.sizes
    program = try XFormerProgram(sizes)
    guard let first = layers.first, !inputs.isEmpty, inputs.allSatisfy({ !$0.isEmpty }) else {
      throw .range("layers and tokens", 0, 1...65535)
    }
    features = first.features
    for layer in layers { try Self.check(layer, sizes, features) }
    for (before, layer) in zip(layers, layers.dropFirst()) where !layer.follows(before) {
      throw .node(layer.query.name, "its input has other codes of 8 bits than the layer before gives")
    }
    isResident = Self.fits(compiler, layers)
    issued = [Int](repeating: 0, count: sizes.engines)
    events = [Int](repeating: 0, count: sizes.projectionEngines)
    held = [[String: Range<Int>]](repeating: [:], count: sizes.projectionEngines)
    nextUnit = [Int](repeating: 0, count: sizes.projectionEngines)
    scales = [[Int: Int]](repeating: [:], count: sizes.projectionEngines)
    sequences = []
    for (number, input) in inputs.enumerated() {
      let narrow = first.inputCodes(input).flatMap { $0.map { UInt8(bitPattern: $0) } }
      let wide = input.flatMap { row in
        row.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
      }
      let blocks = stride(from: 0, to: input.count, by: sizes.block).map { [sizes] in
        $0..<min($0 + sizes.block, input.count)
      }
      sequences.append(
        Tokens(
          number: number, blocks: blocks,
          narrow: .init(
            name: "input", address: program.store(narrow), rows: input.count, columns: features, bytes: 1),
          wide: .init(
            name: "input.wide", address: program.store(wide), rows: input.count, columns: features, bytes: 2),
          done: [Marks](repeating: [:], count: blocks.count)))
    }
  }

  static func check(_ layer: XFormerLayer, _ sizes: XFormerSizes, _ features: Int) throws(XFormerError) {
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

  static func fits(_ compiler: XFormerCompiler, _ layers: [XFormerLayer]) -> Bool {
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
  mutating func add(_ engine: Int, _ make: (Marks) -> XFormerCommand, after marks: [Marks] = []) -> Marks {
    var waits: Marks = [:]
    for mark in marks { for (engine, count) in mark { waits[engine] = max(waits[engine] ?? 0, count) } }
    // An engine ends its commands in order.
    waits[engine] = nil
    program.inference.append(make(waits))
    issued[engine] += 1
    return [engine: issued[engine]]
  }

  static func merged(_ marks: [Marks]) -> Marks {
    marks.reduce(into: [:]) { all, mark in for (engine, count) in mark { all[engine] = max(all[engine] ?? 0, count) } }
  }

  /// A part of a matrix on units: the first of them, how many are added, and the columns of units.
  struct Part {
    var engine, firstUnit, stack, firstColumn, columns: Int
    /// Where its scales are in memory.
    var scales: Int
  }

  /// The parts of a matrix; each has units at once.
  func parts(of matrix: XFormerLayer.Matrix, _ engine: Int) throws(XFormerError) -> [Range<Int>] {
    let (stack, columns) = compiler.units(inputs: matrix.inputs, outputs: matrix.outputs)
    let most = sizes.unitsPerEngine / stack
    guard most > 0 else {
      throw .node(matrix.name, "\(matrix.inputs) inputs take \(stack) units, and an engine has \(sizes.unitsPerEngine)")
    }
    return stride(from: 0, to: columns, by: most).map { $0..<min($0 + most, columns) }
  }

  /// Puts a part on units, unless it is there, and loads its scales.
  mutating func place(_ matrix: XFormerLayer.Matrix, _ columns: Range<Int>, _ engine: Int) -> Part {
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
            address: program.store(sizes.unitBytes(matrix, group: group, column: column)),
            unit: start + (column - columns.lowerBound) * stack + group, group: group)
          if isResident {
            program.deployment.append(.program(order, engine: engine))
          } else {
            add(engine, { .program(order, engine: engine, waits: $0) })
          }
        }
      }
    }
    let address = program.store(sizes.scaleBytes(matrix, columns))
    let part = Part(
      engine: engine, firstUnit: range.lowerBound, stack: stack, firstColumn: columns.lowerBound,
      columns: columns.count, scales: address)
    if isResident, program.inference.isEmpty {
      program.deployment.append(
        .scales(at: address, first: part.firstUnit, count: part.columns, engine: engine))
      scales[engine][part.firstUnit] = address
    } else {
      loadScales(part)
    }
    return part
  }

  /// Loads the scales of a part, unless its units have them.
  mutating func loadScales(_ part: Part) {
    guard scales[part.engine][part.firstUnit] != part.scales else { return }
    scales[part.engine][part.firstUnit] = part.scales
    add(
      part.engine,
      { .scales(at: part.scales, first: part.firstUnit, count: part.columns, engine: part.engine, waits: $0) })
  }

  mutating func project(
    _ part: Part, _ tokens: Range<Int>, _ source: Place, _ target: Place, _ form: XFormerCommand.Output,
    after marks: [Marks]
  ) -> Marks {
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

  mutating func setTable(_ layer: XFormerLayer, _ engine: Int) {
    guard tables[engine] != layer.function else { return }
    tables[engine] = layer.function
    let address = program.store(layer.function.map { UInt8(bitPattern: $0) })
    add(engine, { .table(at: address, engine: engine, waits: $0) })
  }

  /// The set of a normalisation, which is loaded unless it is there.
  mutating func loadNorm(_ norm: XFormerLayer.Norm, _ number: Int) -> Int {
    let set = number % sizes.normalizations
    guard norms[set] != norm else { return set }
    norms[set] = norm
    let bytes = norm.bytes
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
