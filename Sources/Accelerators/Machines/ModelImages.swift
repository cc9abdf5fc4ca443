import Foundation
import Models

/// How a model reads images: what its folder says of their numbers, and the files that it takes.
///
/// An image file is of one of the kinds that need no library: IDX, as the MNIST family comes (magic 00 00 08 03), PGM (P5) or
/// PPM (P6), with 8 bits a channel.
public struct ModelImages: Sendable {
  private let shape: [Int]
  private let scale: Double
  private let mean, deviation: [Double]
  /// The names of the classes, by number; a number without a name is missing.
  public let classNames: [Int: String]
  private let directory: URL

  private struct Preprocessor: Decodable {
    var do_normalize: Bool?
    var do_rescale: Bool?
    var rescale_factor: Double?
    var image_mean: [Double]?
    var image_std: [Double]?
  }

  private struct Labels: Decodable {
    var id2label: [String: String]?
  }

  /// What the folder of a model says; without `preprocessor_config.json` pixels become numbers from 0 to 1.
  ///
  /// - Throws: ``MachineError`` for a model of tokens, and for a file that says what cannot be.
  public init(directory: URL, model: TransformerModel) throws {
    guard let shape = model.imageShape else {
      throw MachineError.model("a model of family '\(model.family)' reads no images: give one of images, as vit")
    }
    self.shape = shape
    self.directory = directory
    let file = directory.appending(path: "preprocessor_config.json")
    var preprocessor = Preprocessor()
    if FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) {
      do { preprocessor = try JSONDecoder().decode(Preprocessor.self, from: Self.contents(of: file)) } catch let error
        as DecodingError
      {
        throw MachineError.model("preprocessor_config.json cannot be read: \(Self.words(error))")
      }
    }
    let normalizes = preprocessor.do_normalize ?? (preprocessor.image_mean != nil)
    func channels(_ values: [Double]?, _ name: String, orElse value: Double) throws -> [Double] {
      guard normalizes, let values else { return [Double](repeating: value, count: shape[0]) }
      guard values.count == shape[0], values.allSatisfy(\.isFinite) else {
        throw MachineError.model("preprocessor_config.json: \(name) is not a number for each of \(shape[0]) channels")
      }
      return values
    }
    mean = try channels(preprocessor.image_mean, "image_mean", orElse: 0)
    deviation = try channels(preprocessor.image_std, "image_std", orElse: 1)
    scale = preprocessor.do_rescale ?? true ? preprocessor.rescale_factor ?? 1 / 255 : 1
    guard deviation.allSatisfy({ $0 > 0 }), scale.isFinite, scale > 0 else {
      throw MachineError.model("preprocessor_config.json: image_std and rescale_factor have to be above 0")
    }
    let labels = try? JSONDecoder().decode(
      Labels.self, from: Self.contents(of: directory.appending(path: "config.json")))
    classNames = Dictionary(
      (labels?.id2label ?? [:]).compactMap { key, name in Int(key).map { ($0, name) } },
      uniquingKeysWith: { first, _ in first })
  }

  private static func words(_ error: DecodingError) -> String {
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      (context.codingPath.map(\.stringValue).joined(separator: ".") + " " + context.debugDescription)
        .trimmingCharacters(in: .whitespaces)
    @unknown default: "it is no JSON of this kind"
    }
  }

  private static func contents(of file: URL) throws -> Data {
    do { return try Data(contentsOf: file, options: .mappedIfSafe) } catch {
      throw MachineError.model("'\(file.path(percentEncoded: false))' cannot be read: \(error.localizedDescription)")
    }
  }

  /// The test images that stand in the model's folder (`test-images.idx3-ubyte`); nil where there are none.
  public var tests: URL? { file("test-images.idx3-ubyte") }

  private func file(_ name: String) -> URL? {
    let file = directory.appending(path: name)
    return FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) ? file : nil
  }

  /// The images over which the ranges of activations are measured: `calibration-images.idx3-ubyte` of the model's folder.
  ///
  /// - Throws: ``MachineError`` where the folder has none.
  public func calibration() throws -> [Tensor<Float>] {
    guard let file = file("calibration-images.idx3-ubyte") else {
      throw MachineError.model(
        "the model's folder has no calibration-images.idx3-ubyte: put some 32 images of its training set there")
    }
    return try images(in: file)
  }

  /// The images of a file, each channels × height × width, as the model wants them.
  ///
  /// - Throws: ``MachineError`` for a file of another kind, of other sizes than the model's, or of which a part is missing.
  public func images(in file: URL) throws -> [Tensor<Float>] {
    let bytes = [UInt8](try Self.contents(of: file))
    let name = file.lastPathComponent
    let pixels =
      bytes.starts(with: [0, 0, 8, 3])
      ? try idxImages(bytes, name) : [try portableImage(bytes, name)]
    let area = shape[1] * shape[2]
    return try pixels.map { bytes in
      // Interleaved channels become planes.
      var elements = [Float](repeating: 0, count: bytes.count)
      for channel in 0..<shape[0] {
        for place in 0..<area {
          let value = Double(bytes[place * shape[0] + channel])
          elements[channel * area + place] = Float((value * scale - mean[channel]) / deviation[channel])
        }
      }
      return try Tensor(shape: shape, elements: elements)
    }
  }

  private func idxImages(_ bytes: [UInt8], _ name: String) throws -> [[UInt8]] {
    let sizes = try IDXFile.sizes(bytes, dimensions: 3, name)
    guard shape[0] == 1, sizes[1] == shape[1], sizes[2] == shape[2] else {
      throw MachineError.model(
        "'\(name)' has images of 1×\(sizes[1])×\(sizes[2]); the model takes \(shape[0])×\(shape[1])×\(shape[2])")
    }
    let area = shape[1] * shape[2]
    return (0..<sizes[0]).map { Array(bytes[16 + $0 * area..<16 + ($0 + 1) * area]) }
  }

  private func portableImage(_ bytes: [UInt8], _ name: String) throws -> [UInt8] {
    let image = try PortableImage(bytes, name)
    guard [image.channels, image.height, image.width] == shape else {
      throw MachineError.model(
        "'\(name)' is an image of \(image.channels)×\(image.height)×\(image.width); the model takes "
          + "\(shape[0])×\(shape[1])×\(shape[2]), channels × height × width")
    }
    return image.pixels
  }

  /// The classes of the images of an IDX file, which stand beside it (`…-labels.idx1-ubyte` for `…-images.idx3-ubyte`); nil
  /// where there are none.
  ///
  /// - Throws: ``MachineError`` for a damaged file, and for another number of classes than `count`.
  public func labels(for images: URL, count: Int) throws -> [Int]? {
    let name = images.lastPathComponent.replacingOccurrences(of: "images", with: "labels")
      .replacingOccurrences(of: "idx3", with: "idx1")
    let file = images.deletingLastPathComponent().appending(path: name)
    guard name != images.lastPathComponent, FileManager.default.fileExists(atPath: file.path(percentEncoded: false))
    else { return nil }
    let bytes = [UInt8](try Self.contents(of: file))
    let sizes = try IDXFile.sizes(bytes, dimensions: 1, name)
    guard sizes[0] == count else {
      throw MachineError.model("'\(name)' has \(sizes[0]) classes for \(count) images")
    }
    return bytes[8...].prefix(count).map(Int.init)
  }
}
