import NumberFormats
import XFormer

/// Makes programs of layers of encoders and decoders: head by head, every product on the banks of a unit, with what each command waits
/// for.
///
/// A product goes to the units block by block: as many rows as the buffers of operands take, as many columns as those of results.
/// Heads go to the units in turn, columns of trained matrices to all of them. The values of a head are made while its
/// softmax works. In a decoder the rows of softmax grow by a token each; the codes behind them are 0, and a bank that would see zeros
/// alone sends no light.
public struct TRONCompiler: Sendable {
  /// The machine.
  public var sizes: TRONSizes
  /// Whether a token sees those before it and itself alone.
  public var isCausal: Bool

  /// A compiler for a machine.
  public init(_ sizes: TRONSizes, isCausal: Bool = false) { (self.sizes, self.isCausal) = (sizes, isCausal) }

  /// The program of layers on a sequence.
  ///
  /// Rows of the input are the tokens that attention sees: padding is neither loaded nor computed.
  ///
  /// - Parameter input: codes of 16 bits of each token.
  /// - Throws: ``TRONError`` for what the machine cannot run.
  public func program(_ layers: [TRONLayer], input: [[Int32]]) throws(TRONError) -> TRONProgram {
    var writer = try ProgramWriter(self, layers, input)
    for (index, layer) in layers.enumerated() { writer.write(layer, "layer.\(index).") }
    return writer.program
  }
}

/// Rows and columns of a place.
private struct Part {
  var place: TRONProgram.Place
  var rows, columns: Range<Int>

  init(_ place: TRONProgram.Place, rows: Range<Int>? = nil, columns: Range<Int>? = nil) {
    self.place = place
    (self.rows, self.columns) = (rows ?? 0..<place.rows, columns ?? 0..<place.columns)
  }

  var address: Int { place.address + rows.lowerBound * place.stride + columns.lowerBound * place.bytes }

  func meets(_ other: Part) -> Bool { rows.overlaps(other.rows) && columns.overlaps(other.columns) }
}

/// A matrix as banks take it: where codes are, and what it waits for.
private struct Stationary {
  var address, outputStep, inputStep: Int
  var sources: [Part] = []
}

private struct ProgramWriter {
  var program: TRONProgram
  private var event = 0
  private var narrow, wide: TRONProgram.Place
  private let tokens, features: Int
  private let isCausal: Bool
  /// Who wrote which part of a place, by its address: the engine, and how many commands it has ended then.
  private var writes: [Int: [(part: Part, engine: Int, count: Int)]] = [:]
  private var counts: [Int]
  /// What the buffer of operands of each unit holds.
  private var held: [[Int]]

  init(_ compiler: TRONCompiler, _ layers: [TRONLayer], _ input: [[Int32]]) throws(TRONError) {
    let sizes = compiler.sizes
    isCausal = compiler.isCausal
    program = try TRONProgram(sizes)
    guard let first = layers.first else { throw .range("layers", 0, 1...64) }
    guard !input.isEmpty else { throw .range("tokens", 0, 1...sizes.buffers.tokens) }
    (tokens, features) = (input.count, first.encoder.features)
    for (index, layer) in layers.enumerated() {
      guard layer.encoder.features == features else { throw .node("features", "layers of one model have the same") }
      try Self.check(layer.encoder, "layer.\(index).", tokens: tokens, sizes)
    }
    counts = [Int](repeating: 0, count: 2 * sizes.heads + 1)
    held = [[Int]](repeating: [], count: sizes.heads)
    narrow = .init(
      name: "input",
      address: program.store(first.encoder.inputCodes(input).flatMap { $0.map { UInt8(bitPattern: $0) } }),
      rows: tokens, columns: features, bytes: 1)
    wide = .init(
      name: "input.wide", address: program.store(Self.bytes(input.flatMap(\.self))), rows: tokens, columns: features,
      bytes: 2)
  }

