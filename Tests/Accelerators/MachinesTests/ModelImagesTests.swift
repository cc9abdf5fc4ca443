import Foundation
import Models
import SmallModels
import Testing

@testable import Machines

struct ModelImagesTests {
  /// A reader of a small model whose images have so many channels, and its folder.
  private static func reader(
    channels: Int, preprocessor: String? = nil, configuration: String? = nil
  ) throws -> (ModelImages, URL) {
    var small = SmallTransformer(family: .vit, hidden: 4, layers: 1, heads: 2, feedForward: 4)
    (small.image, small.patch) = ([channels, 2, 2], 1)
    let folder = FileManager.default.temporaryDirectory.appending(path: "images-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try small.write(to: folder)
    let model = try TransformerModel(directory: folder)
    if let preprocessor { try Data(preprocessor.utf8).write(to: folder.appending(path: "preprocessor_config.json")) }
    return (try ModelImages(directory: folder, model: model), folder)
  }

  private static func words(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
  }

  @Test func `Pixels become numbers as the folder says`() throws {
    let (reader, folder) = try Self.reader(
      channels: 3, preprocessor: #"{"image_mean": [0.5, 0, 1], "image_std": [0.5, 2, 1], "do_normalize": true}"#)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "picture.ppm")
    let pixels: [UInt8] = [0, 51, 255, 255, 102, 0, 51, 0, 0, 0, 255, 0]
    try Data(Array("P6\n# a comment\n2 2\n255\n".utf8) + pixels).write(to: file)
    let image = try reader.images(in: file)
    #expect(image.count == 1 && image[0].shape == [3, 2, 2])
    let red: [Float] = [-1, 1, -0.6, -1]
    let green: [Float] = [0.1, 0.2, 0, 0.5]
    let blue: [Float] = [0, -1, -1, -1]
    for (found, wanted) in zip(image[0].elements, red + green + blue) { #expect(abs(found - wanted) < 1e-6) }
    #expect(try reader.labels(for: file, count: 1) == nil)
  }

  @Test func `A file of many images has its classes beside it`() throws {
    let (reader, folder) = try Self.reader(channels: 1)
    defer { try? FileManager.default.removeItem(at: folder) }
    let images = folder.appending(path: "test-images.idx3-ubyte")
    try Data([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 255, 0, 51, 1, 2, 3, 4]).write(to: images)
    #expect(reader.tests == images)
    let read = try reader.images(in: images)
    #expect(read.count == 2 && read[0].elements == [0, 1, 0, 0.2])
    #expect(try reader.labels(for: images, count: 2) == nil)
    let labels = folder.appending(path: "test-labels.idx1-ubyte")
    try Data([0, 0, 8, 1, 0, 0, 0, 2, 7, 3]).write(to: labels)
    #expect(try reader.labels(for: images, count: 2) == [7, 3])
    #expect(
      Self.words { _ = try reader.labels(for: images, count: 3) }
        == "'test-labels.idx1-ubyte' has 2 classes for 3 images")
    #expect(
      Self.words { _ = try reader.calibration() }
        == "the model's folder has no calibration-images.idx3-ubyte: put some 32 images of its training set there")
  }

  /// Each file with the words that refuse it.
  @Test(arguments: [
    ([] as [UInt8], "'x' is of another kind: give an IDX file, or a PGM (P5) or PPM (P6) with 8 bits a channel"),
    (
      Array("P5 2 2 255\n".utf8),
      "'x' has 0 bytes for 4: give an IDX file, or a PGM (P5) or PPM (P6) with 8 bits a channel"
    ),
    (
      Array("P5 2 2 65535\n12345678".utf8),
      "'x' has 65535 as its greatest value: give an IDX file, or a PGM (P5) or PPM (P6) with 8 bits a channel"
    ),
    (
      Array("P5 99999999999999999999 2 255\n".utf8),
      "'x' has a damaged header: give an IDX file, or a PGM (P5) or PPM (P6) with 8 bits a channel"
    ),
    (
      Array("P6 2 2 255\n123456789abc".utf8),
      "'x' is an image of 3×2×2; the model takes 1×2×2, channels × height × width"
    ),
    ([0, 0, 8, 3, 0, 0], "'x' is no IDX file of bytes in 3 dimensions"),
    (
      [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255],
      "'x' says sizes that cannot be: [4294967295, 4294967295, 4294967295]"
    ),
    ([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1], "'x' has 1 bytes for the sizes [1, 2, 2]: fetch it again"),
    ([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1], "'x' has images of 1×1×2; the model takes 1×2×2"),
  ]) func `A damaged file is refused with what is wrong`(bytes: [UInt8], words: String) throws {
    let (reader, folder) = try Self.reader(channels: 1)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "x")
    try Data(bytes).write(to: file)
    #expect(Self.words { _ = try reader.images(in: file) } == words)
  }

  @Test(arguments: [
    (#"{"image_mean": [0.5, 0.5]}"#, "preprocessor_config.json: image_mean is not a number for each of 1 channels"),
    (
      #"{"image_std": [0], "do_normalize": true}"#,
      "preprocessor_config.json: image_std and rescale_factor have to be above 0"
    ),
    (#"{"rescale_factor": -1}"#, "preprocessor_config.json: image_std and rescale_factor have to be above 0"),
  ]) func `A folder that says what cannot be is refused`(preprocessor: String, words: String) {
    #expect(Self.words { _ = try Self.reader(channels: 1, preprocessor: preprocessor) } == words)
  }

  @Test func `A model of text reads no images`() throws {
    let model = try SmallTransformer().model()
    #expect(
      Self.words { _ = try ModelImages(directory: URL(fileURLWithPath: "."), model: model) }
        == "a model of family 'bert' reads no images: give one of images, as vit")
  }
}
