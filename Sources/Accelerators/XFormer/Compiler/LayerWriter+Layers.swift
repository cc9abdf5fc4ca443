extension LayerWriter {
  enum Step: Int, CaseIterable { case query, key, value, output, up, down }

  /// What a block of a sequence has to do in a layer.
  enum Work { case keysAndValues, query, attend, output, hidden, up, down, result }

  /// A layer of a sequence: where its steps stand, and when each block of them is done.
  struct Pass {
    var sequence: Tokens
    var layer: XFormerLayer
    var index: Int
    var sources, targets: [Place]
    var hiddenWide, outputWide, output: Place
    var done: [[Marks]]
    var contextDone, hiddenDone, outputDone: [Marks]

    var blocks: [Range<Int>] { sequence.blocks }
    var matrices: [XFormerLayer.Matrix] {
      [layer.query, layer.key, layer.value, layer.output, layer.up, layer.down]
    }
    static let forms: [XFormerCommand.Output] = [.narrow, .narrow, .narrow, .wide, .function, .wide]

    /// The input of the next layer.
    var next: Tokens {
      var next = sequence
      (next.narrow, next.wide, next.done) = (output, outputWide, outputDone)
      return next
    }

    func sourceDone(_ step: Step, _ block: Int) -> Marks {
      switch step {
      case .query, .key, .value: sequence.done[block]
      case .output: contextDone[block]
      case .up: hiddenDone[block]
      case .down: done[Step.up.rawValue][block]
      }
    }
  }

  /// Makes room for the results of a layer.
  mutating func pass(_ sequence: Tokens, _ layer: XFormerLayer, _ index: Int) -> Pass {
    let name = (sequences.count > 1 ? "sequence.\(sequence.number)." : "") + "layer.\(index)."
    let tokens = sequence.narrow.rows
    func place(_ step: String, _ columns: Int, _ bytes: Int) -> Place {
      program.result(name + step, rows: tokens, columns: columns, bytes: bytes)
    }
    let (q, k, v) = (place("query", features, 1), place("key", features, 1), place("value", features, 1))
    let context = place("context", features, 1)
    let attention = place("attention", features, 2)
    let (hiddenWide, hidden) = (place("hidden.wide", features, 2), place("hidden", features, 1))
    let inner = place("inner", layer.up.outputs, 1)
    let outer = place("outer", features, 2)
    let (outputWide, output) = (place("output.wide", features, 2), place("output", features, 1))
    let none = [Marks](repeating: [:], count: sequence.blocks.count)
    return Pass(
      sequence: sequence, layer: layer, index: index,
      sources: [sequence.narrow, sequence.narrow, sequence.narrow, context, hidden, inner],
      targets: [q, k, v, attention, inner, outer], hiddenWide: hiddenWide, outputWide: outputWide, output: output,
      done: [[Marks]](repeating: none, count: Step.allCases.count), contextDone: none, hiddenDone: none,
      outputDone: none)
  }

  mutating func write(_ layers: [XFormerLayer]) throws(XFormerError) {
    if isResident, compiler.schedule != .serial {
      try writeInTurn(layers)
    } else {
      for (index, layer) in layers.enumerated() { try writeStepByStep(layer, index) }
    }
    guard issued.allSatisfy({ $0 < 65536 }) else { throw .range("commands of an engine", issued.max() ?? 0, 0...65535) }
  }

  /// Puts the matrices of a layer on units, unless they are there, and loads its table and normalisations.
  mutating func begin(_ layer: XFormerLayer, _ index: Int, _ pass: Pass) throws(XFormerError) {
    if isResident, placed[index] == nil {
      var all: [[Part]] = []
      for step in Step.allCases {
        let (matrix, engine) = (pass.matrices[step.rawValue], compiler.engines[step.rawValue])
        var list: [Part] = []
        for columns in try parts(of: matrix, engine) { list.append(place(matrix, columns, engine)) }
        all.append(list)
      }
      placed[index] = all
    } else if !isResident {
      for step in Step.allCases { _ = try parts(of: pass.matrices[step.rawValue], compiler.engines[step.rawValue]) }
    }
    setTable(layer, compiler.engines[Step.up.rawValue])
    _ = loadNorm(layer.attentionNorm, 2 * index)
    _ = loadNorm(layer.outputNorm, 2 * index + 1)
  }

  /// Every step for all blocks and sequences before the next one; where units are programmed again, part by part.
  mutating func writeStepByStep(_ layer: XFormerLayer, _ index: Int) throws(XFormerError) {
    var passes: [Pass] = []
    for sequence in sequences { passes.append(pass(sequence, layer, index)) }
    try begin(layer, index, passes[0])
    let waitsForAll = compiler.schedule == .serial
    func all(_ marks: [Marks]) -> Marks { waitsForAll ? Self.merged(marks) : [:] }
    func runAll(_ step: Step, _ extra: [Marks]) throws(XFormerError) {
      let (matrix, engine) = (passes[0].matrices[step.rawValue], compiler.engines[step.rawValue])
      let known = placed[index]?[step.rawValue]
      if let known {
        for number in passes.indices {
          for block in passes[number].blocks.indices { run(step, block, known, &passes[number], extra[number]) }
        }
        return
      }
      for columns in try parts(of: matrix, engine) {
        let part = place(matrix, columns, engine)
        for number in passes.indices {
          for block in passes[number].blocks.indices { run(step, block, [part], &passes[number], extra[number]) }
        }
      }
    }
    for step in [Step.query, .key, .value] { try runAll(step, passes.map { all($0.sequence.done) }) }
    for number in passes.indices {
      let extra = all(passes[number].done[0] + passes[number].done[1] + passes[number].done[2])
      for block in passes[number].blocks.indices { try attendStep(block, &passes[number], extra) }
    }
    try runAll(.output, passes.map { all($0.contextDone) })
    for number in passes.indices {
      let extra = all(passes[number].done[Step.output.rawValue])
      for block in passes[number].blocks.indices { normalizeHidden(block, &passes[number], extra) }
    }
    try runAll(.up, passes.map { all($0.hiddenDone) })
    try runAll(.down, passes.map { all($0.done[Step.up.rawValue]) })
    for number in passes.indices {
      let extra = all(passes[number].done[Step.down.rawValue])
      for block in passes[number].blocks.indices { normalizeOutput(block, &passes[number], extra) }
      sequences[number] = passes[number].next
    }
  }

  /// Blocks in the order of the schedule; steps of different blocks stand together, so that no queue is blocked by what comes of the
  /// newest block, and so do those of different sequences.
  mutating func writeInTurn(_ layers: [XFormerLayer]) throws(XFormerError) {
    let orders = sequences.map { groups($0.blocks.count) }
    var passes = [Pass?](repeating: nil, count: sequences.count)
    // A sequence follows the one before it by its keys and values.
    var delays = [0]
    for sequence in sequences.dropLast() { delays.append((delays.last ?? 0) + sequence.blocks.count) }
    let length = zip(orders, delays).reduce(0) { max($0, $1.0.count * layers.count + $1.1) }
    for time in 0..<length {
      for number in sequences.indices {
        let order = orders[number]
        let place = time - delays[number]
        guard place >= 0, place < order.count * layers.count else { continue }
        let (index, group) = place.quotientAndRemainder(dividingBy: order.count)
        if group == 0 {
          let fresh = pass(sequences[number], layers[index], index)
          try begin(layers[index], index, fresh)
          passes[number] = fresh
        }
        guard var pass = passes[number] else { continue }
        for (work, block) in order[group] { try perform(work, block, &pass) }
        passes[number] = pass
        if group == order.count - 1 { sequences[number] = pass.next }
      }
    }
  }

  /// What a sequence does in a layer, in groups that stand together.
  func groups(_ count: Int) -> [[(Work, Int)]] {
    var groups: [[(Work, Int)]] = []
    let isWave = compiler.schedule == .wavefront
    if !isWave { for block in 0..<count { groups.append([(.keysAndValues, block)]) } }
    /// The works of a time, each with how many times it is behind the first one.
    func add(_ works: [(Work, Int)], _ times: Int) {
      for time in 0..<times {
        groups.append(
          works.compactMap { work, delay in (0..<count).contains(time - delay) ? (work, time - delay) : nil })
      }
    }
    let rest: [(Work, Int)] = [(.output, 0), (.hidden, 1), (.up, 2), (.down, 3), (.result, 4)]
    let start: [(Work, Int)] = (isWave ? [(.keysAndValues, 0)] : []) + [(.query, 0), (.attend, 1)]
    // Without a causal mask the wavefront has no context before its last step.
    if isWave, !compiler.isCausal {
      add(start, count + 6)
      add(rest, count + 4)
    } else {
      add(start + rest.map { ($0, $1 + 2) }, count + 6)
    }
    return groups
  }

  mutating func perform(_ work: Work, _ block: Int, _ pass: inout Pass) throws(XFormerError) {
    let placed = placed[pass.index] ?? []
    func run(_ step: Step) { self.run(step, block, placed[step.rawValue], &pass) }
    switch work {
    case .keysAndValues:
      run(.key)
      run(.value)
    case .query: run(.query)
    case .attend: try attendStep(block, &pass)
    case .output: run(.output)
    case .hidden: normalizeHidden(block, &pass)
    case .up:
      // Another sequence may be in another layer.
      setTable(pass.layer, compiler.engines[Step.up.rawValue])
      run(.up)
    case .down: run(.down)
    case .result: normalizeOutput(block, &pass)
    }
  }

  mutating func run(
    _ step: Step, _ block: Int, _ parts: [Part], _ pass: inout Pass, _ extra: Marks = [:]
  ) {
    let number = step.rawValue
    for part in parts {
      // Another sequence may be in another layer, on the same weights.
      loadScales(part)
      let mark = project(
        part, pass.blocks[block], pass.sources[number], pass.targets[number], Pass.forms[number],
        after: [pass.sourceDone(step, block), extra])
      pass.done[number][block] = Self.merged([pass.done[number][block], mark])
    }
  }

  mutating func attend(
    _ i: Int, _ j: Int, _ head: Int, _ lastKey: Int, _ slot: Int, _ pass: inout Pass, _ extra: Marks
  ) {
    let (layer, blocks) = (pass.layer, pass.blocks)
    let size = layer.headFeatures
    let tile = head % sizes.attentionTiles
    let engine = sizes.attentionEngine(tile)
    let column = head * size
    let own = [pass.sequence.number, pass.index, i, head]
    let isHeld = bank[tile] == own
    bank[tile] = own
    func address(_ step: Step, _ block: Int) -> Int {
      pass.targets[step.rawValue].address + blocks[block].lowerBound * features + column
    }
    let order = XFormerCommand.Attention(
      query: address(.query, i), key: address(.key, j), value: address(.value, j),
      output: pass.sources[Step.output.rawValue].address + blocks[i].lowerBound * features + column, stride: features,
      outputStride: features, queries: blocks[i].count, keys: blocks[j].count, words: size / sizes.busBytes, slot: slot,
      scoreMultiplier: Int(layer.scoreScale.multiplier), scoreShift: layer.scoreScale.shift,
      contextMultiplier: Int(layer.contextScale.multiplier), contextShift: layer.contextScale.shift,
      loadsQueries: !isHeld, isFirst: j == 0, isLast: j == lastKey, isDiagonal: compiler.isCausal && i == j)
    program.attentionProducts += 2 * blocks[i].count * blocks[j].count * size
    let mark = add(
      engine, { .attend(order, engine: engine, waits: $0) },
      after: [
        pass.done[Step.query.rawValue][i], pass.done[Step.key.rawValue][j], pass.done[Step.value.rawValue][j], extra,
      ])
    if j == lastKey { pass.contextDone[i] = Self.merged([pass.contextDone[i], mark]) }
  }

  /// What attention does in a step of the schedule: for the keys first a block of queries, for the wavefront whatever the newest
  /// block allows.
  mutating func attendStep(_ s: Int, _ pass: inout Pass, _ extra: Marks = [:]) throws(XFormerError) {
    let (blocks, layer, last) = (pass.blocks, pass.layer, pass.blocks.count - 1)
    for head in 0..<layer.heads {
      guard compiler.schedule == .wavefront, !compiler.isCausal else {
        let lastKey = compiler.isCausal ? s : last
        for j in 0...lastKey { attend(s, j, head, lastKey, 0, &pass, extra) }
        continue
      }
      // Every sequence has slots of its own: the sums of all its blocks wait.
      let tileHeads = (layer.heads + sizes.attentionTiles - 1) / sizes.attentionTiles
      let before = sequences.prefix(pass.sequence.number).reduce(0) { $0 + tileHeads * $1.blocks.count }
      let needed = before + tileHeads * blocks.count
      guard needed <= sizes.heldBlocks else { throw .range("blocks whose sums wait", needed, 1...sizes.heldBlocks) }
      let slot = before + head / sizes.attentionTiles * blocks.count
      for j in 0...s { attend(s, j, head, last, slot + s, &pass, extra) }
      for i in 0..<s { attend(i, s, head, last, slot + i, &pass, extra) }
    }
  }

  mutating func normalize(
    _ tokens: Range<Int>, _ first: Place, _ second: Place, _ wide: Place, _ narrow: Place, _ norm: XFormerLayer.Norm,
    _ number: Int, after marks: [Marks]
  ) -> Marks {
    let order = XFormerCommand.Normalization(
      first: first.address + tokens.lowerBound * first.stride,
      second: second.address + tokens.lowerBound * second.stride,
      wide: wide.address + tokens.lowerBound * wide.stride,
      narrow: narrow.address + tokens.lowerBound * narrow.stride, tokens: tokens.count,
      words: 2 * features / sizes.busBytes, features: features, set: loadNorm(norm, number), shift: norm.shift,
      narrowShift: norm.narrowing.shift, small: norm.small, keepsSum: norm.keepsSum)
    let engine = sizes.vectorEngine
    return add(engine, { .normalize(order, engine: engine, waits: $0) }, after: marks)
  }

  mutating func normalizeHidden(_ block: Int, _ pass: inout Pass, _ extra: Marks = [:]) {
    pass.hiddenDone[block] = normalize(
      pass.blocks[block], pass.sequence.wide, pass.targets[Step.output.rawValue], pass.hiddenWide,
      pass.sources[Step.up.rawValue], pass.layer.attentionNorm, 2 * pass.index,
      after: [pass.sequence.done[block], pass.done[Step.output.rawValue][block], extra])
  }

  mutating func normalizeOutput(_ block: Int, _ pass: inout Pass, _ extra: Marks = [:]) {
    pass.outputDone[block] = normalize(
      pass.blocks[block], pass.hiddenWide, pass.targets[Step.down.rawValue], pass.outputWide, pass.output,
      pass.layer.outputNorm, 2 * pass.index + 1,
      after: [pass.hiddenDone[block], pass.done[Step.down.rawValue][block], extra])
  }
}