  /// Refuses a layer whose tensors are greater than the buffers of the machine.
  private static func check(
    _ layer: XFormerLayer, _ name: String, tokens: Int, _ sizes: TRONSizes
  ) throws(TRONError) {
    func hold(
      _ tensor: String, _ count: Int, _ unit: String, _ limit: Int, _ setting: String
    ) throws(TRONError) {
      guard count > limit else { return }
      throw .tensor(name + tensor, takes: count, unit, limit: limit, setting: setting)
    }
    for (tensor, value) in [
      ("hidden", layer.features), ("query of a head", layer.headFeatures), ("inner", layer.up.outputs),
    ] where !value.isMultiple(of: TRONSizes.busBytes) {
      throw .node(name + tensor, "\(value) features are no multiple of \(TRONSizes.busBytes), a word of the bus")
    }
    try hold("probabilities", tokens, "tokens in a row", sizes.buffers.tokens, "tokens")
    try hold("hidden", layer.features, "features in a row", sizes.buffers.features, "features")
    for (tensor, inputs) in [("hidden", layer.features), ("inner", layer.up.outputs), ("probabilities", tokens)] {
      let inner = sizes.tiles(inputs: inputs, outputs: 1).inner
      let words = "words of \(sizes.bank.wavelengths) operands in a row"
      try hold(tensor, inner, words, sizes.buffers.operands, "operands")
    }
  }

  static func bytes(_ codes: [Int32]) -> [UInt8] {
    codes.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }

  private mutating func scales(_ bias: [Int32], _ scales: [RequantizationScale]) -> Int {
    program.store(
      zip(bias, scales).flatMap { bias, scale -> [UInt8] in
        let pattern = UInt32(bitPattern: bias)
        return (0..<4).map { UInt8(truncatingIfNeeded: pattern >> UInt32(8 * $0)) }
          + [UInt8(truncatingIfNeeded: scale.multiplier), UInt8(scale.multiplier >> 8), UInt8(scale.shift), 0]
      })
  }

  /// Adds a command that reads and writes parts, which takes `ends` commands of the engine.
  private mutating func add(
    _ command: TRONCommand, engine: Int, reading: [Part], writing: [Part], ends: Int = 1
  ) {
    var waits: [Int: Int] = [:]
    for part in reading {
      for write in writes[part.place.address] ?? [] where write.engine != engine && write.part.meets(part) {
        waits[write.engine] = max(waits[write.engine] ?? 0, write.count)
      }
    }
    counts[engine] += ends
    for part in writing { writes[part.place.address, default: []].append((part, engine, counts[engine])) }
    program.commands.append(command)
    program.issues.append(.init(engine: engine, waits: waits))
  }

  /// Products of all rows of `input` with a matrix, on a unit, block by block.
  private mutating func product(
    _ unit: Int, _ input: Part, _ matrix: Stationary, scales: Int, sharesScale: Bool, table: Int = 0,
    _ form: TRONCommand.Form, to output: Part
  ) {
    let sizes = program.sizes
    let inner = sizes.tiles(inputs: input.columns.count, outputs: 1).inner
    // At least a word of the bus of the results of each vector has room.
    let least = sizes.tiles(inputs: 1, outputs: TRONSizes.busBytes).groups
    let most = min(sizes.buffers.vectors, sizes.buffers.operands / inner, sizes.buffers.results / least)
    for first in stride(from: 0, to: input.rows.count, by: most) {
      let rows = input.rows.dropFirst(first).prefix(most)
      let groups = min(sizes.buffers.scales, sizes.buffers.results / rows.count, 65535 / inner)
      let width = max(8, groups * sizes.bank.rows / 8 * 8)
      for start in stride(from: 0, to: output.columns.count, by: width) {
        let columns = output.columns.dropFirst(start).prefix(width)
        var source = input
        source.rows = rows
        var target = output
        (target.rows, target.columns) = (rows, columns)
        let operands = [source.address, source.place.stride, rows.count, source.columns.count]
        var order = TRONCommand.Product(
          input: source.address, inputStride: source.place.stride, vectors: rows.count,
          matrix: matrix.address + start * matrix.outputStep, outputStep: matrix.outputStep,
          inputStep: matrix.inputStep, inputs: source.columns.count, outputs: columns.count,
          scales: scales + (sharesScale ? 0 : 8 * start), sharesScale: sharesScale, table: table, form: form,
          output: target.address, outputStride: target.place.stride, event: event)
        order.unit = unit
        order.keepsVectors = held[unit] == operands
        held[unit] = operands
        let tiles = sizes.tiles(inputs: order.inputs, outputs: order.outputs)
        event = (event + tiles.inner * tiles.groups * rows.count * 2) & 0xFFFF_FFFF
        add(.product(order), engine: unit, reading: [source] + matrix.sources, writing: [target])
      }
    }
  }

