import Foundation

/// Writes to standard error what is being measured.
func progress(_ text: String) { FileHandle.standardError.write(Data((text + " …\n").utf8)) }

/// Writes a note to standard error.
func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

/// A measurement that cannot be made.
struct Failure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// Figures by name as a JSON object, rounded to five significant digits.
func json(_ figures: [String: Double]) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  let rounded = figures.mapValues { Double(String(format: "%.5g", $0))! }
  return String(decoding: try encoder.encode(rounded), as: UTF8.self)
}
