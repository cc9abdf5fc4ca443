import Foundation
import Machines
import Models

extension ModelImages {
  /// The images of a file, or of the model's folder where none is given.
  ///
  /// - Throws: a request for a file where the folder has no images, and what the file says.
  func images(from path: String?) throws -> (file: URL, images: [Tensor<Float>]) {
    guard let file = path.map({ URL(fileURLWithPath: $0) }) ?? tests else {
      throw RequestError("the model's folder has no test images: give some with --image FILE")
    }
    return (file, try images(in: file))
  }
}

/// Which of the images of a file a command takes.
enum ImageSelection {
  /// Refuses a first image that the file does not have.
  static func check(_ first: Int, of count: Int, _ file: URL) throws {
    guard (0..<count).contains(first) else {
      throw RequestError("--first \(first): '\(file.lastPathComponent)' has images 0 to \(count - 1)")
    }
  }
}
