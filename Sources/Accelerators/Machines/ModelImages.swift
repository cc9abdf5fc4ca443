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

/// Files of the MNIST kind.
enum IDXFile {
  /// The sizes of each dimension.
  static func sizes(_ bytes: [UInt8], dimensions: Int, _ name: String) throws -> [Int] {
    let header = 4 + 4 * dimensions
    guard bytes.count >= header, bytes.starts(with: [0, 0, 8, UInt8(dimensions)]) else {
      throw MachineError.model("'\(name)' is no IDX file of bytes in \(dimensions) dimensions")
    }
    let sizes = (0..<dimensions).map { dimension in
      bytes[4 + 4 * dimension..<8 + 4 * dimension].reduce(0) { $0 << 8 | Int($1) }
    }
    var count = 1
    for size in sizes {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow else { throw MachineError.model("'\(name)' says sizes that cannot be: \(sizes)") }
      count = product
    }
    guard bytes.count - header == count else {
      throw MachineError.model("'\(name)' has \(bytes.count - header) bytes for the sizes \(sizes): fetch it again")
    }
    return sizes
  }
}

/// A picture in PGM (P5) or PPM (P6), 8 bits a channel.
struct PortableImage {
  let channels, height, width: Int
  /// Row by row, the channels of a pixel side by side.
  let pixels: [UInt8]

  init(_ bytes: [UInt8], _ name: String) throws {
    func refuse(_ reason: String) -> MachineError {
      .model("'\(name)' \(reason): give an IDX file, or a PGM (P5) or PPM (P6) with 8 bits a channel")
    }
    guard bytes.count > 2, bytes[0] == UInt8(ascii: "P"),
      let channels = [UInt8(ascii: "5"): 1, UInt8(ascii: "6"): 3][bytes[1]]
    else { throw refuse("is of another kind") }
    var position = 2
    func number() throws -> Int {
      while position < bytes.count {
        if bytes[position] == UInt8(ascii: "#") {
          while position < bytes.count, bytes[position] != 10 { position += 1 }
        } else if [9, 10, 13, 32].contains(bytes[position]) {
          position += 1
        } else {
          break
        }
      }
      var value = 0
      let start = position
      while position < bytes.count, (48...57).contains(bytes[position]), value < 1 << 20 {
        value = 10 * value + Int(bytes[position] - 48)
        position += 1
      }
      guard position > start, value > 0, value < 1 << 20 else { throw refuse("has a damaged header") }
      return value
    }
    width = try number()
    height = try number()
    let top = try number()
    guard top == 255 else { throw refuse("has \(top) as its greatest value") }
    position += 1
    let count = channels * width * height
    guard bytes.count - position == count else {
      throw refuse("has \(max(0, bytes.count - position)) bytes for \(count)")
    }
    self.channels = channels
    pixels = Array(bytes[position...])
  }
}
