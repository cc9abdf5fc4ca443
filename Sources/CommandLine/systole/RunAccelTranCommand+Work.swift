import AccelTran
import ArgumentParser
import Catalog
import Foundation
import Machines
import Models
import NumberFormats
import Tools
import Transformer

extension RunAccelTranCommand {
  /// The sizes that the user asks for, and the names of those that were set.
  func sizes() throws -> (sizes: EngineSizes, kept: Set<String>) {
    guard let sizes = EngineSizes.named.first(where: { $0.name == config })?.sizes else {
      throw RequestError(
        "no configuration is called '\(config)'; there are \(EngineSizes.named.map(\.name).joined(separator: ", "))")
    }
    return (try settings.applied(to: sizes), Set(settings.map(\.name)))
  }

  /// What runs, and what is known of it before.
  struct Work {
    var title: String
    var sizes: EngineSizes
    /// What was derived from the model.
    var adjustments: [EngineSizes.Adjustment] = []
    var program: EngineProgram
    /// The same work on a machine that keeps zeros and prunes nothing; nil where nothing is compared with it.
    var dense: EngineProgram?
    var counts: ProductCounts
    var zeros: [PruningSite: SparsityCount] = [:]
    /// The closed loops; nil for fixed thresholds.
    var loops: PruningLoops?
    var error: ApproximationError?
    var pooledError: ApproximationError?
  }

  func productWork(_ order: LoopOrder) throws -> Work {
    let sizes = try self.sizes().sizes
    for (name, value) in [("rows", rows), ("inner", inner), ("columns", columns)] where !(1...4096).contains(value) {
      throw RequestError("--\(name) \(value): give 1 to 4096")
    }
    guard (0...1).contains(density) else { throw RequestError("--density \(density): give a share from 0 to 1") }
    let format = try LaneFormat(integerBits: sizes.integerBits, fractionBits: sizes.fractionBits)
    var random = ProductNumbers(seed: 1)
    let greatest = Int32(format.maximum)
    func codes(_ count: Int) -> [Int32] {
      (0..<count).map { _ in
        Double.random(in: 0..<1, using: &random) < density
          ? sizes.isInteger
            ? Int32.random(in: -greatest...greatest, using: &random)
            : format.code(Double.random(in: -0.5...0.5, using: &random)) : 0
      }
    }
    var finish = EngineProgram.Finish()
    (finish.leftLimit, finish.rightLimit) = (format.threshold(tau), format.threshold(tau))
    if sizes.isInteger {
      // About a third of the greatest code is the deviation of the results.
      let deviation = Double(greatest) * Double(greatest) / 3 * max(density, 0.01) * Double(inner).squareRoot()
      finish.factor = max(1, Int((0x1p24 * Double(greatest) / 3 / deviation).rounded()))
    }
    let (left, right) = (codes(rows * inner), codes(inner * columns))
    func program(isDense: Bool, _ finish: EngineProgram.Finish) throws -> (EngineProgram, ProductCounts) {
      try EngineProgram.product(
        sizes, left: left, right: right, rows: rows, inner: inner, columns: columns, order: order, isDense: isDense,
        finish: finish)
    }
    let (sparse, counts) = try program(isDense: dense, finish)
    var work = Work(
      title: "product of \(rows) × \(inner) and \(inner) × \(columns)", sizes: sizes, program: sparse,
      counts: counts)
    var plain = EngineProgram.Finish()
    plain.factor = finish.factor
    if baseline { work.dense = try program(isDense: true, plain).0 }
    return work
  }

