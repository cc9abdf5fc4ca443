/// Writes the bytes of a safetensors file, well-formed or not.
struct SafetensorsFile {
  var entries: [String] = []
  var data: [UInt8] = []

  /// A small well-formed file.
  static var sample: SafetensorsFile {
    var file = SafetensorsFile()
    file.entries.append("\"__metadata__\":{\"format\":\"pt\",\"note\":\"\\u00e9\"}")
    file.add("a", "I16", [2, 2], bytes(of: [1, -2, 3, -4] as [Int16]))
    file.add("b", "F32", [3], bytes(of: [1, 2, 3].map { Float($0).bitPattern }))
    file.add("c", "BOOL", [], [1])
    return file
  }

  mutating func add(_ name: String, _ type: String, _ shape: [Int], _ bytes: [UInt8]) {
    add(name, type, "\(shape)", data.count, data.count + bytes.count)
    data += bytes
  }

  mutating func add(_ name: String, _ type: String, _ shape: String, _ begin: Int, _ end: Int) {
    entries.append("\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}")
  }

  var bytes: [UInt8] { Self.bytes(header: Array(("{" + entries.joined(separator: ",") + "}").utf8), data: data) }

  static func bytes(header: [UInt8], data: [UInt8] = []) -> [UInt8] {
    bytes(of: [UInt64(header.count)]) + header + data
  }

  static func bytes<Word: FixedWidthInteger>(of words: [Word]) -> [UInt8] {
    words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
  }
}
