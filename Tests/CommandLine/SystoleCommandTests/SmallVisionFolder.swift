import Foundation
import SmallModels

extension Command {
  /// A folder with a small ViT, three images with classes, and one for calibration.
  func smallVision() throws -> String {
    let folder = URL(fileURLWithPath: self.folder.path + "/vision", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var small = SmallTransformer(family: .vit, hidden: 4, layers: 1, heads: 1, feedForward: 4, activation: "relu")
    (small.image, small.patch) = ([1, 4, 4], 2)
    try small.write(to: folder)
    func images(_ count: Int) -> [UInt8] {
      [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 4, 0, 0, 0, 4] + (0..<16 * count).map { UInt8($0 * 37 % 256) }
    }
    try Data(images(3)).write(to: folder.appending(path: "test-images.idx3-ubyte"))
    try Data([0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 2]).write(to: folder.appending(path: "test-labels.idx1-ubyte"))
    try Data(images(1)).write(to: folder.appending(path: "calibration-images.idx3-ubyte"))
    return folder.path
  }
}
