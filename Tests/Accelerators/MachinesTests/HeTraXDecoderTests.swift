import HeTraX
import Models
import NumberFormats
import SmallModels
import Testing
import Transformer
import XFormer

@testable import Machines

/// Programs of decoders, in which a token sees those before it and itself alone.
@Suite struct HeTraXDecoderTests {
  /// Two multiprocessors with a head each.
  private static func machine(shared: Int = 1024, block: Int = 2) -> HeTraXSizes {
    var sizes = HeTraXSizes.micro
    (sizes.sharedBytes, sizes.streaming.block) = (shared, block)
    return sizes
  }

  /// One multiprocessor, one core of crossbars, three routers.
  private static let small: HeTraXSizes = {
    var sizes = HeTraXSizes.micro
    (sizes.streamingCores, sizes.streaming.unitsPerEngine) = (1, 2)
    (sizes.resistive.projectionEngines, sizes.resistive.unitsPerEngine) = (1, 2)
    sizes.sharedBytes = 256
    return sizes
  }()

  private static func layers(_ count: Int = 2) -> [XFormerLayer] {
    XFormerLayer.random(layers: count, features: 16, heads: 2, inner: 32, normalizesInputs: true)
  }

  private static func result(_ golden: HeTraXExecution, _ program: HeTraXProgram, _ name: String) throws -> [[Int32]] {
    golden.numbers(try #require(program.results.last { $0.place.name == name }).place)
  }

  @Test(arguments: [1, 2, 4, 5, 7], [(1024, 2), (0, 2), (0, 3)])
  func `The golden machine is the integer transformer with a causal mask`(
    tokens: Int, size: (shared: Int, block: Int)
  ) throws {
    let sizes = Self.machine(shared: size.shared, block: size.block)
    let input = XFormerLayer.randomInput(tokens: tokens, features: 16)
    let program = try HeTraXCompiler(sizes, isCausal: true).program(Self.layers(), input: input)
    let golden = try HeTraXExecution(program)
    var rows = input
    for (index, layer) in Self.layers().enumerated() {
      let exact = layer(rows, block: size.block, isCausal: true, numbers: SoftmaxNumbers(sizes.streaming))
      let context = try Self.result(golden, program, "layer.\(index).context")
      #expect(context.flatMap(\.self) == exact.steps["context"])
      rows = exact.wide
    }
    #expect(try Self.result(golden, program, "layer.1.output.wide") == rows)
  }

  /// From the stored queries, keys and values: exponentials of real numbers over the keys up to each query's own, and their sum.
  @Test(arguments: [1, 2, 3]) func `Contexts are the softmax over what each token sees`(block: Int) throws {
    let layer = Self.layers(1)[0]
    let program = try HeTraXCompiler(Self.machine(shared: 0, block: block), isCausal: true).program(
      [layer], input: XFormerLayer.randomInput(tokens: 6, features: 16))
    let golden = try HeTraXExecution(program)
    func value(_ scale: RequantizationScale) -> Double {
      (0..<scale.shift).reduce(Double(scale.multiplier)) { value, _ in value / 2 }
    }
    let exponent = value(layer.scoreScale) / Double(1 << HeTraXSizes.micro.streaming.exponentFractionBits)
    let context = try Self.result(golden, program, "layer.0.context")
    for head in 0..<2 {
      let (q, k, v) = (
        try Self.result(golden, program, "layer.0.query.\(head)"),
        try Self.result(golden, program, "layer.0.key.\(head)"),
        try Self.result(golden, program, "layer.0.value.\(head)")
      )
      for row in q.indices {
        let weights = (0...row).map { other -> Double in
          let score = (0..<8).reduce(0) { $0 + Double(q[row][$1]) * Double(k[other][$1]) }
          return (0..<Int((score * exponent).magnitude)).reduce(1.0) { all, _ in score < 0 ? all / 2 : all * 2 }
            * Self.power((score * exponent).truncatingRemainder(dividingBy: 1))
        }
        let sum = weights.reduce(0, +)
        for feature in 0..<8 {
          let mean = (0...row).reduce(0) { $0 + weights[$1] * Double(v[$1][feature]) } / sum
          let code = min(max(mean * value(layer.contextScale) * 65536, -127), 127)
          #expect(abs(Double(context[row][8 * head + feature]) - code) < 2.5, "head \(head), token \(row)")
        }
      }
    }
  }

  /// 2^x for −1 < x < 1, by its series.
  private static func power(_ x: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for step in 1..<30 {
      term *= x * 0.6931471805599453 / Double(step)
      sum += term
    }
    return sum
  }

  @Test func `What comes later changes nothing before it, and every token counts for those behind it`() throws {
    let input = XFormerLayer.randomInput(tokens: 7, features: 16)
    func output(_ rows: [[Int32]], isCausal: Bool = true) throws -> [[Int32]] {
      let program = try HeTraXCompiler(Self.machine(shared: 0), isCausal: isCausal).program(Self.layers(), input: rows)
      return try Self.result(HeTraXExecution(program), program, "layer.1.output.wide")
    }
    let whole = try output(input)
    for count in 1...6 {
      #expect(try output(Array(input.prefix(count))) == Array(whole.prefix(count)), "\(count) tokens")
      var changed = input
      changed[count - 1] = changed[count - 1].map { 1000 - $0 / 2 }
      let other = try output(changed)
      #expect(Array(other.prefix(count - 1)) == Array(whole.prefix(count - 1)))
      for row in count - 1..<7 { #expect(other[row] != whole[row], "token \(count - 1) in row \(row)") }
    }
    #expect(try output(Array(input.prefix(3)), isCausal: false) != Array(output(input, isCausal: false).prefix(3)))
  }

  @Test func `For blocks of keys behind a block of queries there are no commands`() throws {
    let input = XFormerLayer.randomInput(tokens: 7, features: 16)
    func program(isCausal: Bool) throws -> HeTraXProgram {
      try HeTraXCompiler(Self.machine(), isCausal: isCausal).program(Self.layers(1), input: input)
    }
    let (causal, whole) = (try program(isCausal: true), try program(isCausal: false))
    func pairs(_ program: HeTraXProgram) -> Int { program.inference.count { $0.kind == .attend } }
    // Four blocks of queries, two heads.
    #expect(pairs(whole) == 2 * 16 && pairs(causal) == 2 * 10)
    // Of 49 pairs of tokens those in blocks up to the diagonal: three blocks of four and one of one on it.
    #expect(whole.attentionProducts == 2 * 2 * 49 * 8 && causal.attentionProducts == 2 * 2 * (49 + 13) / 2 * 8)
    let model = HeTraXCycleModel(latency: 8)
    let clocks = (try model.estimate(causal).inference.busy, try model.estimate(whole).inference.busy)
    for core in 0..<2 {
      let engine = causal.sizes.number(of: .attention(core))
      #expect(clocks.0[engine] < clocks.1[engine])
    }
  }

  @Test func `A random decoder stores what the golden machine stores, in the clocks of the model`() throws {
    let layer = XFormerLayer.random(layers: 1, features: 8, heads: 1, inner: 8, seed: 3, normalizesInputs: true)[0]
    let program = try HeTraXCompiler(Self.small, isCausal: true).program(
      [layer], input: XFormerLayer.randomInput(tokens: 5, features: 8))
    let run = try HeTraXRun(program)
    try HeTraXRunTests.check(run, run.run(on: .native))
  }

  /// A key that is not seen is so far above those that are that all weights would vanish if the reference counted it.
  @Test func `A reference is that of the keys that are seen`() throws {
    var sizes = Self.small
    (sizes.sharedBytes, sizes.streaming.block) = (0, 4)
    let numbers = SoftmaxNumbers(sizes.streaming)
    var layer = XFormerLayer.random(layers: 1, features: 8, heads: 1, inner: 8, seed: 3, normalizesInputs: true)[0]
    layer.scoreScale = try RequantizationScale(
      multiplier: layer.scoreScale.multiplier, shift: layer.scoreScale.shift - 5)
    /// By how many powers of two.
    func excess(_ input: [[Int32]]) -> Int {
      let steps = layer(input, block: 4, isCausal: true, numbers: numbers).steps
      let (queries, keys) = (steps["query"] ?? [], steps["key"] ?? [])
      let gaps = (0..<3).map { row -> Int in
        let exponents = (0..<4).map { key in
          numbers.exponent(
            (0..<8).reduce(0) { $0 + Int(queries[8 * row + $1]) * Int(keys[8 * key + $1]) },
            multiplier: Int(layer.scoreScale.multiplier), shift: layer.scoreScale.shift)
        }
        return (exponents[(row + 1)...].max() ?? 0) - (exponents[...row].max() ?? 0)
      }
      return (gaps.max() ?? 0) >> sizes.streaming.exponentFractionBits
    }
    let input = try #require(
      (1...9).lazy.map { XFormerLayer.randomInput(tokens: 4, features: 8, seed: $0) }
        .first { excess($0) > 2 * sizes.streaming.weightFractionBits })
    let run = try HeTraXRun(HeTraXCompiler(sizes, isCausal: true).program([layer], input: input))
    try HeTraXRunTests.check(run, run.run(on: .native))
  }

  @Test func `A small GPT-2 runs to its next token, and padding is neither loaded nor computed`() throws {
    let model = try SmallTransformer(
      family: .gpt2, hidden: 8, layers: 2, heads: 1, feedForward: 8, activation: "gelu_new", seed: 5
    ).model()
    var random = SeededGenerator(seed: 7)
    let calibration = (0..<6).map { _ in
      TokenSequence(ids: (0..<8).map { _ in Int32.random(in: 0..<20, using: &random) })
    }
    let quantizer = try XFormerQuantizer(model, sequences: calibration)
    #expect(try quantizer.isCausal())
    var numbers = Self.small.streaming
    (numbers.crossbar, numbers.multiplierRows) = (Self.small.resistive.crossbar, nil)
    let encoder = try quantizer.encoder(0..<2, for: numbers)
    let ids: [Int32] = [3, 11, 7]
    func program(_ sequence: TokenSequence) throws -> (HeTraXProgram, [[Float]]) {
      let rows = try quantizer.rows(sequence, layers: 0..<2)
      let compiler = HeTraXCompiler(Self.small, isCausal: try quantizer.isCausal())
      return (try compiler.program(encoder.layers, input: encoder.codes(rows.input)), rows.output)
    }
    let (own, real) = try program(TokenSequence(ids: ids))
    let (other, _) = try program(TokenSequence(ids: ids).padded(to: 5))
    #expect(other.memory == own.memory && other.inference == own.inference)

    let run = try HeTraXRun(own)
    try HeTraXRunTests.check(run, run.run(on: .native))
    let wide = try Self.result(run.golden, own, "layer.1.output.wide")
    let narrow = try Self.result(run.golden, own, "layer.1.output")
    let step = encoder.outputSteps[1]
    let (a, b) = (wide.flatMap { $0.map { Double($0) * step } }, real.flatMap { $0.map { Double($0) } })
    let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    let norms = (a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 }).squareRoot()
    #expect(product / norms > 0.995)
    let next = try model.results(ofHidden: encoder.hidden(wide: wide, narrow: narrow))["next"]?.index?.elements
    let sequence = TokenSequence(ids: ids)
    let exact = try Interpreter(model.graph(tokens: ids.count), parameters: model.parameters)(
      model.inputs(for: sequence))
    #expect(next != nil && next == exact["next"]?.index?.elements)
  }

