import Foundation
import Models
import TestFiles
import Transformer

/// What `Tests/Reference/models.py` computed in binary64.
struct ModelVectors: Decodable {
  struct Albert: Decodable {
    var tokens: [Int32]
    /// The first token's row, and the hidden token's.
    var hidden: [Float]
    /// The hidden token's.
    var logits: [Float]
    var best: [Int32]
  }
  struct Gpt2: Decodable {
    var prompt, generated: [Int32]
    /// The last token's row.
    var hidden: [Float]
    var everyLogit: Int
    /// Of the last token of the prompt, and of the last of all.
    var logits, lastLogits: [Float]
  }
  struct Small: Decodable, CustomStringConvertible, Sendable {
    var name: String
    var config: [String: Field]
    var tokens: [Int32]
    var tensors: [String: [Int]]
    var outputs: [String: [Float]]
    var description: String { name }
  }
  var albert: Albert
  var gpt2: Gpt2
  var small: [Small]

  static let all = Result { try Checkout.vectors("models.json", as: ModelVectors.self) }
  static let smallModels = (try? all.get().small) ?? []

  /// A value of a `config.json`, as JSON.
  enum Field: Decodable, Sendable {
    case null, flag(Bool), whole(Int), real(Double), text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Int.self) {
        self = .whole(number)
      } else if let number = try? container.decode(Double.self) {
        self = .real(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    var json: String {
      switch self {
      case .null: "null"
      case .flag(let flag): "\(flag)"
      case .whole(let number): "\(number)"
      case .real(let number): "\(number)"
      case .text(let text): "\"\(text)\""
      }
    }
  }
}

/// A model folder whose parameters a formula gives for each name.
struct SmallModel {
  var config: [String: String]
  var shapes: [String: [Int]]
  /// What replaces the values of a tensor.
  var values: [String: [Float]] = [:]
  /// The name of a tensor in the file.
  var rename: (String) -> String = { $0 }
  var elementType = "F32"
  var files: [String: [UInt8]] = [:]

  init(_ vectors: ModelVectors.Small) {
    config = vectors.config.mapValues(\.json)
    shapes = vectors.tensors
  }

  /// The small model of a name.
  init(_ name: String) throws {
    guard let vectors = try ModelVectors.all.get().small.first(where: { $0.name == name }) else { throw NoSuch() }
    self.init(vectors)
  }

  struct NoSuch: Error {}

  /// Multiples of 2^−24 from −1/2 to 1/2: SplitMix64 from the FNV-1a hash of the name.
  static func values(_ name: String, count: Int) -> [Float] {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return (0..<count).map { _ in
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
      word ^= word >> 31
      return Float(word >> 40) * 0x1p-24 - 0.5
    }
  }

  func bytes(_ name: String) -> [UInt8] {
    let shape = shapes[name] ?? []
    let values = values[name] ?? Self.values(name, count: shape.reduce(1, *))
    return switch elementType {
    case "BF16": Self.bytes(values.map { UInt16($0.bitPattern >> 16) })
    case "I32": Self.bytes(values.map { Int32($0) })
    default: Self.bytes(values.map(\.bitPattern))
    }
  }

  static func bytes<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
    words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
  }

  /// The tensors of these names as a safetensors file.
  func safetensors(_ names: [String]) -> [UInt8] {
    var entries: [String] = []
    var data: [UInt8] = []
    for name in names {
      let bytes = bytes(name)
      entries.append(
        "\"\(rename(name))\":{\"dtype\":\"\(elementType)\",\"shape\":\(shapes[name] ?? []),"
          + "\"data_offsets\":[\(data.count),\(data.count + bytes.count)]}")
      data += bytes
    }
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    return Self.bytes([UInt64(header.count)]) + header + data
  }

  var configuration: [UInt8] {
    Array("{\(config.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ","))}".utf8)
  }

  func load() throws -> TransformerModel {
    var all = files
    if all["config.json"] == nil { all["config.json"] = configuration }
    let hasWeights = all.keys.contains { $0.hasPrefix("model") || $0.hasPrefix("pytorch") }
    if !hasWeights { all["model.safetensors"] = safetensors(shapes.keys.sorted()) }
    return try ModelFolder.with(all) { try TransformerModel(directory: $0) }
  }
}

/// A folder of files that lives as long as a closure.
enum ModelFolder {
  static func with<Value>(_ files: [String: [UInt8]], _ body: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "model-folder-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
    return try body(folder)
  }
}

/// The words of an error of whatever kind; nil when the work succeeds.
func words(of work: () throws -> Void) -> String? {
  do {
    try work()
    return nil
  } catch {
    return "\(error)"
  }
}
