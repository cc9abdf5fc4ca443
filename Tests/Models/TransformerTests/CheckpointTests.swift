import Foundation
import Testing
import Transformer

@Suite struct CheckpointTests {
  private static let index = "model.safetensors.index.json"

  /// A safetensors file of small tensors.
  private static func file(_ names: [String]) -> [UInt8] {
    var file = SafetensorsFile()
    for name in names { file.add(name, "F32", [1], SafetensorsFile.bytes(of: [Float(1).bitPattern])) }
    return file.bytes
  }

  private static func map(_ files: [String: String]) -> [UInt8] {
    let members = files.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
    return Array("{\"metadata\":{\"total_size\":8},\"weight_map\":{\(members.joined(separator: ","))}}".utf8)
  }

  private func error(_ files: [String: [UInt8]]) -> String? {
    words { _ = try ModelFolder.with(files) { try Checkpoint(directory: $0) } }
  }

  @Test func `Shards are read by their index`() throws {
    let files = [
      Self.index: Self.map(["a": "s1.safetensors", "b": "s2.safetensors"]),
      "s1.safetensors": Self.file(["a"]), "s2.safetensors": Self.file(["b", "unlisted"]),
      "s3.safetensors": Self.file(["a"]),
    ]
    let checkpoint = try ModelFolder.with(files) { try Checkpoint(directory: $0) }
    #expect(checkpoint.files.map { $0.tensors.map(\.name) } == [["a"], ["b", "unlisted"]])
    // One file counts before an index.
    let single = try ModelFolder.with(files.merging(["model.safetensors": Self.file(["c"])]) { $1 }) {
      try Checkpoint(directory: $0)
    }
    #expect(single.files.map { $0.tensors.map(\.name) } == [["c"]])
  }

