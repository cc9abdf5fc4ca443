import ArgumentParser
import Foundation
import Machines
import Models
import Transformer
import XFormer

/// Which image a model of images reads.
struct ImageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An image, or many, for a model of images: PGM, PPM or IDX. Default: the test images of the model's folder.",
      valueName: "file"))
  var image: String?

  @Option(help: ArgumentHelp("Which of the images.", valueName: "number"))
  var first: Int?
}

/// A model, what it is calibrated on, and what it is run on.
struct LayerSamples {
  let model: TransformerModel
  /// What is run.
  let own: [XFormerQuantizer.Sample]
  let calibration: [XFormerQuantizer.Sample]
  /// What is run, in words.
  let title: String
  /// The classes of the images by a file beside them, and the names of classes.
  let labels: [Int]?
  let classNames: [Int: String]

  /// Reads a model by its name or folder.
  ///
  /// - Parameter count: how many texts or images are run.
  init(_ name: String, text: String?, _ images: ImageOptions, count: Int = 1) throws {
    let folder = try ModelFolder.named(name)
    model = try TransformerModel(directory: folder)
    if model.imageShape == nil {
      guard images.image == nil, images.first == nil else {
        throw RequestError("--model \(name) reads text: give --text, and no --image or --first")
      }
      let reader = try ModelText(directory: folder, family: model.family)
      let words = text ?? reader.example
      let sequence = try reader.tokens(of: words)
      let texts = try reader.calibration(of: model)
      // Behind the text come those of the calibration.
      let sequences = [sequence] + texts.filter { $0.ids != sequence.ids }.prefix(count - 1)
      guard sequences.count == count else {
        throw RequestError("--sequences \(count): there are \(sequences.count) texts")
      }
      (own, calibration) = (sequences.map { .tokens($0) }, texts.map { .tokens($0) })
      title = "\(sequence.count) tokens: \(words)" + (count > 1 ? " and \(count - 1) other text(s)" : "")
      (labels, classNames) = (nil, [:])
      return
    }
    guard text == nil else { throw RequestError("--model \(name) reads images: give --image FILE, and no --text") }
    let reader = try ModelImages(directory: folder, model: model)
    guard let file = images.image.map({ URL(fileURLWithPath: $0) }) ?? reader.tests else {
      throw RequestError("the model's folder has no test images: give some with --image FILE")
    }
    let all = try reader.images(in: file)
    let first = images.first ?? 0
    guard first >= 0, first + count <= all.count else {
      throw RequestError(
        "--first \(first): '\(file.lastPathComponent)' has images 0 to \(all.count - 1), and \(count) are wanted")
    }
    let range = first..<first + count
    own = all[range].map { .image($0) }
    calibration = try reader.calibration().map { .image($0) }
    title =
      "\(model.maximumTokens) tokens: image \(first)\(count > 1 ? " to \(first + count - 1)" : "") of "
      + file.lastPathComponent
    labels = try reader.labels(for: file, count: all.count).map { Array($0[range]) }
    classNames = reader.classNames
  }

  /// Random words for a model of texts.
  init(_ model: TransformerModel, tokens: Int, count: Int = 1) {
    self.model = model
    var state: UInt64 = 2
    func sequence() -> XFormerQuantizer.Sample {
      .tokens(
        TokenSequence(
          ids: (0..<tokens).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int32((state >> 33) % UInt64(model.vocabularySize))
          }))
    }
    own = (0..<count).map { _ in sequence() }
    calibration = own + (0..<4).map { _ in sequence() }
    title = "\(tokens) tokens: random words"
    (labels, classNames) = (nil, [:])
  }
}
