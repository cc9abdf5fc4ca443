import Foundation
import Transformer

/// A `pytorch_model.bin`: read without executing anything, and converted to safetensors.
///
/// Both forms are read: the ZIP archive that PyTorch writes since version 1.6, and the row of pickles of older versions.
/// The pickle inside may only hold dictionaries, numbers, texts and tensors; see ``PyTorchError/Reason`` for what is
/// refused, by name.
public struct PyTorchCheckpoint: Sendable {
  /// The tensors, as the bytes of a safetensors file.
  public let safetensors: [UInt8]
  /// The name of the file.
  public let name: String

  /// The usual name in a model folder.
  public static let fileName = "pytorch_model.bin"

  /// The name of the index of a checkpoint in several files.
  static let indexName = "pytorch_model.bin.index.json"

  /// The files that the index of a folder names, each once, in alphabetical order.
  static func files(ofIndexIn directory: URL) throws(PyTorchError) -> [String] {
    func fail(_ reason: PyTorchError.Reason) -> PyTorchError { PyTorchError(file: indexName, reason: reason) }
    let bytes: [UInt8]
    do throws(ModelFileError) {
      bytes = try ModelFile.text(directory.appending(path: indexName).path(percentEncoded: false), name: indexName)
    } catch { throw fail(.file(error)) }
    let document: JSONValue
    do throws(JSONError) { document = try JSONValue(parsing: bytes) } catch { throw fail(.index("\(error)")) }
    guard let map = document.object?["weight_map"]?.object, !map.members.isEmpty else {
      throw fail(.index("weight_map must be an object that gives the file of each tensor"))
    }
    var names: Set<String> = []
    for (tensor, value) in map.members {
      guard let name = value.string, !name.isEmpty, name != ".", name != "..",
        !name.unicodeScalars.contains(where: { ["/", "\\", "\0"].contains($0) })
      else {
        throw fail(.index("tensor \"\(printable(tensor))\" must be in a file beside the index, named without a folder"))
      }
      names.insert(name)
    }
    return names.sorted()
  }

  /// Reads a file.
  ///
  /// - Throws: ``PyTorchError`` that names the file, and the operation or tensor.
  public init(contentsOf url: URL) throws(PyTorchError) {
    let (path, name) = (url.path(percentEncoded: false), url.lastPathComponent)
    let file: MappedFile
    do throws(MappedFileError) { file = try MappedFile(path: path) } catch {
      throw PyTorchError(file: name, reason: .file(ModelFileError(name, error, at: path)))
    }
    try self.init(file, name: name)
  }

  /// Reads bytes that are in memory. `name` stands for the file in messages.
  ///
  /// - Throws: ``PyTorchError``.
  public init(bytes: [UInt8], name: String) throws(PyTorchError) {
    try self.init(MappedFile(copying: bytes), name: name)
  }

  private init(_ file: MappedFile, name: String) throws(PyTorchError) {
    self.name = name
    // The bytes live as long as the object.
    defer { withExtendedLifetime(file) {} }
    do throws(PyTorchError.Reason) {
      safetensors = try Self.converted(file.bytes)
    } catch { throw PyTorchError(file: name, reason: error) }
  }

  /// The tensors.
  ///
  /// - Throws: ``PyTorchError`` when a tensor cannot be part of a safetensors file.
  public func tensors() throws(PyTorchError) -> Safetensors {
    do throws(SafetensorsError) { return try Safetensors(bytes: safetensors, name: name) } catch {
      throw PyTorchError(file: name, reason: .tensors(error))
    }
  }

  static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
  static let magicName = "PyTorch"

  /// The element type of each storage class.
  static let elementTypes: [String: Safetensors.ElementType] = [
    "torch.FloatStorage": .float32, "torch.DoubleStorage": .float64, "torch.HalfStorage": .float16,
    "torch.BFloat16Storage": .bfloat16, "torch.LongStorage": .int64, "torch.IntStorage": .int32,
    "torch.ShortStorage": .int16, "torch.CharStorage": .int8, "torch.ByteStorage": .uint8, "torch.BoolStorage": .bool,
  ]

  private static func converted(_ bytes: UnsafeRawBufferPointer) throws(PyTorchError.Reason) -> [UInt8] {
    if bytes.starts(with: [0x50, 0x4B, 3, 4]) {
      let archive = try ZipArchive(bytes)
      let pickles = archive.members.keys.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
      guard pickles.count == 1, let place = archive.members[pickles[0]] else {
        throw .archive("is a ZIP archive with \(pickles.count) files data.pkl, not one")
      }
      let folder = String(pickles[0].dropLast("data.pkl".count))
      if let order = archive.members[folder + "byteorder"], !bytes[order].elementsEqual("little".utf8) {
        throw .archive("was written on a big-endian machine")
      }
      let pickle = try PickleReader.read(UnsafeRawBufferPointer(rebasing: bytes[place]))
      var places: [String: Range<Int>] = [:]
      for storage in pickle.storages {
        guard let range = archive.members["\(folder)data/\(storage.key)"] else {
          throw .archive("has no data for the storage \"\(printable(storage.key))\"")
        }
        places[storage.key] = range
      }
      return try written(pickle, bytes, places)
    }
    guard bytes.count > 14, bytes[0] == 0x80, bytes[2] == 0x8A, bytes[4..<14].elementsEqual(magic) else {
      throw bytes.count <= 14 ? .truncated("the header") : .foreign
    }
    return try convertedLegacy(bytes)
  }

