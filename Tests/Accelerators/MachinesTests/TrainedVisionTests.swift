import Foundation
import Models
import TATAA
import TestFiles
import Testing
import Transformer
import XFormer

@testable import Machines

/// The vision transformer of the project, on images that it was not trained on.
struct TrainedVisionTests {
  static let folder = Checkout.root.appending(path: "Models/vit-fashion-mnist", directoryHint: .isDirectory)

  private struct Vectors: Decodable {
    struct ViT: Decodable {
      var hidden: [Float]
      var logits: [[Float]]
    }
    var vit: ViT
  }

  private static func read() throws -> (model: TransformerModel, reader: ModelImages, images: [Tensor<Float>]) {
    let model = try TransformerModel(directory: folder)
    let reader = try ModelImages(directory: folder, model: model)
    let file = try #require(reader.tests)
    return (model, reader, try reader.images(in: file))
  }

  @Test func `It agrees with an independent computation`() throws {
    let (model, _, images) = try Self.read()
    let vectors = try Checkout.vectors("models.json", as: Vectors.self).vit
    let interpreter = Interpreter(try model.graph(outputs: ["hidden", "logits"]), parameters: model.parameters)
    #expect(vectors.logits.count == 20)
    for (image, wanted) in zip(images, vectors.logits) {
      let outputs = try interpreter(model.inputs(forImage: image))
      let error = ApproximationError(of: try #require(outputs["logits"]?.real).elements, reference: wanted)
      #expect(error.cosine >= 0.99999 && error.maximum < 1e-3, "\(error)")
    }
    let outputs = try interpreter(model.inputs(forImage: images[0]))
    let hidden = try #require(outputs["hidden"]?.real)
    let error = ApproximationError(of: Array(hidden[row: 0]), reference: vectors.hidden)
    #expect(error.cosine >= 0.99999 && error.maximum < 1e-3, "\(error)")
  }

  /// From images to integer layers, and from their codes to classes.
  @Test func `Its integer layers give the classes of binary32`() throws {
    let (model, reader, images) = try Self.read()
    let quantizer = try XFormerQuantizer(model, samples: reader.calibration().map { .image($0) })
    #expect(try !quantizer.isCausal())
    let encoder = try quantizer.encoder(0..<model.layers, for: .layer)
    let whole = Interpreter(try model.graph(outputs: ["class"]), parameters: model.parameters)
    var equal = 0
    for image in images.prefix(12) {
      let (input, output) = try quantizer.rows(.image(image), layers: 0..<model.layers)
      var rows = encoder.codes(input)
      var codes: [Int32] = []
      for layer in encoder.layers {
        let result = layer(rows, block: 8, isCausal: false, numbers: SoftmaxNumbers(.layer))
        (rows, codes) = (result.wide, result.steps["output"] ?? [])
      }
      let error = ApproximationError(
        of: rows.flatMap { $0.map { Float(Double($0) * encoder.inputStep) } }, reference: output.flatMap(\.self))
      #expect(error.cosine > 0.998, "\(error)")
      let narrow = stride(from: 0, to: codes.count, by: 64).map { Array(codes[$0..<$0 + 64]) }
      let results = try model.results(ofHidden: encoder.hidden(wide: rows, narrow: narrow))
      let own = try #require(results["class"]?.index?.elements.first)
      if own == (try #require(whole(model.inputs(forImage: image))["class"]?.index?.elements.first)) { equal += 1 }
    }
    // An image whose two likeliest classes are as likely may change.
    #expect(equal >= 11)
  }

  @Test func `Its classes are right as often as was measured when it was trained`() throws {
    let (model, reader, images) = try Self.read()
    let file = try #require(reader.tests)
    let labels = try #require(try reader.labels(for: file, count: images.count))
    #expect(images.count == 1000 && reader.classNames[9] == "Ankle boot")
    let count = Tier.isFull ? 1000 : 150
    let interpreter = Interpreter(try model.graph(outputs: ["class"]), parameters: model.parameters)
    var right = 0
    for (image, label) in zip(images, labels).prefix(count) {
      if Int(try #require(interpreter(model.inputs(forImage: image))["class"]?.index?.elements.first)) == label {
        right += 1
      }
    }
    // 87.4 % of 10,000; three standard deviations of a count of so many.
    #expect(abs(Double(right) / Double(count) - 0.874) < 3 * (0.11 / Double(count)).squareRoot(), "\(right)")
  }

  @Test func `The golden machine computes what the quantised model means, near binary32`() throws {
    let (model, reader, images) = try Self.read()
    let vision = TATAAVision(model: model, images: Array(images.prefix(2)))
    let outcome = try vision.run(vision.prepare(calibratedOn: reader.calibration()), on: .golden)
    #expect(outcome.isExact && outcome.images.map(\.number) == [9, 2])
    #expect(outcome.images.allSatisfy { $0.cosine > 0.999 && $0.number == $0.reference })
  }
}
