import Foundation

/// The rows that `Tests/Reference/number_vectors.py` computed with exact fractions.
struct NumberVectors: Decodable {
  var scales: [[String]]
  var bfloat16: [[String]]
  var shifts: [[String]]

  static func load(from file: String = #filePath) throws -> NumberVectors {
    let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: tests.appending(path: "Reference/vectors/numbers.json"))
    return try JSONDecoder().decode(NumberVectors.self, from: data)
  }
}
