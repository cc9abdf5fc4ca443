import Foundation
import Models
import TestFiles
import Testing
import Transformer

struct QuantizedModelTests {
  /// What `Tests/Reference/quantized_models.py` computed from the definition of the profile.
  private struct Vectors: Decodable {
    var name: String
    var calibration: [[Int32]]
    var tokens: [Int32]
    var codes: [String: [Int32]]
    var logits: [Float]
  }

  private func quantized(_ name: String, _ sequences: [[Int32]], _ profile: NumericsProfile = .init()) throws
    -> QuantizedModel
  {
    let model = try SmallModel(name).load()
    let ranges = try ActivationRanges(of: model, sequences: sequences.map { TokenSequence(ids: $0) })
    return try QuantizedModel(model, ranges: ranges, profile: profile)
  }

  private let sequences: [[Int32]] = [[7, 3, 19, 0, 3, 12], [1, 18, 4, 4, 9]]

  @Test func `Every code of every site is that of an independent computation`() throws {
    let all = try Checkout.vectors("quantized-models.json", as: [Vectors].self)
    #expect(all.map(\.name) == ["bert", "gpt2"])
    for vectors in all {
      let model = try quantized(vectors.name, vectors.calibration)
      let result = try model.run(TokenSequence(ids: vectors.tokens), outputs: ["logits"], keepsCodes: true)
      #expect(vectors.codes.count == 16 && result.codes.count == 16)
      for (site, codes) in result.codes {
        #expect(codes.elements == vectors.codes["\(site)"], "\(vectors.name), \(site)")
      }
      #expect(result.outputs["logits"]?.real?.elements == vectors.logits)
    }
  }

