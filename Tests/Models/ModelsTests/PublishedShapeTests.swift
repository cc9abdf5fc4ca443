import Models
import Testing

struct PublishedShapeTests {
  @Test func `Decoders have the published number of parameters`() throws {
    #expect(try PublishedShape.gpt2.model().trainedValues == 124_439_808)
    #expect(try PublishedShape.gpt2Medium.model().trainedValues == 354_823_168)
    #expect(try PublishedShape.opt1B3.model().trainedValues == 1_315_758_080)
    #expect(try PublishedShape.tinyLlama.model().trainedValues == 1_100_048_384)
  }

  @Test func `Encoders do the published work`() throws {
    for (shape, layers, width) in [(PublishedShape.bertTiny, 2, 128), (.bertBase, 12, 768), (.bertLarge, 24, 1024)] {
      let graph = try shape.model().graph(tokens: 384, outputs: ["hidden"])
      #expect(graph.multiplications == layers * 384 * (12 * width * width + 2 * 384 * width), "\(shape)")
    }
    // Billions of multiplications of an image, as the papers state them.
    for (shape, published) in [(PublishedShape.deitTiny, 1.3), (.deitSmall, 4.6), (.vitBase, 17.6)] {
      let found = try Double(shape.model().graph().multiplications) / 1e9
      #expect(abs(found - published) < 0.05 * published, "\(shape): \(found)")
    }
  }

  @Test func `A decoding step reads every weight once`() throws {
    for shape in [PublishedShape.gpt2, .opt1B3, .tinyLlama] {
      let model = try shape.model()
      let graph = try model.graph(tokens: 1, past: 127, outputs: ["next"])
      #expect(graph.nodes.contains { $0.shape.last == 128 })
      #expect(Double(graph.multiplications) < 1.1 * Double(model.trainedValues))
      #expect(
        words { _ = try Interpreter(graph, parameters: model.parameters)([:]) }
          == "node \"tokens\": the input is not given")
    }
  }

  @Test(arguments: PublishedShape.allCases)
  func `Every shape has its graph, its text and its drawing`(shape: PublishedShape) throws {
    let model = try shape.model()
    let graph = try model.graph(tokens: model.imageShape == nil ? 16 : nil)
    #expect(graph.description.split(separator: "\n").count == graph.nodes.count + graph.outputs.count + 1)
    #expect(graph.svg().hasSuffix("</svg>\n") && model.parameters.count == 0)
    #expect(graph.nodes.compactMap(\.site).count == 11 * model.layers)
  }

  @Test func `Sizes that no memory holds are refused`() {
    let json = """
      {"model_type": "vit", "hidden_size": 16777216, "num_hidden_layers": 1024, "num_attention_heads": 1,
       "intermediate_size": 16777216, "image_size": 65536, "patch_size": 65536, "num_channels": 4096, "hidden_act": "gelu"}
      """
    #expect(
      words { _ = try TransformerModel(configuration: Array(json.utf8)) }
        == "tensor \"embeddings.patch_embeddings.projection.weight\" of the shape [16777216, 4096, 65536, 65536] would have "
        + "more than 2^40 values: check the sizes in config.json")
  }
}