  /// Magic number, version, machine, the dictionary, the keys of the storages: five pickles. Then for each storage its
  /// number of elements and their bytes.
  private static func convertedLegacy(_ bytes: UnsafeRawBufferPointer) throws(PyTorchError.Reason) -> [UInt8] {
    let header = try PickleReader.read(bytes)
    let version = try PickleReader.read(bytes, from: header.end)
    guard version.result == .integer(1001) else { throw .archive("is of an unknown version") }
    let machine = try PickleReader.read(bytes, from: version.end)
    guard let facts = machine.members(machine.result),
      facts.contains(where: { $0.key == .string("little_endian") && $0.value == .bool(true) })
    else { throw .archive("was written on a big-endian machine") }
    let pickle = try PickleReader.read(bytes, from: machine.end)
    let keys = try PickleReader.read(bytes, from: pickle.end)
    guard let list = keys.list(keys.result) else { throw .archive("has no list of storages") }
    let storages = Dictionary(pickle.storages.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    var places: [String: Range<Int>] = [:]
    var place = keys.end
    for value in list {
      guard case .string(let key) = value, let storage = storages[key], let type = elementTypes[storage.type] else {
        throw .archive("has a storage that no tensor reads")
      }
      guard place + 8 <= bytes.count else { throw .truncated("the data") }
      let count = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int64.self))
      guard count == storage.count else {
        throw .archive("has \(count) elements in the storage \"\(printable(key))\", not \(storage.count)")
      }
      place += 8
      let (size, overflow) = storage.count.multipliedReportingOverflow(by: type.size)
      guard !overflow, size <= bytes.count - place else { throw .truncated("the data") }
      guard places.updateValue(place..<place + size, forKey: key) == nil else {
        throw .archive("has two storages \"\(printable(key))\"")
      }
      place += size
    }
    for storage in pickle.storages where places[storage.key] == nil {
      throw .archive("has no data for the storage \"\(printable(storage.key))\"")
    }
    return try written(pickle, bytes, places)
  }

  // MARK: Writing

  private static func written(
    _ pickle: Pickle, _ bytes: UnsafeRawBufferPointer, _ places: [String: Range<Int>]
  ) throws(PyTorchError.Reason) -> [UInt8] {
    guard let members = pickle.members(pickle.result) else { throw .notDictionary(pickle.kind(pickle.result)) }
    var header: [String] = ["\"__metadata__\":{\"format\":\"pt\"}"]
    var ranges: [Range<Int>] = []
    var total = 0
    let stored = places.values.reduce(0) { $0 + $1.count }
    var names: Set<ExactString> = []
    for (key, value) in members {
      guard case .string(let name) = key, case .tensor(let number) = value else {
        throw .notDictionary("a dictionary with \(pickle.kind(value)) for \(keyWords(key, pickle))")
      }
      guard names.insert(ExactString(name)).inserted else {
        throw .tensor(name, "is there twice: fetch the file again")
      }
      let (range, type, shape) = try place(of: pickle.tensors[number], name, pickle, places)
      header.append(
        "\(quoted(name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":\(shape),\"data_offsets\":[\(total),\(total + range.count)]}"
      )
      total += range.count
      ranges.append(range)
      // Tied weights are there twice; more than that is no checkpoint but a bomb.
      guard total <= 3 * stored + 1024 else { throw .overlapping(bytes: total, stored: stored) }
    }
    let text = Array("{\(header.joined(separator: ","))}".utf8)
    var result: [UInt8] = []
    result.reserveCapacity(8 + text.count + total)
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { result += $0 }
    result += text
    for range in ranges { result += UnsafeRawBufferPointer(rebasing: bytes[range]) }
    return result
  }

  private static func keyWords(_ key: Pickle.Value, _ pickle: Pickle) -> String {
    if case .string(let name) = key { "\"\(printable(name))\"" } else { pickle.kind(key) }
  }

  /// Where a tensor's bytes are, once it is sure that they are there.
  private static func place(
    of tensor: Pickle.Tensor, _ name: String, _ pickle: Pickle, _ places: [String: Range<Int>]
  ) throws(PyTorchError.Reason) -> (Range<Int>, Safetensors.ElementType, [Int]) {
    let storage = pickle.storages[tensor.storage]
    guard let type = elementTypes[storage.type], let place = places[storage.key] else {
      throw .tensor(name, "has no storage")
    }
    var count = 1
    for (extent, stride) in zip(tensor.shape, tensor.strides).reversed() {
      guard extent >= 0 else { throw .tensor(name, "has the shape \(tensor.shape)") }
      guard extent <= 1 || stride == count else {
        throw .tensor(
          name,
          "is not stored in row-major order (shape \(tensor.shape), strides \(tensor.strides)): "
            + "make it contiguous before it is saved")
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw .tensor(name, "has the shape \(tensor.shape)") }
      count = product
    }
    let elements = place.count / type.size
    guard tensor.offset >= 0, tensor.offset <= elements, count <= elements - tensor.offset else {
      throw .tensor(
        name, "needs \(count) elements from \(tensor.offset) on; its storage has \(elements): fetch the file again")
    }
    let start = place.lowerBound + tensor.offset * type.size
    return (start..<start + count * type.size, type, tensor.shape)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
