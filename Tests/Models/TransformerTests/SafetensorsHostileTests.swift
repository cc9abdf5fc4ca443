import Testing
import Transformer

@Suite struct SafetensorsHostileTests {
  private func reason(_ bytes: [UInt8]) -> SafetensorsError.Reason? {
    do throws(SafetensorsError) {
      _ = try Safetensors(bytes: bytes, name: "m")
      return nil
    } catch {
      return error.reason
    }
  }

  private func reason(header: String, data: Int = 0) -> SafetensorsError.Reason? {
    reason(SafetensorsFile.bytes(header: Array(header.utf8), data: Array(repeating: 0, count: data)))
  }

  @Test func `A file cut or inflated around the header length is refused`() {
    #expect(reason([]) == .empty)
    #expect(reason([1, 2, 3, 4, 5, 6, 7]) == .tooShort(bytes: 7))
    #expect(reason([2, 0, 0, 0, 0, 0, 0, 0]) == .headerTruncated(length: 2, file: 8))
    #expect(reason(Array(repeating: 0xFF, count: 8)) == .headerTooLong(.max))
    #expect(reason([0, 0, 0, 0, 0, 0, 0, 0x80]) == .headerTooLong(1 << 63))
    #expect(reason(SafetensorsFile.bytes(of: [100_000_001] as [UInt64])) == .headerTooLong(100_000_001))
    #expect(
      reason(SafetensorsFile.bytes(of: [100_000_000] as [UInt64])) == .headerTruncated(length: 100_000_000, file: 8))
  }

  @Test func `A header that is no JSON object is refused`() {
    #expect(reason(header: "") == .headerNotObject)
    #expect(reason(header: "[]") == .headerNotObject)
    #expect(reason(header: " {}") == .headerNotObject)
    #expect(reason(header: "{}  ") == nil)
    #expect(reason(header: "{} x") == .json(JSONError(offset: 3, reason: .trailing)))
    #expect(reason(header: "{\"a\":") == .json(JSONError(offset: 5, reason: .end)))
    let invalid = SafetensorsFile.bytes(header: Array("{\"".utf8) + [0xFF] + Array("\":1}".utf8))
    #expect(reason(invalid) == .json(JSONError(offset: 3, reason: .encoding)))
    let bomb = "{\"a\":" + String(repeating: "[", count: 200_000)
    #expect(reason(header: bomb) == .json(JSONError(offset: 12, reason: .depth(limit: 8))))
    let entry = "\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}"
    #expect(
      reason(header: "{\(entry),\(entry)}") == .json(JSONError(offset: entry.count + 5, reason: .duplicateKey("a"))))
  }

  @Test func `Metadata of a wrong kind is refused`() {
    #expect(reason(header: "{\"__metadata__\":3}") == .metadata(key: nil))
    #expect(reason(header: "{\"__metadata__\":{\"k\":3}}") == .metadata(key: "k"))
  }

  @Test(arguments: [
    ("3", "the entry"), ("{}", "dtype"), ("{\"dtype\":\"U8\"}", "shape"),
    ("{\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]}", "dtype"),
    ("{\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]}", "shape"),
    ("{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}", "shape"),
    ("{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}", "shape"),
    ("{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,1]}", "shape"),
    ("{\"dtype\":\"U8\",\"shape\":[null],\"data_offsets\":[0,1]}", "shape"),
    ("{\"dtype\":\"U8\",\"shape\":[1]}", "data_offsets"),
    ("{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":{}}", "data_offsets"),
    ("{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}", "data_offsets"),
    ("{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,1]}", "data_offsets"),
    ("{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,\"1\"]}", "data_offsets"),
    ("{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[-1,0]}", "data_offsets"),
  ])
  func `A field that is missing or of a wrong kind is named`(entry: String, field: String) {
    guard case .field("t", let named, _) = reason(header: "{\"t\":\(entry)}", data: 1) else {
      Issue.record("\(entry) was not refused for a field")
      return
    }
    #expect(named ?? "the entry" == field)
  }

  @Test func `Tensors that do not tile the data are refused`() {
    func file(_ entries: (String, String, String, Int, Int)..., data: Int) -> SafetensorsError.Reason? {
      var file = SafetensorsFile()
      for (name, type, shape, begin, end) in entries { file.add(name, type, shape, begin, end) }
      file.data = Array(repeating: 0, count: data)
      return reason(file.bytes)
    }
    #expect(file(("t", "U8", "[4]", 0, 4), data: 4) == nil)
    #expect(file(("t", "U9", "[4]", 0, 4), data: 4) == .unknownElementType(tensor: "t", elementType: "U9"))
    #expect(file(("t", "U8", "[4]", 4, 0), data: 4) == .reversed(tensor: "t", begin: 4, end: 0))
    #expect(file(("t", "U8", "[4]", 0, 4), data: 3) == .truncated(tensor: "t", end: 4, data: 3))
    #expect(file(("t", "F32", "[4]", 0, 4), data: 4) == .size(tensor: "t", expected: 16, found: 4))
    #expect(file(("t", "U8", "[4]", 0, 4), data: 5) == .trailing(bytes: 1))
    #expect(file(("t", "U8", "[4]", 1, 5), data: 5) == .gap(before: "t", bytes: 1))
    #expect(file(("s", "U8", "[4]", 0, 4), ("t", "U8", "[4]", 3, 7), data: 7) == .overlap("s", "t"))
    #expect(file(("s", "U8", "[4]", 0, 4), ("t", "U8", "[4]", 0, 4), data: 4) == .overlap("s", "t"))
    #expect(file(("s", "U8", "[4]", 0, 4), ("t", "U8", "[4]", 5, 9), data: 9) == .gap(before: "t", bytes: 1))
    let huge = [Int.max, 2]
    #expect(file(("t", "U8", "\(huge)", 0, 0), data: 0) == .shapeOverflow(tensor: "t", shape: huge))
    let wide = [Int.max / 4]
    #expect(file(("t", "F64", "\(wide)", 0, 0), data: 0) == .shapeOverflow(tensor: "t", shape: wide))
    let offsets = "{\"t\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,\(Int.max)]}}"
    #expect(reason(header: offsets, data: 1) == .truncated(tensor: "t", end: .max, data: 1))
    let extra = "{\"t\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":1}}"
    #expect(reason(header: extra, data: 1) == .unknownField(tensor: "t", field: "x"))
  }

  @Test func `Every prefix of a file is refused`() {
    let bytes = SafetensorsFile.sample.bytes
    for count in 0..<bytes.count { #expect(reason(Array(bytes[..<count])) != nil, "\(count) bytes") }
  }

  @Test func `A damaged file gives tensors or a reason, never a crash`() {
    let sample = SafetensorsFile.sample.bytes
    var generator = SeededGenerator(seed: 0x5AFE)
    var accepted = 0
    for _ in 0..<6000 {
      var bytes = sample
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 2: bytes.removeSubrange(place...)
        case 3: bytes.insert("0123456789[]{},:\"-e\\".utf8.randomElement(using: &generator)!, at: place)
        default: bytes.remove(at: place)
        }
        if bytes.isEmpty { break }
      }
      if let file = try? Safetensors(bytes: bytes, name: "m") {
        accepted += 1
        for tensor in file.tensors { #expect(((try? file.floats(tensor)) ?? []).count <= tensor.count) }
      } else {
        #expect(reason(bytes) != nil)
      }
    }
    #expect(accepted > 0 && accepted < 6000)
  }
}