  @Test(arguments: ["bert", "roberta", "mpnet", "distilbert", "albert with groups", "gpt2", "opt", "llama", "qwen2"])
  func `Every family runs in codes, close to binary32`(name: String) throws {
    let model = try quantized(name, sequences + [[2, 5, 9, 13, 17], [10, 11, 0, 14, 16, 6]])
    let tokens = TokenSequence(ids: [5, 8, 15, 2, 11])
    let result = try model.run(tokens, outputs: ["hidden", "logits"], compares: true)
    let graph = try model.model.graph(tokens: tokens.count, outputs: ["hidden"])
    let reference = try Interpreter(graph, parameters: model.model.parameters)(model.model.inputs(for: tokens))
    let error = ApproximationError(
      of: try #require(result.outputs["hidden"]?.real).elements,
      reference: try #require(reference["hidden"]?.real).elements)
    #expect(error.cosine > 0.99, "\(error)")
    // Eight sites a layer, each with its figures.
    #expect(result.sites.count == 8 * model.model.layers)
    for site in result.sites {
      #expect(site.count > 0 && site.minimum <= site.maximum && site.overflowed == 0, "\(site)")
      #expect(try #require(site.signalToNoise) > 8, "\(site)")
    }
  }

  @Test func `An image runs in codes`() throws {
    let model = try SmallModel("vit").load()
    let shape = try #require(model.imageShape)
    func image(_ name: String) throws -> Tensor<Float> {
      try Tensor(shape: shape, elements: SmallModel.values(name, count: shape.reduce(1, *)))
    }
    let ranges = try ActivationRanges(of: model, images: [image("a"), image("b"), image("c")])
    let quantized = try QuantizedModel(model, ranges: ranges)
    let inputs: [String: TensorValue] = try ["pixels": .real(image("pixels"))]
    let graph = try model.graph()
    let found = try #require(try quantized.run(graph, inputs).outputs["logits"]?.real)
    let expected = try #require(try Interpreter(graph, parameters: model.parameters)(inputs)["logits"]?.real)
    #expect(ApproximationError(of: found.elements, reference: expected.elements).cosine > 0.99)
    #expect(found.elements != expected.elements)
  }

  /// Keys and values of the cache are codes: the same bits token by token as at once.
  @Test(arguments: ["gpt2", "llama"])
  func `A decoder in codes gives the same bits over its cache`(name: String) throws {
    let quantized = try quantized(name, sequences)
    let ids: [Int32] = [5, 8, 15, 2, 11]
    let whole = try quantized.run(TokenSequence(ids: ids), outputs: ["lastLogits"])
    var names = ["lastLogits"]
    for layer in 0..<2 { names += ["keys.\(layer)", "values.\(layer)"] }
    var cache: [String: TensorValue] = [:]
    var last: TensorValue?
    for (past, id) in ids.enumerated() {
      let graph = try quantized.model.graph(tokens: 1, past: past, outputs: names)
      let inputs = try quantized.model.inputs(for: [id], past: past).merging(cache) { given, _ in given }
      let outputs = try quantized.run(graph, inputs).outputs
      cache = [:]
      for (name, value) in outputs where name != "lastLogits" { cache["past." + name] = value }
      last = outputs["lastLogits"]
    }
    #expect(last == whole.outputs["lastLogits"])
  }

  @Test func `The parts of the profile change what they say`() throws {
    let tokens = TokenSequence(ids: [5, 8, 15, 2, 11])
    func codes(_ profile: NumericsProfile) throws -> [Graph.Site: Tensor<Int32>] {
      try quantized("bert", sequences, profile).run(tokens, outputs: ["hidden"], keepsCodes: true).codes
    }
    let recipe = try codes(NumericsProfile())
    let signed = try codes(NumericsProfile(usesUnsignedActivations: false))
    let divided = try codes(NumericsProfile(defersDivision: false))
    let g = Graph.Site(layer: 0, place: .feedForwardHidden)
    let p = Graph.Site(layer: 0, place: .probabilities)
    #expect(recipe[g]?.elements.allSatisfy { $0 >= 0 } == true && signed[g]?.elements.contains { $0 < 0 } == true)
    // The greatest of e^(x − maximum) is 127 in every row; probabilities of a row sum to 127 instead.
    for row in 0..<20 {
      #expect(try #require(recipe[p])[row: row].max() == 127)
      #expect(abs(try #require(divided[p])[row: row].reduce(0, +) - 127) <= 3)
    }
    let formats = try quantized("bert", sequences).formats
    #expect(try #require(formats[g]).range == 0...255)
    #expect(try #require(formats[g]).zeroPoint > 0)
    let x = try #require(formats[Graph.Site(layer: 0, place: .input)])
    #expect(x.factors.count == 16 && Set(x.factors).count > 8 && x.zeroPoint == 0)
  }

  /// What machines without units for functions compute, for every kind of layer: norms with and without mean, GELU, SiLU and
  /// ReLU, masks by column and causal ones.
  @Test(arguments: ["bert", "distilbert", "gpt2", "opt", "llama"])
  func `Functions in bfloat16 steps are near those that are rounded once`(name: String) throws {
    let tokens = TokenSequence(ids: [5, 8, 15, 2, 11])
    func hidden(_ functions: NumericsProfile.Functions, defersDivision: Bool = true) throws -> [Float] {
      let profile = NumericsProfile(defersDivision: defersDivision, functions: functions)
      let model = try quantized(name, sequences, profile)
      let padded = name == "bert" ? tokens.padded(to: 7, with: 1) : tokens
      return try #require(try model.run(padded, outputs: ["hidden"]).outputs["hidden"]?.real).elements
    }
    let (once, steps) = (try hidden(.roundedOnce), try hidden(.bfloat16Steps))
    #expect(ApproximationError(of: steps, reference: once).cosine > 0.999)
    #expect(steps != once)
    let divided = try hidden(.bfloat16Steps, defersDivision: false)
    #expect(ApproximationError(of: divided, reference: once).cosine > 0.99)
  }

  @Test func `What calibration did not see is clipped and counted`() throws {
    // Calibrated on one sequence of one token: others are beyond its ranges.
    let model = try quantized("gpt2", [[0]])
    let sites = try model.run(TokenSequence(ids: [5, 8, 15, 2, 11]), outputs: ["hidden"]).sites
    #expect(sites.filter { $0.saturated > 0 }.count > 4)
    #expect(sites.allSatisfy { $0.saturated <= $0.count && $0.signalToNoise == nil })
    #expect(sites.contains { [.query, .key, .value].contains($0.site.place) && $0.saturated > 0 })
  }

  @Test func `What cannot be quantised is named`() throws {
    let model = try SmallModel("bert").load()
    #expect(
      words { _ = try ActivationRanges(of: model, sequences: []) }
        == "calibration needs a sequence at least: give 32 or more of the kind that the model will see")
    let ranges = try ActivationRanges(of: model, sequences: [TokenSequence(ids: [1, 2])])
    #expect(
      words { _ = try QuantizedModel(model, ranges: ranges, profile: NumericsProfile(migrationStrength: 1.5)) }
        == "a migration strength is 0 to 1, not 1.5")
    let deeper = try SmallModel("albert with groups").load()
    #expect(
      words { _ = try QuantizedModel(deeper, ranges: ranges) }
        == "calibration has no range for x2: calibrate on this model")
    var small = try SmallModel("bert")
    small.values["bert.encoder.layer.0.intermediate.dense.bias"] = Array(repeating: 3e38, count: 24)
    small.values["bert.encoder.layer.0.output.dense.weight"] = Array(repeating: 3e38, count: 384)
    #expect(
      words { _ = try ActivationRanges(of: small.load(), sequences: [TokenSequence(ids: [1, 2])]) }
        == "calibration found inf at y0: check the model with the sequence that gave it")
  }

  @Test func `MiniLM in codes stays close to binary32`() throws {
    let model = try RealModel.minilm.get()
    let tokenizer = try WordPieceTokenizer(directory: Checkout.model("all-MiniLM-L6-v2"))
    let texts = ["Prices fell sharply in March.", "She plays the violin.", "How do bees find home?"]
    let ranges = try ActivationRanges(of: model, sequences: texts.map { try tokenizer.encode($0) })
    let quantized = try QuantizedModel(model, ranges: ranges)
    let tokens = try tokenizer.encode("The heart pumps blood.")
    let result = try quantized.run(tokens, outputs: ["embedding"])
    let graph = try model.graph(tokens: tokens.count, outputs: ["embedding"])
    let reference = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: tokens))
    let error = ApproximationError(
      of: try #require(result.outputs["embedding"]?.real).elements,
      reference: try #require(reference["embedding"]?.real).elements)
    // Three texts are too few for the ranges; with those of `CalibrationTexts` it is closer.
    #expect(error.cosine >= 0.97, "\(error)")
  }

  @Test func `The hidden token of a reaction is found in codes too`() throws {
    let model = try RealModel.albert.get()
    let tokenizer = try MoleculeTokenizer(directory: Checkout.model("albert"))
    let reactions = [
      "CC(=O)O>>CC(=O)OCC", "CCO>>CC=O", "c1ccccc1Br>>c1ccccc1O", "CC(=O)Cl.OCC>>CC(=O)OCC", "CC(C)O>>CC(C)=O",
    ]
    let ranges = try ActivationRanges(
      of: model, sequences: reactions.map { TokenSequence(ids: try tokenizer.encode($0)) })
    let quantized = try QuantizedModel(model, ranges: ranges)
    let vectors = try ModelVectors.all.get().albert
    let logits = try #require(
      try quantized.run(TokenSequence(ids: vectors.tokens), outputs: ["logits"]).outputs["logits"]?.real)
    let row = Array(logits[row: 7])
    #expect(row.firstIndex(of: row.max() ?? 0) == Int(vectors.best[7]))
  }
}
