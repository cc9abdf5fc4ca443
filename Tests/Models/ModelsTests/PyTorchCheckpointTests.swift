import Foundation
import Models
import TestFiles
import Testing
import Transformer

/// A checkpoint of PyTorch, written operation by operation.
private struct PickleWriter {
  var bytes: [UInt8] = [0x80, 2]

  mutating func text(_ text: String) {
    bytes += [UInt8(ascii: "X")] + SmallModel.bytes([UInt32(text.utf8.count)]) + Array(text.utf8)
  }
  mutating func global(_ module: String, _ name: String) { bytes += Array("c\(module)\n\(name)\n".utf8) }
  mutating func number(_ number: Int) { bytes += [UInt8(ascii: "J")] + SmallModel.bytes([Int32(number)]) }
  mutating func op(_ character: Character) { bytes.append(character.asciiValue ?? 0) }
  mutating func tuple(_ numbers: [Int]) {
    op("(")
    for value in numbers { number(value) }
    op("t")
  }

  mutating func tensor(
    _ name: String, key: String, count: Int, offset: Int = 0, shape: [Int], strides: [Int],
    type: String = "FloatStorage", old: Bool = false
  ) {
    text(name)
    global("torch._utils", "_rebuild_tensor_v2")
    op("(")
    op("(")
    text("storage")
    global("torch", type)
    text(key)
    text("cpu")
    number(count)
    if old { op("N") }
    op("t")
    op("Q")
    number(offset)
    tuple(shape)
    tuple(strides)
    bytes.append(0x89)
    global("collections", "OrderedDict")
    op(")")
    op("R")
    op("t")
    op("R")
  }

  /// A dictionary of what `body` writes.
  static func dictionary(_ body: (inout PickleWriter) -> Void) -> [UInt8] {
    var writer = PickleWriter()
    writer.op("}")
    writer.op("(")
    body(&writer)
    writer.op("u")
    writer.op(".")
    return writer.bytes
  }
}

/// A ZIP archive of stored members.
private func archive(_ members: [(name: String, bytes: [UInt8])], method: UInt16 = 0) -> [UInt8] {
  var result: [UInt8] = []
  var directory: [UInt8] = []
  for (name, bytes) in members {
    let sizes = SmallModel.bytes([UInt32(0), UInt32(bytes.count), UInt32(bytes.count)])
    let lengths = SmallModel.bytes([UInt16(name.utf8.count), UInt16(0)])
    let common = SmallModel.bytes([UInt16(0), method, 0, 0]) + sizes + lengths
    let start = UInt32(result.count)
    result +=
      SmallModel.bytes([UInt32(0x0403_4B50)]) + SmallModel.bytes([UInt16(0)]) + common + Array(name.utf8) + bytes
    directory += SmallModel.bytes([UInt32(0x0201_4B50)]) + SmallModel.bytes([UInt16(0), UInt16(0)]) + common
    directory += SmallModel.bytes([UInt16(0), 0, 0]) + SmallModel.bytes([UInt32(0), start]) + Array(name.utf8)
  }
  let start = UInt32(result.count)
  result += directory + SmallModel.bytes([UInt32(0x0605_4B50)])
  result += SmallModel.bytes([UInt16(0), 0, UInt16(members.count), UInt16(members.count)])
  return result + SmallModel.bytes([UInt32(directory.count), start]) + SmallModel.bytes([UInt16(0)])
}

struct PyTorchCheckpointTests {
  private let floats = SmallModel.bytes([Float(1), 2, 3, 4, 5, 6].map(\.bitPattern))

  private func checkpoint(_ pickle: [UInt8], data: [UInt8]? = nil) -> [UInt8] {
    archive([("m/data.pkl", pickle), ("m/data/0", data ?? floats)])
  }

  private func refusal(_ bytes: [UInt8]) -> String? {
    words { _ = try PyTorchCheckpoint(bytes: bytes, name: "x.bin").tensors() }
  }