  @Test func `An index that does not go with its files is refused`() {
    let one = Self.file(["a"])
    #expect(
      error([Self.index: Self.map(["a": "s1", "b": "s2", "c": "s2"]), "s1": one])
        == "s2, which model.safetensors.index.json names for 2 tensors, is not there: fetch all 2 files of the checkpoint"
    )
    #expect(
      error([Self.index: Self.map(["a": "s1", "b": "s2"]), "s1": one, "s2": Self.file(["a", "b"])])
        == "tensor \"a\" is in both s1 and s2: save the checkpoint anew, so that each tensor is in one file")
    #expect(
      error([Self.index: Self.map(["a": "s2", "b": "s1"]), "s1": one, "s2": Self.file(["b"])])
        == "model.safetensors.index.json places tensor \"a\" in s2, but it is in s1: index and files belong to two checkpoints"
    )
    #expect(
      error([Self.index: Self.map(["x": "s1"]), "s1": one])
        == "model.safetensors.index.json places tensor \"x\" in s1, which has none of this name: index and files belong to "
        + "two checkpoints")
    #expect(
      error([
        Self.index: Self.map(["a": "s1"]), "s1": Array("version https://git-lfs.github.com/spec/v1\nsize 9\n".utf8),
      ])
        == "s1: is a Git LFS pointer to a file of 9 bytes, not the file itself: run 'git lfs pull' in the model's repository, "
        + "or download the file")
    #expect(
      error([Self.index: Self.map(["a": "s1"]), "s1": Array(one.dropLast())])?.hasSuffix("the file is truncated")
        == true)
  }

  @Test(arguments: ["../s1", "/etc/passwd", "sub/s1", "..", ".", "", "a\\\\b", "a\\u0000b"])
  func `An index names files beside it and nothing else`(path: String) {
    let text = error([Self.index: Self.map(["a": path]), "s1": Self.file(["a"])])
    #expect(text?.hasPrefix("model.safetensors.index.json: tensor \"a\" is in \"") == true, "\(text ?? "accepted")")
    #expect(text?.hasSuffix("; write the name of a file beside the index, without a folder") == true)
  }

  @Test(arguments: [
    ("{", "JSON at byte 1: the text ends inside a value"),
    ("{}", "weight_map must be an object that gives the file of each tensor"),
    ("[]", "weight_map must be an object that gives the file of each tensor"),
    (#"{"weight_map":{}}"#, "weight_map must be an object that gives the file of each tensor"),
    (#"{"weight_map":["s1"]}"#, "weight_map must be an object that gives the file of each tensor"),
    (
      #"{"weight_map":{"a":1}}"#,
      "tensor \"a\" is in a number; write the name of a file beside the index, without a folder"
    ),
  ])
  func `A malformed index is refused`(text: String, expected: String) {
    #expect(error([Self.index: Array(text.utf8)]) == "model.safetensors.index.json: \(expected)")
  }

  @Test func `Without safetensors the folder's other checkpoints are named`() {
    #expect(error([:]) == "the model folder has no model.safetensors: fetch it")
    let remedy = "save the model as safetensors, in Python: AutoModel.from_pretrained(FOLDER).save_pretrained(FOLDER)"
    #expect(
      error(["pytorch_model.bin": [1], "config.json": [2]])
        == "the model folder has no model.safetensors; it has pytorch_model.bin, which is not read: \(remedy)")
    #expect(
      error(["pytorch_model.bin.index.json": [1], "tf_model.h5": [2], "flax_model.msgpack": [3]])
        == "the model folder has no model.safetensors; it has flax_model.msgpack, pytorch_model.bin.index.json, tf_model.h5, "
        + "which is not read: \(remedy)")
  }

  @Test func `What stands in place of the file is told`() throws {
    func told(_ bytes: [UInt8]) -> String? { error(["model.safetensors": bytes]) }
    #expect(told([]) == "model.safetensors: is empty: fetch it again")
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:53aa\nsize 90868376\n"
    #expect(
      told(Array(pointer.utf8))
        == "model.safetensors: is a Git LFS pointer to a file of 90868376 bytes, not the file itself: run 'git lfs pull' in "
        + "the model's repository, or download the file")
    #expect(told(Array("/annex/objects/SHA256E-s1--0\n".utf8))?.contains("is a git-annex pointer") == true)
    #expect(told(Array("\n<!DOCTYPE html><html>".utf8))?.contains("is a web page") == true)
    #expect(told([0x50, 0x4B, 3, 4, 0, 0, 8, 8, 0, 0])?.contains("is a ZIP archive") == true)
    #expect(told([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9])?.contains("is a Python pickle") == true)
    #expect(told(Array("GGUF".utf8) + [3, 0, 0, 0, 1])?.contains("is a GGUF file") == true)
    #expect(told([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0])?.contains("is an HDF5 file") == true)
    #expect(told([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0])?.contains("compressed by gzip") == true)
    #expect(told(Array("nonsense".utf8))?.contains("is no safetensors file: it begins with a header length of") == true)
    // A header of 640 bytes begins like a pickle: the format that is expected is tried first.
    var wide = SafetensorsFile()
    wide.add("t", "U8", [0], [])
    var header = Array(("{" + wide.entries.joined() + "}").utf8)
    header += Array(repeating: 0x20, count: 0x280 - header.count)
    #expect(told(SafetensorsFile.bytes(header: header)) == nil)
  }

  @Test func `A folder, a link to nothing and a path through a file are told apart`() throws {
    try ModelFolder.with(["plain": [1]]) { folder in
      let files = FileManager.default
      let path = folder.appending(path: "model.safetensors")
      try files.createDirectory(at: path, withIntermediateDirectories: false)
      #expect(words { _ = try Checkpoint(directory: folder) } == "model.safetensors: is not a regular file")
      try files.removeItem(at: path)
      try files.createSymbolicLink(atPath: path.path, withDestinationPath: "../blobs/53aa")
      #expect(
        words { _ = try Checkpoint(directory: folder) }
          == "model.safetensors: is a link to ../blobs/53aa, which is not there: fetch the model again")
      #expect(
        words { _ = try EncoderConfiguration(contentsOf: folder.appending(path: "plain/config.json")) }
          == "config.json cannot be read: Not a directory")
      #expect(
        words { _ = try EncoderConfiguration(contentsOf: folder) }?.hasSuffix("is not a regular file") == true)
    }
  }
}
