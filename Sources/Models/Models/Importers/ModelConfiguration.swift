import Foundation
import Transformer

/// The fields of a `config.json`, each checked when it is read.
struct ModelConfiguration {
  private let object: JSONObject

  init(directory: URL) throws(EncoderConfigurationError) {
    let bytes: [UInt8]
    do throws(ModelFileError) {
      bytes = try ModelFile.text(
        directory.appending(path: "config.json").path(percentEncoded: false), name: "config.json")
    } catch { throw .file(error) }
    try self.init(bytes)
  }

  init(_ bytes: [UInt8]) throws(EncoderConfigurationError) {
    let document: JSONValue
    do throws(JSONError) { document = try JSONValue(parsing: bytes) } catch { throw .json(error) }
    guard let object = document.object else { throw .document(found: document.kind) }
    self.object = object
  }

  /// The value of a field that is there and not null.
  private subscript(field: String) -> JSONValue? {
    guard let value = object[field], !value.isNull else { return nil }
    return value
  }

  /// A whole number from 1 on.
  func size(
    _ field: String, in range: ClosedRange<Int> = 1...(1 << 24), orElse other: Int? = nil
  ) throws(EncoderConfigurationError) -> Int {
    guard let value = self[field] else {
      guard let other else { throw .missing(field) }
      return other
    }
    guard let size = value.integer, range.contains(size) else {
      throw .field(
        field, found: Self.words(value), expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return size
  }

  /// The number of layers: so many that a graph of them can be drawn up.
  func layers(_ field: String) throws(EncoderConfigurationError) -> Int { try size(field, in: 1...1024) }

  /// A number, 0 or more.
  func number(_ field: String, orElse other: Double) throws(EncoderConfigurationError) -> Double {
    guard let value = self[field] else { return other }
    guard let number = value.number, number >= 0, number.isFinite else {
      throw .field(field, found: Self.words(value), expected: "a number, 0 or more")
    }
    return number
  }

  func flag(_ field: String, orElse other: Bool) throws(EncoderConfigurationError) -> Bool {
    guard let value = self[field] else { return other }
    guard let flag = value.bool else { throw .field(field, found: Self.words(value), expected: "true or false") }
    return flag
  }

  func text(_ field: String) -> String? { self[field]?.string }

  /// Refuses a field whose value is not the one that is supported; absent and null are.
  func require(_ field: String, is expected: Bool) throws(EncoderConfigurationError) {
    guard let value = self[field], value.bool != expected else { return }
    throw .unsupported(field, found: Self.words(value), supported: ["\(expected)"])
  }

  /// Refuses a field that is there, not null and not empty.
  func requireAbsent(_ field: String, or words: String = "without it") throws(EncoderConfigurationError) {
    guard let value = self[field], value.object?.members.isEmpty != true, value.array?.isEmpty != true else { return }
    throw .unsupported(field, found: Self.words(value), supported: [words])
  }

  func require(_ field: String, among allowed: [String]) throws(EncoderConfigurationError) {
    guard let value = self[field] else { return }
    guard let text = value.string, allowed.contains(text) else {
      throw .unsupported(field, found: value.string ?? value.kind, supported: allowed)
    }
  }

  /// What no importer here takes.
  func refuseTheUnsupported() throws(EncoderConfigurationError) {
    try requireAbsent("quantization_config", or: "weights in F32, F16 or BF16, without it")
    try requireAbsent("pruned_heads", or: "no pruned head")
    try require("add_cross_attention", is: false)
  }

  private static let activations: [String: GraphOperation.Activation] = [
    "gelu": .gelu, "gelu_python": .gelu, "gelu_new": .geluTanh, "gelu_pytorch_tanh": .geluTanh, "gelu_fast": .geluTanh,
    "quick_gelu": .quickGelu, "relu": .relu, "silu": .silu, "swish": .silu, "tanh": .tanh,
  ]

  func activation(
    _ field: String, orElse other: GraphOperation.Activation? = nil
  ) throws(EncoderConfigurationError) -> GraphOperation.Activation {
    guard let value = self[field] else {
      guard let other else { throw .missing(field) }
      return other
    }
    guard let activation = value.string.flatMap({ Self.activations[$0] }) else {
      throw .unsupported(field, found: value.string ?? value.kind, supported: Self.activations.keys.sorted())
    }
    return activation
  }

  /// An object inside the file.
  func member(_ field: String) -> JSONObject? { self[field]?.object }

  func has(_ field: String) -> Bool { self[field] != nil }

  /// A value in a message.
  static func words(_ value: JSONValue) -> String {
    value.integer.map { "\($0)" } ?? value.number.map { "\($0)" } ?? value.string.map { "\"\(printable($0))\"" }
      ?? value.bool.map { "\($0)" } ?? value.kind
  }
}
