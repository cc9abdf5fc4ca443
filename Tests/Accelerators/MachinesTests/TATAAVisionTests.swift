import Foundation
import Models
import SmallModels
import TATAA
import TestFiles
import Testing

@testable import Machines

struct TATAAVisionTests {
  /// Images, patches and features of many shapes; more tokens than lanes, several tokens a vector, an odd number of channels.
  static let shapes: [(SmallTransformer.Family, [Int], Int, Int)] = [
    (.deit, [1, 6, 6], 3, 12), (.vit, [3, 6, 6], 2, 4), (.vit, [1, 4, 4], 2, 16), (.vit, [3, 12, 12], 2, 8),
    (.vit, [2, 3, 3], 3, 4), (.deit, [3, 10, 10], 1, 4),
  ]

  private static func images(_ small: SmallTransformer, _ count: Int) throws -> [Tensor<Float>] {
    var random = SeededGenerator(seed: 5)
    return try (0..<count).map { _ in
      try Tensor(
        shape: small.image,
        elements: (0..<small.image.reduce(1, *)).map { _ in Float.random(in: -2...2, using: &random) })
    }
  }

  @Test(arguments: Tier.isFull ? [SmallTransformer.Family.vit, .deit] : [.deit])
  func `Images give the same in hardware, one after another`(
    family: SmallTransformer.Family
  ) throws {
    let small = SmallTransformer(family: family, hidden: 4, layers: 1, heads: 2, feedForward: 4)
    var vision = TATAAVision(model: try small.model(), images: try Self.images(small, 2))
    vision.configuration = .tiny
    let prepared = try vision.prepare(calibratedOn: Self.images(small, 5))
    #expect(prepared.compiled.tokens == (family == .vit ? 10 : 11))
    let outcome = try vision.run(prepared, on: .native)
    #expect(outcome.isExact && outcome.images.count == 2)
    for image in outcome.images {
      let hardware = try #require(image.hardware)
      #expect(hardware.isExact && hardware.storesCompared == image.stores && image.stores > 0)
      #expect(image.goldenIsExact && image.hiddenIsExact && image.cosine > 0.9)
    }
    // Not one image twice.
    #expect(Set(outcome.images.map(\.cosine)).count == 2)
    let error = try #require(outcome.modelErrorPercent)
    #expect(error < 3)
    let cycles = try #require(outcome.cycles)
    let macs = 2 * prepared.compiled.multiplications.reduce(0, +)
    #expect(outcome.utilisation == Double(macs) / (Double(cycles) * 16))
    let classes = outcome.images.map { Int($0.number) }
    #expect(outcome.right(classes).hardware == 2)
    #expect(outcome.right([classes[0], (classes[1] + 1) % 5]).hardware == 1)
  }

  @Test(arguments: shapes.prefix(Tier.isFull ? shapes.count : 2))
  func `The golden machine computes what the quantised model means`(
    family: SmallTransformer.Family, image: [Int], patch: Int, hidden: Int
  ) throws {
    var small = SmallTransformer(family: family, hidden: hidden, layers: 1, heads: 2, feedForward: 8)
    (small.image, small.patch) = (image, patch)
    var vision = TATAAVision(model: try small.model(), images: try Self.images(small, 2))
    vision.configuration = .tiny
    let outcome = try vision.run(vision.prepare(calibratedOn: Self.images(small, 4)), on: .golden)
    #expect(outcome.isExact && outcome.cycles == nil && outcome.images.count == 2)
    #expect(outcome.images.allSatisfy { $0.number == $0.quantized })
  }

  @Test func `An image of another shape is refused`() throws {
    let small = SmallTransformer(family: .vit, hidden: 4, layers: 1, heads: 2, feedForward: 4)
    var vision = TATAAVision(
      model: try small.model(), images: [try Tensor(shape: [2, 6, 5], elements: [Float](repeating: 0, count: 60))])
    vision.configuration = .tiny
    let prepared = try vision.prepare(calibratedOn: Self.images(small, 1))
    #expect(throws: ModelError.shape(tensor: "pixels", expected: [2, 6, 6], found: [2, 6, 5])) {
      try vision.run(prepared, on: .golden)
    }
  }
}
