import Foundation
import Testing
import Transformer

@Suite struct SafetensorsTests {
  @Test func `Every element type that is converted keeps its values`() throws {
    let cases: [(String, [UInt8], [Float])] = [
      ("F64", SafetensorsFile.bytes(of: [1.5, -2e300].map(\.bitPattern)), [1.5, -.infinity]),
      ("F32", SafetensorsFile.bytes(of: [Float(0.1).bitPattern]), [0.1]),
      (
        "F16", SafetensorsFile.bytes(of: [0x3C00, 0xC100, 0x0001, 0x7BFF, 0xFC00] as [UInt16]),
        [1, -2.5, 0x1p-24, 65504, -.infinity]
      ),
      ("BF16", SafetensorsFile.bytes(of: [0x3FC0, 0xFF80] as [UInt16]), [1.5, -.infinity]),
      ("I64", SafetensorsFile.bytes(of: [-3, 1 << 40] as [Int64]), [-3, 0x1p40]),
      ("I32", SafetensorsFile.bytes(of: [.min] as [Int32]), [-0x1p31]),
      ("I16", SafetensorsFile.bytes(of: [-300] as [Int16]), [-300]),
      ("I8", SafetensorsFile.bytes(of: [-128, 127] as [Int8]), [-128, 127]),
      ("U64", SafetensorsFile.bytes(of: [.max] as [UInt64]), [0x1p64]),
      ("U32", SafetensorsFile.bytes(of: [.max] as [UInt32]), [0x1p32]),
      ("U16", SafetensorsFile.bytes(of: [65535] as [UInt16]), [65535]),
      ("U8", [200], [200]),
      ("BOOL", [0, 1, 7], [0, 1, 1]),
    ]
    for (type, bytes, values) in cases {
      var file = SafetensorsFile()
      file.add("pad", "U8", [1], [9])  // makes the data that follows misaligned
      file.add("t", type, [values.count], bytes)
      let opened = try Safetensors(bytes: file.bytes, name: "m")
      let tensor = try #require(opened["t"])
      #expect(tensor.elementType.rawValue == type && tensor.shape == [values.count] && tensor.count == values.count)
      #expect(try opened.floats(tensor) == values, "\(type)")
    }
  }

  @Test(arguments: ["F8_E4M3", "F8_E5M2", "F8_E8M0"])
  func `An 8-bit floating-point tensor is listed but not converted`(type: String) throws {
    var file = SafetensorsFile()
    file.add("t", type, [2], [1, 2])
    let opened = try Safetensors(bytes: file.bytes, name: "m")
    let tensor = try #require(opened["t"])
    #expect(opened.withBytes(of: tensor) { Array($0) } == [1, 2])
    #expect(throws: SafetensorsError(file: "m", reason: .notConvertible(tensor: "t", elementType: type))) {
      try opened.floats(tensor)
    }
  }

  @Test func `Metadata, scalars and empty tensors are read, and names are exact`() throws {
    var file = SafetensorsFile()
    file.entries.append("\"__metadata__\":{\"format\":\"pt\"}")
    file.add("scalar", "F32", [], SafetensorsFile.bytes(of: [Float(2).bitPattern]))
    file.add("empty", "F32", [3, 0], [])
    file.add("\u{E9}", "U8", [1], [1])
    file.add("e\u{301}", "U8", [1], [2])
    let opened = try Safetensors(bytes: file.bytes, name: "m")
    #expect(opened.metadata == ["format": "pt"])
    #expect(opened.tensors.count == 4)
    #expect(try opened.floats(#require(opened["scalar"])) == [2])
    #expect(try opened.floats(#require(opened["empty"])) == [])
    #expect(try opened.floats(#require(opened["\u{E9}"])) == [1])
    #expect(try opened.floats(#require(opened["e\u{301}"])) == [2])
    #expect(opened["missing"] == nil)
  }

  @Test func `A file on disk is mapped, and what is no file is refused`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "safetensors-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "m.safetensors")
    try Data(SafetensorsFile.sample.bytes).write(to: url)
    let opened = try Safetensors(contentsOf: url)
    #expect(try opened.floats(#require(opened["b"])) == [1, 2, 3])

    #expect(throws: SafetensorsError(file: "x", reason: .missing(link: nil))) {
      try Safetensors(contentsOf: folder.appending(path: "x"))
    }
    #expect(throws: SafetensorsError(file: folder.lastPathComponent, reason: .notRegular)) {
      try Safetensors(contentsOf: folder)
    }
    try Data().write(to: url)
    #expect(throws: SafetensorsError(file: "m.safetensors", reason: .empty)) {
      try Safetensors(contentsOf: url)
    }
  }

  @Test func `An error names the file, the tensor and the values`() {
    let error = SafetensorsError(file: "m.safetensors", reason: .size(tensor: "w", expected: 8, found: 4))
    #expect("\(error)" == "m.safetensors: tensor \"w\" needs 8 bytes by shape and dtype but spans 4")
  }
}