  /// The codes of columns of a trained matrix, output by output.
  private mutating func stationary(_ matrix: XFormerLayer.Matrix, _ columns: Range<Int>) -> Stationary {
    let codes = columns.flatMap { column in
      (0..<matrix.inputs).map { UInt8(bitPattern: matrix.codes[$0 * matrix.outputs + column]) }
    }
    return Stationary(address: program.store(codes), outputStep: matrix.inputs, inputStep: 1)
  }

  /// Columns of a trained matrix on all rows of a place.
  private mutating func linear(
    _ unit: Int, _ input: TRONProgram.Place, _ matrix: XFormerLayer.Matrix, _ columns: Range<Int>,
    _ form: TRONCommand.Form, scales: [RequantizationScale]? = nil, table: Int = 0, to output: TRONProgram.Place
  ) {
    let entries = self.scales(Array(matrix.bias[columns]), Array((scales ?? matrix.scales)[columns]))
    let codes = stationary(matrix, columns)
    product(
      unit, Part(input), codes, scales: entries, sharesScale: false, table: table, form,
      to: Part(output, columns: columns))
  }

  /// A trained matrix on all units, each with its share of the columns.
  private mutating func linear(
    _ name: String, _ input: TRONProgram.Place, _ matrix: XFormerLayer.Matrix, _ form: TRONCommand.Form,
    table: Int = 0
  ) -> TRONProgram.Place {
    let output = program.result(name, rows: input.rows, columns: matrix.outputs, bytes: form == .wide ? 2 : 1)
    let words = matrix.outputs / TRONSizes.busBytes
    let share = (words + program.sizes.heads - 1) / program.sizes.heads * TRONSizes.busBytes
    for unit in 0..<program.sizes.heads where unit * share < matrix.outputs {
      let columns = unit * share..<min((unit + 1) * share, matrix.outputs)
      linear(unit, input, matrix, columns, form, table: table, to: output)
    }
    return output
  }