  @Test func `What does not fit is refused by its weights, its limit and the size to change`() throws {
    func message(
      features: Int = 16, heads: Int = 2, inner: Int = 32, tokens: Int = 2, _ change: (inout HeTraXSizes) -> Void
    ) -> String {
      var sizes = HeTraXSizes.micro
      change(&sizes)
      let layers = XFormerLayer.random(
        layers: 1, features: features, heads: heads, inner: inner, normalizesInputs: true)
      let input = XFormerLayer.randomInput(tokens: tokens, features: features)
      do throws(HeTraXError) {
        _ = try HeTraXCompiler(sizes, isCausal: true).program(layers, input: input)
        return "it was compiled"
      } catch { return "\(error)" }
    }
    #expect(
      message { $0.streaming.rowLength = 8 }
        == "'random.0.query': a row has 16 features, and a vector lane takes 8: give row-length=16")
    #expect(
      message(heads: 1) { _ in }
        == "'random.0.query': a head has 16 features, and an attention tile takes 8: give head-features=16")
    #expect(
      message(inner: 80) { _ in }
        == "'random.0.down': 80 inputs take 5 units, and an engine has 4: give resistive-units=5")
    #expect(
      message(features: 32, heads: 4) { $0.streaming.unitsPerEngine = 1 }
        == "'random.0.query': 32 inputs take 2 units, and an engine has 1: give streaming-units=2")
    #expect(
      message(tokens: 50) { _ in }
        == "'layer.0.value.0': queries, keys and values of 50 tokens take 1344 bytes, and a multiprocessor has 1024: give "
        + "shared-bytes=2048, shared-bytes=0 or fewer tokens")
    // What no machine has is not proposed.
    #expect(
      message(features: 2056, heads: 257) { $0.streaming.headFeatures = 8 }
        == "'random.0.query': a row has 2056 features, and a vector lane takes 32: no machine has that many, for row-length "
        + "is 2056: give 8 to 2048")
  }
}
