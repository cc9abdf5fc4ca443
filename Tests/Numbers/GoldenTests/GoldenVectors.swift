import Foundation
import NumberFormats
import TestFiles

/// The cases that `Tests/Reference/golden_vectors.py` computed with numpy.
struct GoldenVectors: Decodable {
  struct Product: Decodable {
    var rows, inner, columns, overflows: Int
    /// Widths of left, right and accumulator; negative when unsigned.
    var formats: [Int]
    var left, right, sums: [Int64]

    func format(_ index: Int) throws -> IntegerFormat {
      try IntegerFormat(width: abs(formats[index]), isSigned: formats[index] > 0)
    }
  }
  struct Requantizing: Decodable {
    var columns: Int
    var multipliers: [UInt16]
    var shifts: [Int]
    var bias: [Int32]
    var low, high, zeroPoint: Int32
    var accumulators, codes: [Int32]
  }
  var products: [Product]
  var requantizations: [Requantizing]

  static func load() throws -> GoldenVectors { try Checkout.vectors("golden.json", as: GoldenVectors.self) }
}