  mutating func write(_ layer: TRONLayer, _ name: String) {
    let e = layer.encoder
    let isDirect = program.sizes.scorePath == .direct
    func result(_ step: String, _ columns: Int, _ bytes: Int = 1) -> TRONProgram.Place {
      program.result(name + step, rows: tokens, columns: columns, bytes: bytes)
    }
    let query = result("query", features)
    // The weights of the keys are stationary by themselves where no keys are formed.
    let key = isDirect ? result("key", features) : nil
    let value = result("value", features)
    let context = result("context", features)
    let keyWeights = isDirect ? 0 : program.store(e.key.codes.map { UInt8(bitPattern: $0) })
    for first in stride(from: 0, to: e.heads, by: program.sizes.heads) {
      // Step by step over the heads that work at once, so that no queue of commands holds up another.
      let heads = (first..<min(first + program.sizes.heads, e.heads)).map { head in
        (
          number: head, unit: head - first, columns: head * e.headFeatures..<(head + 1) * e.headFeatures,
          scores: result("scores.\(head)", tokens, 2), probabilities: result("probabilities.\(head)", tokens)
        )
      }
      for head in heads {
        linear(
          head.unit, narrow, e.query, head.columns, .narrow, scales: isDirect ? nil : layer.decomposition.query,
          to: query)
      }
      for head in heads {
        let queries = Part(query, columns: head.columns)
        if let key {
          linear(head.unit, narrow, e.key, head.columns, .narrow, to: key)
          let keys = Part(key, columns: head.columns)
          let scale = scales([0], [e.scoreScale])
          product(
            head.unit, queries,
            Stationary(address: keys.address, outputStep: key.stride, inputStep: 1, sources: [keys]), scales: scale,
            sharesScale: true, .exponent, to: Part(head.scores))
        } else {
          let products = result("product.\(head.number)", features)
          let (first, second) = (scales([0], [layer.decomposition.product]), scales([0], [layer.decomposition.score]))
          product(
            head.unit, queries,
            Stationary(
              address: keyWeights + head.columns.lowerBound, outputStep: e.key.outputs, inputStep: 1), scales: first,
            sharesScale: true, .narrow, to: Part(products))
          product(
            head.unit, Part(products),
            Stationary(address: narrow.address, outputStep: narrow.stride, inputStep: 1, sources: [Part(narrow)]),
            scales: second, sharesScale: true, .exponent, to: Part(head.scores))
        }
      }
      for head in heads {
        add(
          .softmax(
            .init(
              rows: tokens, count: tokens, input: head.scores.address, inputStride: head.scores.stride,
              output: head.probabilities.address, outputStride: head.probabilities.stride, isCausal: isCausal)),
          engine: program.sizes.heads + head.unit, reading: [Part(head.scores)], writing: [Part(head.probabilities)])
        linear(head.unit, narrow, e.value, head.columns, .narrow, to: value)
      }
      for head in heads {
        let values = Part(value, columns: head.columns)
        let scale = scales([0], [layer.contextScale])
        product(
          head.unit, Part(head.probabilities),
          Stationary(address: values.address, outputStep: 1, inputStep: value.stride, sources: [values]),
          scales: scale, sharesScale: true, .narrow, to: Part(context, columns: head.columns))
      }
    }
    let attention = linear(name + "attention", context, e.output, .wide)
    let hidden = normalize(name + "hidden", wide, attention, e.attentionNorm)
    let table = program.store(e.function.map { UInt8(bitPattern: $0) })
    let inner = linear(name + "inner", hidden.narrow, e.up, .function, table: table)
    let outer = linear(name + "outer", inner, e.down, .wide)
    (wide, narrow) = normalize(name + "output", hidden.wide, outer, e.outputNorm)
  }

  private mutating func normalize(
    _ name: String, _ first: TRONProgram.Place, _ second: TRONProgram.Place, _ norm: XFormerLayer.Norm
  ) -> (wide: TRONProgram.Place, narrow: TRONProgram.Place) {
    let gains = OpticalGain(bits: program.sizes.gainBits).codes(norm.gamma)
    // The lowest bits of β say how much narrower a number becomes.
    let shifts = norm.narrowing.shifts
    let beta = norm.beta.enumerated().map { $1 | Int32(shifts.isEmpty ? 0 : shifts[$0]) }
    let coefficients = program.store(Self.bytes(zip(gains, beta).flatMap { [$0, $1] }))
    let wide = program.result(name + ".wide", rows: tokens, columns: features, bytes: 2)
    let narrow = program.result(name, rows: tokens, columns: features, bytes: 1)
    // Coefficients and rows are two commands.
    add(
      .normalize(
        .init(
          tokens: tokens, features: features, first: first.address, second: second.address, coefficients: coefficients,
          shift: norm.shift, narrowShift: norm.narrowing.shift, small: norm.small, keepsSum: norm.keepsSum,
          wide: wide.address, narrow: narrow.address)), engine: 2 * program.sizes.heads,
      reading: [Part(first), Part(second)],
      writing: [Part(wide), Part(narrow)], ends: 2)
    return (wide, narrow)
  }
}