  private func refusal(pickle body: (inout PickleWriter) -> Void) -> String? {
    refusal(checkpoint(PickleWriter.dictionary(body)))
  }

  private let remedy =
    "save the model as safetensors, in Python: AutoModel.from_pretrained(FOLDER).save_pretrained(FOLDER)"

  @Test func `Tensors of an archive are read, views at their offset`() throws {
    let pickle = PickleWriter.dictionary {
      $0.tensor("a", key: "0", count: 6, shape: [2, 3], strides: [3, 1])
      $0.tensor("b \"q\"\n", key: "0", count: 6, offset: 4, shape: [2, 1], strides: [1, 7])
      $0.tensor("scalar", key: "0", count: 6, offset: 2, shape: [], strides: [])
    }
    let file = try PyTorchCheckpoint(bytes: checkpoint(pickle), name: "x.bin").tensors()
    func values(_ name: String) throws -> [Float] { try file.floats(#require(file[name])) }
    #expect(try values("a") == [1, 2, 3, 4, 5, 6])
    #expect(file["a"]?.shape == [2, 3])
    #expect(try values("b \"q\"\n") == [5, 6])
    #expect(try values("scalar") == [3])
  }

  @Test func `The old form is read`() throws {
    let magic: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    let version: [UInt8] = [0x80, 2, UInt8(ascii: "M"), 0xE9, 3, 0x2E]
    let machine = PickleWriter.dictionary {
      $0.text("little_endian")
      $0.bytes.append(0x88)
    }
    let pickle = PickleWriter.dictionary {
      $0.tensor("a", key: "77", count: 6, shape: [3, 2], strides: [2, 1], old: true)
    }
    var keys = PickleWriter()
    keys.op("]")
    keys.text("77")
    keys.bytes += Array("a.".utf8)
    let start = magic + version + machine + pickle + keys.bytes
    let file = try PyTorchCheckpoint(
      bytes: start + SmallModel.bytes([Int64(6)]) + floats, name: "x.bin"
    ).tensors()
    #expect(try file.floats(#require(file["a"])) == [1, 2, 3, 4, 5, 6])
    #expect(
      refusal(start + SmallModel.bytes([Int64(6)]) + floats.dropLast()) == "x.bin: ends inside the data: fetch it again"
    )
    #expect(
      refusal(start + SmallModel.bytes([Int64(1) << 60]) + floats)
        == "x.bin: has \(1 << 60) elements in the storage \"77\", not 6: \(remedy)")
  }