  func modelWork(_ order: LoopOrder) throws -> Work {
    let (model, sequence, text) = try withProgress("reading the model") { try read() }
    guard (1...model.layers).contains(layers) else {
      throw RequestError("--layers \(layers): the model has \(model.layers); give 1 to \(model.layers)")
    }
    let (asked, kept) = try self.sizes()
    let needs = try withProgress("looking for the greatest number") {
      try EngineNeeds(model, sequence, layers: layers)
    }
    let (sizes, adjustments) = asked.fitted(to: needs, keeping: kept)
    try sizes.validate()
    guard !sizes.isInteger else {
      throw RequestError(
        "a machine of integers has no softmax and no normalisation: use --op matmul, or another --config")
    }
    let format = try LaneFormat(integerBits: sizes.integerBits, fractionBits: sizes.fractionBits)
    let lanes = LaneProduct(format, multipliers: sizes.multipliers, sharedRows: sizes.sharedRows)
    var machine = FixedPointMachine(model, lanes: lanes, plan: .published(tau), function: .quadraticSigmoid)
    if let sparsity {
      guard (0..<1).contains(sparsity) else { throw RequestError("--sparsity \(sparsity): give a share below 1") }
      let profiled = try profiledSequence(model, sequence)
      if openLoop {
        let calculator = try withProgress("profiling") {
          try ThresholdCalculator(profiling: machine, over: [profiled], at: (0..<800).map { Double($0) * 0.005 })
        }
        machine.plan = calculator.plan(
          sparsity: sparsity,
          at: [.input, .query, .key, .value, .probabilities, .context, .feedForwardInput, .feedForwardHidden])
      } else {
        machine.loops = try withProgress("profiling") {
          try PruningLoops(profiling: machine, over: [profiled], target: sparsity, gainShift: gain)
        }
      }
    }
    let (program, run) = try withProgress("compiling, and running the golden machine") {
      try EngineProgram.layers(sizes, machine, sequence, layers: 0..<layers, order: order, isDense: dense)
    }
    Console.endProgress()
    let prefixes = (0..<layers).map { "layer.\($0)." }
    var counts = ProductCounts()
    for (name, own) in run.products where prefixes.contains(where: name.hasPrefix) { counts += own }
    var work = Work(
      title:
        "\(model.family), \(layers) of \(model.layers) layers, \(sequence.count) tokens: \"\(TerminalText.line(text))\"",
      sizes: sizes, adjustments: adjustments, program: program, counts: counts,
      zeros: run.sparsity.filter { $0.key.layer < layers }, loops: machine.loops)
    if baseline {
      var plain = machine
      (plain.plan, plain.loops) = (PruningPlan(), nil)
      work.dense = try withProgress("compiling the dense run") {
        try EngineProgram.layers(sizes, plain, sequence, layers: 0..<layers, order: order, isDense: true).program
      }
    }
    let graph = try model.graph(tokens: sequence.count, outputs: ["hidden"])
    let reference = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: sequence))["hidden"]?.real
    if let reference {
      let hidden = run.hidden.codes.map { Float(format.value($0)) }
      work.error = ApproximationError(of: hidden, reference: reference.elements)
      func mean(_ values: [Float]) -> [Float] {
        let columns = run.hidden.columns
        return (0..<columns).map { column in
          (0..<sequence.count).reduce(Float(0)) {
            $0 + (sequence.attentionMask[$1] ? values[$1 * columns + column] : 0)
          }
        }
      }
      work.pooledError = ApproximationError(of: mean(hidden), reference: mean(reference.elements))
    }
    return work
  }

  /// What thresholds are profiled over.
  private func profiledSequence(_ model: TransformerModel, _ sequence: TokenSequence) throws -> TokenSequence {
    guard let profile else { return sequence }
    guard self.model == "bert-tiny-shape" else {
      return try ModelText(directory: ModelFolder.named(self.model), family: model.family).tokens(of: profile)
    }
    guard let seed = UInt64(profile) else {
      throw RequestError("--profile '\(profile)': bert-tiny-shape has no words, give the seed of a random sequence")
    }
    var random = ProductNumbers(seed: seed)
    return TokenSequence(
      ids: (0..<tokens).map { _ in Int32.random(in: 0..<Int32(model.vocabularySize), using: &random) })
  }

  func read() throws -> (TransformerModel, TokenSequence, String) {
    guard model == "bert-tiny-shape" else {
      let folder = try ModelFolder.named(model)
      let model = try TransformerModel(directory: folder)
      let reader = try ModelText(directory: folder, family: model.family)
      let text = self.text ?? reader.example
      return (model, try reader.tokens(of: text), text)
    }
    guard (1...128).contains(tokens) else { throw RequestError("--tokens \(tokens): give 1 to 128") }
    let model = try TransformerModel.randomBERT(hidden: 128, layers: 2, heads: 2, feedForward: 512)
    var random = ProductNumbers(seed: 2)
    let ids = (0..<tokens).map { _ in Int32.random(in: 0..<Int32(model.vocabularySize), using: &random) }
    return (model, TokenSequence(ids: ids), "random words")
  }
}

/// Random numbers that repeat: SplitMix64.
private struct ProductNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

extension [Setting] {
  /// The sizes with what the user set.
  func applied(to sizes: EngineSizes) throws -> EngineSizes {
    var sizes = sizes
    for setting in self {
      guard let size = EngineSizes.settings.first(where: { $0.name == setting.name }) else {
        let names = EngineSizes.settings.map(\.name).joined(separator: ", ")
        throw RequestError("AccelTran has no size '\(setting.name)'; there are \(names)")
      }
      guard let value = Int(setting.value) else {
        throw RequestError("\(setting.name)=\(setting.value): give a number")
      }
      sizes[keyPath: size.path] = value
    }
    try sizes.validate()
    return sizes
  }
}
