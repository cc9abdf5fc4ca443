import Foundation
import Golden
import Testing
import Transformer

@Suite struct EncoderTensorsTests {
  private func error(_ change: (inout TinyModel) -> Void) -> String? {
    var tiny = TinyModel()
    change(&tiny)
    return words { _ = try tiny.load() }
  }

  @Test(arguments: ["", "bert.", "model.", "module.bert.", "0.auto_model."])
  func `Whatever stands in front of the names, the model is the same`(prefix: String) throws {
    var tiny = TinyModel()
    let plain = try tiny.load()
    tiny.prefix = prefix
    #expect(try tiny.load().layers == plain.layers)
  }

  @Test func `Two encoders in one checkpoint are refused`() {
    #expect(
      error {
        $0.prefix = "question."
        $0.extra = ["answer.embeddings.word_embeddings.weight": [12, 8]]
      } == "the checkpoint holds 2 encoders (\"answer.\", \"question.\"): save the one that is wanted by itself")
    #expect(error { $0.extra = ["other.embeddings.word_embeddings.weight": [12, 8]] } == nil)
  }

  @Test func `gamma and beta are the parameters of LayerNorm`() throws {
    var tiny = TinyModel()
    let plain = try tiny.load()
    tiny.rename = {
      $0.replacing("LayerNorm.weight", with: "LayerNorm.gamma").replacing("LayerNorm.bias", with: "LayerNorm.beta")
    }
    let old = try tiny.load()
    #expect(old.layers == plain.layers)
    #expect(try old.forward(TokenSequence(ids: [5])).embedding == plain.forward(TokenSequence(ids: [5])).embedding)
    // Nothing else is renamed.
    tiny.rename = { $0.replacing("dense.bias", with: "dense.beta") }
    #expect(throws: EncoderModelError.missingTensor("encoder.layer.0.attention.output.dense.bias")) { try tiny.load() }
  }

  @Test func `Shards give the same model as one file`() throws {
    let plain = try TinyModel().load()
    for shards in [2, 3, 7] {
      var tiny = TinyModel()
      tiny.shards = shards
      #expect(try tiny.load().layers == plain.layers)
    }
  }

  @Test(arguments: ["F16", "BF16", "F64"])
  func `Other floating-point types load`(type: String) throws {
    var tiny = TinyModel()
    for name in tiny.shapes.keys { tiny.values[name] = Array(repeating: 0.75, count: tiny.shapes[name]!.reduce(1, *)) }
    let plain = try tiny.load()
    tiny.elementType = type
    #expect(try tiny.load().layers == plain.layers)
  }

  @Test(arguments: ["I8", "U8", "I32", "BOOL"])
  func `Integers are no weights`(type: String) {
    #expect(
      error { $0.elementType = type }
        == "tensor \"embeddings.word_embeddings.weight\" has dtype \(type): a checkpoint that is quantised already is not "
        + "supported; give its F32, F16 or BF16 weights")
  }

  @Test(arguments: [
    (Float.nan, "nan"), (-.nan, "nan"), (.signalingNaN, "nan"), (.infinity, "inf"), (-.infinity, "-inf"),
  ])
  func `A weight that is no finite number is named with its index`(value: Float, written: String) {
    for (name, shape, place, index) in [
      ("embeddings.word_embeddings.weight", [12, 8], 93, "[11, 5]"),
      ("embeddings.LayerNorm.weight", [8], 3, "[3]"),
      ("encoder.layer.0.attention.self.query.weight", [8, 8], 9, "[1, 1]"),
      ("encoder.layer.0.attention.self.key.bias", [8], 0, "[0]"),
      ("encoder.layer.1.output.dense.weight", [8, 12], 95, "[7, 11]"),
      ("encoder.layer.1.output.LayerNorm.bias", [8], 7, "[7]"),
    ] {
      let text = error { tiny in
        tiny.values[name] = Array(repeating: 1, count: shape.reduce(1, *))
        tiny.values[name]?[place] = value
      }
      #expect(
        text
          == "tensor \"\(name)\" is \(written) at \(index): weights must be finite; fetch the checkpoint again, or take one "
          + "whose training did not diverge")
    }
  }

  @Test func `A weight beyond binary32 is named`() {
    var tiny = TinyModel()
    tiny.elementType = "F64"
    tiny.patch = { name, bytes in
      if name == "embeddings.LayerNorm.bias" {
        bytes.replaceSubrange(16..<24, with: SafetensorsFile.bytes(of: [1e300.bitPattern]))
      }
    }
    #expect(
      throws: EncoderModelError.notFinite(tensor: "embeddings.LayerNorm.bias", index: [2], value: "beyond binary32")
    ) {
      try tiny.load()
    }
  }

  @Test func `An added token loads, and is refused where a text has it`() throws {
    var tiny = TinyModel()
    tiny.files["added_tokens.json"] = #"{"<new>": 12}"#
    let model = try tiny.load()
    #expect(try model.forward(model.tokenizer.encode("a dog")).output.rows == 4)
    let refused = EncoderModelError.unembedded(token: "<new>", id: 12, embeddings: 12)
    #expect(throws: refused) { try model.forward(model.tokenizer.encode("a <new> dog")) }
    #expect(
      "\(refused)"
        == "token \"<new>\" has the number 12, but the model has 12 embeddings: it was added to the tokenizer alone; "
        + "leave it out, or resize the model's embeddings")
    // With an embedding it is a token like others.
    tiny.configuration["vocab_size"] = "13"
    tiny.shapes["embeddings.word_embeddings.weight"] = [13, 8]
    let resized = try tiny.load()
    #expect(try resized.forward(resized.tokenizer.encode("a <new> dog")).tokens.ids == [2, 5, 12, 10, 3])
    // One that every text has is refused at once.
    tiny = TinyModel()
    tiny.files["tokenizer_config.json"] = #"{"cls_token": "<s>"}"#
    #expect(throws: EncoderModelError.unembedded(token: "<s>", id: 12, embeddings: 12)) { try tiny.load() }
  }

  @Test func `Zeros, subnormal numbers and large ones are quantised or refused with their place`() throws {
    for (value, isQuantised) in [(Float(0), true), (Float(bitPattern: 71362), true), (1e30, false), (3e38, false)] {
      for name in ["encoder.layer.0.attention.self.query.weight", "encoder.layer.1.output.dense.weight"] {
        var tiny = TinyModel()
        tiny.values[name] = Array(repeating: value, count: tiny.shapes[name]!.reduce(1, *))
        let text = words { _ = try Quantizer().quantize(tiny.load(), calibration: ["a dog", "cat"]) }
        if isQuantised {
          #expect(text == nil, "\(value) in \(name)")
        } else if let text {
          #expect(text.hasPrefix("layer "), "\(value) in \(name): \(text)")
        }
      }
    }
    var tiny = TinyModel()
    for name in tiny.shapes.keys { tiny.values[name] = Array(repeating: 0, count: tiny.shapes[name]!.reduce(1, *)) }
    let layer = try Quantizer().quantize(tiny.load(), calibration: ["a dog"]).layers[0]
    #expect(layer.query.weights.elements.allSatisfy { $0 == 0 })
    #expect(try layer.query(Matrix(rows: 1, columns: 8, repeating: 0)).codes.elements.allSatisfy { $0 == 0 })
  }

  @Test func `LayerNorm without ε is the plain one`() throws {
    var tiny = TinyModel()
    tiny.configuration["layer_norm_eps"] = "0"
    let model = try tiny.load()
    #expect(model.configuration.layerNormEpsilon == 0)
    #expect(try model.forward(TokenSequence(ids: [5, 10])).output.elements.allSatisfy(\.isFinite))
    // A row without variance has no normal form then.
    for name in tiny.shapes.keys where name.contains("embeddings.weight") || name.hasSuffix("_embeddings.weight") {
      tiny.values[name] = Array(repeating: 1, count: tiny.shapes[name]!.reduce(1, *))
    }
    #expect(
      words { _ = try Quantizer().quantize(tiny.load(), calibration: ["a"]) }?
        .hasPrefix("layer_norm_eps is 0, and all features of token 0 are equal before a LayerNorm of the embeddings: ")
        == true)
  }
}
