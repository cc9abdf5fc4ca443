import Foundation
import TestFiles

/// The rows that `Tests/Reference/number_vectors.py` computed with exact fractions.
struct NumberVectors: Decodable {
  var scales: [[String]]
  var bfloat16: [[String]]
  var shifts: [[String]]

  static func load() throws -> NumberVectors { try Checkout.vectors("numbers.json", as: NumberVectors.self) }
}