  @Test func `A pickle that calls a function is refused by the function's name`() {
    for (module, name) in [("os", "system"), ("builtins", "eval"), ("torch", "load"), ("posix", "system")] {
      let found = refusal {
        $0.text("a")
        $0.global(module, name)
        $0.op("(")
        $0.text("touch danger")
        $0.op("t")
        $0.op("R")
      }
      #expect(
        found == "x.bin: the pickle asks for \(module).\(name) at byte 10, which is no part of a tensor; nothing was "
          + "executed: \(remedy)")
    }
    let hidden = refusal {
      $0.text("os")
      $0.text("system")
      $0.bytes.append(0x93)
    }
    #expect(hidden?.contains("asks for os.system at byte") == true)
  }

  @Test(arguments: [
    (UInt8(ascii: "i"), "INST"), (UInt8(ascii: "o"), "OBJ"), (0x81, "NEWOBJ"), (0x92, "NEWOBJ_EX"), (0x82, "EXT1"),
    (UInt8(ascii: "P"), "PERSID"), (UInt8(ascii: "2"), "DUP"), (0xFF, "the unknown operation 255"),
  ])
  func `Operations that no tensor needs are refused by name`(code: UInt8, name: String) {
    let found = refusal {
      if code == 0x81 {
        $0.global("collections", "OrderedDict")
        $0.op(")")
      }
      $0.bytes.append(code)
    }
    let offset = code == 0x81 ? 30 : 4
    #expect(
      found
        == "x.bin: the pickle uses \(name) at byte \(offset), which no tensor needs; nothing was executed: \(remedy)")
  }

  @Test func `Tensors that do not fit their storage are refused`() {
    func tensor(_ offset: Int, _ shape: [Int], _ strides: [Int], count: Int = 6) -> String? {
      refusal { $0.tensor("a", key: "0", count: count, offset: offset, shape: shape, strides: strides) }
    }
    #expect(
      tensor(0, [7], [1])
        == "x.bin: tensor \"a\" needs 7 elements from 0 on; its storage has 6: fetch the file again")
    #expect(tensor(-1, [1], [1])?.contains("needs 1 elements from -1 on") == true)
    #expect(tensor(0, [-1], [1]) == "x.bin: tensor \"a\" has the shape [-1]")
    #expect(
      tensor(0, [1 << 30, 1 << 30, 1 << 30], [1 << 30, 1 << 30, 1])?.contains("not stored in row-major") == true)
    #expect(
      tensor(0, [2, 3], [1, 2])
        == "x.bin: tensor \"a\" is not stored in row-major order (shape [2, 3], strides [1, 2]): make it contiguous before "
        + "it is saved")
    #expect(tensor(0, [1000], [0])?.contains("not stored in row-major order") == true)
    #expect(
      refusal { $0.tensor("a", key: "9", count: 6, shape: [6], strides: [1]) }
        == "x.bin: has no data for the storage \"9\": \(remedy)")
    #expect(
      refusal {
        $0.tensor("a", key: "0", count: 6, shape: [6], strides: [1])
        $0.tensor("a", key: "0", count: 6, shape: [6], strides: [1])
      } == "x.bin: tensor \"a\" is there twice: fetch the file again")
  }

  @Test func `Bombs are refused before they grow`() {
    // Many tensors over one storage.
    let overlap = refusal {
      for name in 0..<200 { $0.tensor("t\(name)", key: "0", count: 6, shape: [6], strides: [1]) }
    }
    #expect(overlap == "x.bin: its tensors overlap: they have 1104 bytes, but the file holds 24: \(remedy)")
    // Tuples in tuples, a thousand times a thousand deep.
    let deep = refusal {
      $0.op(")")
      for _ in 0..<1_000_000 { $0.bytes.append(0x85) }
      $0.op("N")
    }
    #expect(deep == "x.bin: holds a dictionary with nothing for a tuple, not a dictionary of tensors: \(remedy)")
    // A list that holds itself, and twice itself.
    let cycle = refusal {
      $0.text("a")
      $0.op("]")
      $0.bytes += [UInt8(ascii: "q"), 0]
      for _ in 0..<1000 { $0.bytes += [UInt8(ascii: "h"), 0, UInt8(ascii: "a")] }
    }
    #expect(cycle == "x.bin: holds a dictionary with a list for \"a\", not a dictionary of tensors: \(remedy)")
  }

  @Test func `Malformed pickles and archives are refused`() {
    #expect(refusal([]) == "x.bin: ends inside the header: fetch it again")
    #expect(refusal(Array(repeating: 7, count: 100)) == "x.bin: is no checkpoint of PyTorch: fetch it again")
    let good = checkpoint(PickleWriter.dictionary { $0.tensor("a", key: "0", count: 6, shape: [6], strides: [1]) })
    #expect(refusal(good) == nil)
    #expect(refusal(Array(good.dropLast(30))) == "x.bin: ends inside the ZIP archive: fetch it again")
    #expect(refusal(archive([("m/data.pkl", [])])) == "x.bin: ends inside a pickle: fetch it again")
    #expect(refusal(archive([])) == "x.bin: is no checkpoint of PyTorch: fetch it again")
    #expect(
      refusal(archive([("m/x", [1])])) == "x.bin: is a ZIP archive with 0 files data.pkl, not one: \(remedy)")
    #expect(
      refusal(archive([("m/data.pkl", [1])], method: 8)) == "x.bin: has compressed members: \(remedy)")
    for (bytes, message) in [
      ([0x2E], "the stack is empty"), ([UInt8(ascii: "u")], "there is no mark"),
      ([0x80, 9], "protocol 9 is not one of 2 to 5"),
      ([UInt8(ascii: "h"), 3], "nothing was kept under 3"),
      ([UInt8(ascii: "N"), UInt8(ascii: "R")], "a call without a tuple"),
      ([UInt8(ascii: "N"), UInt8(ascii: "Q")], "a reference to something else than a storage"),
    ] as [([UInt8], String)] {
      #expect(refusal(archive([("data.pkl", bytes)]))?.contains(message) == true, "\(message)")
    }
    #expect(
      refusal(archive([("data.pkl", [UInt8(ascii: "N"), 0x2E])]))
        == "x.bin: holds nothing, not a dictionary of tensors: \(remedy)")
  }

  /// Every byte changed and every length: a message or a result, never a trap.
  @Test func `Changed bytes never stop the reader`() {
    let good = checkpoint(PickleWriter.dictionary { $0.tensor("a", key: "0", count: 6, shape: [6], strides: [1]) })
    var refused = 0
    for place in good.indices {
      for value in [0, 0xFF, good[place] ^ 0x10, good[place] &+ 1] {
        var bytes = good
        bytes[place] = value
        if refusal(bytes) != nil { refused += 1 }
      }
      if refusal(Array(good.prefix(place))) != nil { refused += 1 }
    }
    #expect(refused > good.count)
  }

  @Test func `A checkpoint in several files is read by its index`() throws {
    var small = try SmallModel("bert")
    let names = small.shapes.keys.sorted()
    func part(_ names: [String]) -> [UInt8] {
      var data: [(name: String, bytes: [UInt8])] = []
      let pickle = PickleWriter.dictionary { writer in
        for (key, name) in names.enumerated() {
          let shape = small.shapes[name] ?? []
          let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
          writer.tensor(name, key: "\(key)", count: shape.reduce(1, *), shape: shape, strides: strides)
          data.append(("m/data/\(key)", small.bytes(name)))
        }
      }
      return archive([("m/data.pkl", pickle)] + data)
    }
    let plain = try small.load().parameters
    small.files["pytorch_model-1.bin"] = part(Array(names.prefix(20)))
    small.files["pytorch_model-2.bin"] = part(Array(names.dropFirst(20)))
    let map = names.enumerated().map { "\"\($1)\":\"pytorch_model-\($0 < 20 ? 1 : 2).bin\"" }
    small.files["pytorch_model.bin.index.json"] = Array("{\"weight_map\":{\(map.joined(separator: ","))}}".utf8)
    let read = try small.load().parameters
    #expect(read.names == plain.names)
    for name in plain.names { #expect(read[name] == plain[name]) }

    small.files["pytorch_model-2.bin"] = nil
    #expect(words { _ = try small.load() }?.hasPrefix("pytorch_model-2.bin is not there") == true)
    small.files["pytorch_model.bin.index.json"] = Array("{\"weight_map\":{\"a\":\"../x.bin\"}}".utf8)
    #expect(
      words { _ = try small.load() }
        == "pytorch_model.bin.index.json: tensor \"a\" must be in a file beside the index, named without a folder")
  }

  @Test func `A folder with a checkpoint of PyTorch alone is read`() throws {
    let url = try Checkout.model("albert").appending(path: "pytorch_model.bin")
    let file = try PyTorchCheckpoint(contentsOf: url).tensors()
    #expect(file.tensors.count == 32)
    #expect(file["albert.embeddings.word_embeddings.weight"]?.shape == [591, 128])
    let nothing = URL(fileURLWithPath: "/nonexistent/pytorch_model.bin")
    #expect(
      words { _ = try PyTorchCheckpoint(contentsOf: nothing) }?.hasPrefix("pytorch_model.bin is not there") == true)
  }
}
