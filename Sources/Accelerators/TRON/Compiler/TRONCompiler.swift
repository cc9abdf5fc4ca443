import NumberFormats
import XFormer

/// Makes programs of encoder layers: head by head, every product on the banks.
public struct TRONCompiler: Sendable {
  /// The machine.
  public var sizes: TRONSizes

  /// A compiler for a machine.
  public init(_ sizes: TRONSizes) { self.sizes = sizes }

  /// The program of layers on a sequence.
  ///
  /// - Parameter input: codes of 16 bits of each token.
  /// - Throws: ``TRONError`` for what the machine cannot run.
  public func program(_ layers: [TRONLayer], input: [[Int32]]) throws(TRONError) -> TRONProgram {
    var writer = try ProgramWriter(sizes, layers, input)
    for (index, layer) in layers.enumerated() { writer.write(layer, "layer.\(index).") }
    return writer.program
  }
}

private struct ProgramWriter {
  var program: TRONProgram
  private var event = 0
  private var narrow, wide: TRONProgram.Place
  private let tokens, features: Int

  init(_ sizes: TRONSizes, _ layers: [TRONLayer], _ input: [[Int32]]) throws(TRONError) {
    program = try TRONProgram(sizes)
    guard let first = layers.first else { throw .range("layers", 0, 1...64) }
    guard (1...512).contains(input.count) else { throw .range("tokens", input.count, 1...512) }
    (tokens, features) = (input.count, first.encoder.features)
    for layer in layers where layer.encoder.features != features {
      throw .node("features", "layers of one model have the same")
    }
    guard features <= 4096 else { throw .range("features", features, 1...4096) }
    narrow = .init(
      name: "input",
      address: program.store(input.flatMap { first.encoder.inputNarrowing($0).map { UInt8(bitPattern: $0) } }),
      rows: tokens, columns: features, bytes: 1)
    wide = .init(
      name: "input.wide", address: program.store(Self.bytes(input.flatMap(\.self))), rows: tokens, columns: features,
      bytes: 2)
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

  private mutating func add(_ product: TRONCommand.Product) {
    var product = product
    product.event = event
    let (inner, groups) = program.sizes.tiles(inputs: product.inputs, outputs: product.outputs)
    event = (event + inner * groups * product.vectors * 2) & 0xFFFF_FFFF
    program.commands.append(.product(product))
  }

  /// A trained matrix on all rows of a place.
  private mutating func linear(
    _ name: String, _ input: TRONProgram.Place, _ matrix: XFormerLayer.Matrix, _ form: TRONCommand.Form,
    scales: [RequantizationScale]? = nil, table: Int = 0
  ) -> TRONProgram.Place {
    let codes = program.store(matrix.codes.map { UInt8(bitPattern: $0) })
    let entries = self.scales(matrix.bias, scales ?? matrix.scales)
    let bytes = form == .wide ? 2 : 1
    let output = program.result(name, rows: input.rows, columns: matrix.outputs, bytes: bytes)
    add(
      .init(
        input: input.address, inputStride: input.columns, vectors: input.rows, matrix: codes, outputStep: 1,
        inputStep: matrix.outputs, inputs: matrix.inputs, outputs: matrix.outputs, scales: entries, sharesScale: false,
        table: table, form: form, output: output.address, outputStride: matrix.outputs * bytes, event: 0))
    return output
  }

  /// A product whose matrix is in memory already.
  private mutating func product(
    _ form: TRONCommand.Form, input: Int, inputStride: Int, matrix: Int, outputStep: Int, inputStep: Int, inputs: Int,
    outputs: Int, scale: RequantizationScale, output: Int, outputStride: Int
  ) {
    add(
      .init(
        input: input, inputStride: inputStride, vectors: tokens, matrix: matrix, outputStep: outputStep,
        inputStep: inputStep, inputs: inputs, outputs: outputs, scales: scales([0], [scale]), sharesScale: true,
        table: 0, form: form, output: output, outputStride: outputStride, event: 0))
  }

  mutating func write(_ layer: TRONLayer, _ name: String) {
    let e = layer.encoder
    let size = e.headFeatures
    let path = program.sizes.scorePath
    let value = linear(name + "value", narrow, e.value, .narrow)
    let query = linear(
      name + "query", narrow, e.query, .narrow, scales: path == .decomposed ? layer.decomposition.query : nil)
    // The weights of the keys are stationary by themselves where no keys are formed.
    let key = path == .direct ? linear(name + "key", narrow, e.key, .narrow) : nil
    let keyWeights = path == .direct ? 0 : program.store(e.key.codes.map { UInt8(bitPattern: $0) })
    let context = program.result(name + "context", rows: tokens, columns: features, bytes: 1)
    for head in 0..<e.heads {
      let scores = program.result(name + "scores.\(head)", rows: tokens, columns: tokens, bytes: 2)
      if let key {
        product(
          .exponent, input: query.address + head * size, inputStride: features, matrix: key.address + head * size,
          outputStep: features, inputStep: 1, inputs: size, outputs: tokens, scale: e.scoreScale,
          output: scores.address, outputStride: 2 * tokens)
      } else {
        let products = program.result(name + "product.\(head)", rows: tokens, columns: features, bytes: 1)
        product(
          .narrow, input: query.address + head * size, inputStride: features, matrix: keyWeights + head * size,
          outputStep: e.key.outputs, inputStep: 1, inputs: size, outputs: features, scale: layer.decomposition.product,
          output: products.address, outputStride: features)
        product(
          .exponent, input: products.address, inputStride: features, matrix: narrow.address, outputStep: features,
          inputStep: 1, inputs: features, outputs: tokens, scale: layer.decomposition.score, output: scores.address,
          outputStride: 2 * tokens)
      }
      let weights = program.result(name + "probabilities.\(head)", rows: tokens, columns: tokens, bytes: 1)
      program.commands.append(
        .softmax(
          .init(
            rows: tokens, count: tokens, input: scores.address, inputStride: 2 * tokens, output: weights.address,
            outputStride: tokens)))
      product(
        .narrow, input: weights.address, inputStride: tokens, matrix: value.address + head * size, outputStep: 1,
        inputStep: features, inputs: tokens, outputs: size, scale: layer.contextScale,
        output: context.address + head * size, outputStride: features)
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
    program.commands.append(
      .normalize(
        .init(
          tokens: tokens, features: features, first: first.address, second: second.address, coefficients: coefficients,
          shift: norm.shift, narrowShift: norm.narrowing.shift, small: norm.small, wide: wide.address,
          narrow: narrow.address)))
    return (wide, narrow)
  }
}
