import Foundation

/// The tensors of a model folder: one file, or several with an index.
///
/// `model.safetensors` is read when it is there; else the files that `model.safetensors.index.json` names. Nothing outside
/// the folder is opened: an index names files by their name alone.
public struct Checkpoint: Sendable {
  /// The files, in the order of their names.
  public let files: [Safetensors]
  private let places: [ExactString: Int]

  static let single = "model.safetensors"
  static let index = "model.safetensors.index.json"

  /// Opens and checks the files of a folder.
  ///
  /// - Throws: ``CheckpointError`` that names the file, and the tensor where it concerns one.
  public init(directory: URL) throws(CheckpointError) {
    func isThere(_ name: String) -> Bool {
      let path = directory.appending(path: name).path(percentEncoded: false)
      return FileManager.default.fileExists(atPath: path) || MappedFile.linkTarget(path) != nil
    }
    if isThere(Self.single) {
      try self.init([try Self.open(Self.single, in: directory)], listed: [:])
    } else if isThere(Self.index) {
      let listed = try Self.weightMap(directory.appending(path: Self.index))
      var tensors: [String: Int] = [:]
      for file in listed.values { tensors[file, default: 0] += 1 }
      var files: [Safetensors] = []
      for name in tensors.keys.sorted() {
        guard isThere(name) else { throw .missingShard(name, tensors: tensors[name] ?? 0, of: tensors.count) }
        files.append(try Self.open(name, in: directory))
      }
      try self.init(files, listed: listed)
    } else {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path(percentEncoded: false))) ?? []
      throw .noWeights(other: names.filter(Self.isOtherCheckpoint).sorted())
    }
  }

  private static func open(_ name: String, in directory: URL) throws(CheckpointError) -> Safetensors {
    do throws(SafetensorsError) {
      return try Safetensors(contentsOf: directory.appending(path: name))
    } catch { throw .tensors(error) }
  }

  /// Takes files together, and checks that every tensor is where the index says and nowhere else.
  package init(_ files: [Safetensors], listed: [ExactString: String]) throws(CheckpointError) {
    var places: [ExactString: Int] = [:]
    for (number, file) in files.enumerated() {
      for tensor in file.tensors {
        if let other = places.updateValue(number, forKey: ExactString(tensor.name)) {
          throw .doubled(tensor.name, files[other].name, file.name)
        }
      }
    }
    let wrong = listed.filter { name, file in places[name].map { files[$0].name } != file }
    if let (name, file) = wrong.min(by: { $0.key.string < $1.key.string }) {
      throw .notInShard(name.string, file: file, instead: places[name].map { files[$0].name })
    }
    self.files = files
    self.places = places
  }

  /// The file of each tensor.
  private static func weightMap(_ url: URL) throws(CheckpointError) -> [ExactString: String] {
    let bytes: [UInt8]
    do throws(ModelFileError) {
      bytes = try ModelFile.text(url.path(percentEncoded: false), name: index)
    } catch { throw .file(error) }
    let document: JSONValue
    do throws(JSONError) { document = try JSONValue(parsing: bytes) } catch { throw .index(.json(error)) }
    guard let map = document.object?["weight_map"]?.object, !map.members.isEmpty else { throw .index(.noMap) }
    var files: [ExactString: String] = [:]
    for (tensor, value) in map.members {
      guard let file = value.string else { throw .index(.fileName(tensor: tensor, found: value.kind)) }
      let isPlain =
        !file.isEmpty && file != "." && file != ".."
        && !file.unicodeScalars.contains { ["/", "\\", "\0"].contains($0) }
      guard isPlain else { throw .index(.fileName(tensor: tensor, found: "\"\(file)\"")) }
      files[ExactString(tensor)] = file
    }
    return files
  }

  /// Whether a file holds parameters in another format, or under another name.
  private static func isOtherCheckpoint(_ name: String) -> Bool {
    [".bin", ".pt", ".pth", ".h5", ".msgpack", ".gguf", ".onnx", ".safetensors", ".ckpt", ".index"].contains {
      name.hasSuffix($0)
    } || name.hasSuffix(".bin.index.json")
  }

  /// The tensor of a name, if there is one, with the file that holds it.
  package func tensor(_ name: String) -> (file: Safetensors, tensor: Safetensors.Tensor)? {
    guard let place = places[ExactString(name)], let tensor = files[place][name] else { return nil }
    return (files[place], tensor)
  }

  /// The names of all tensors.
  package var names: [String] { files.flatMap { $0.tensors.map(\.name) } }
}
