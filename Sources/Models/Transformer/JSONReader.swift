import Foundation

extension JSONValue {
  /// Reads one document from UTF-8 bytes.
  ///
  /// - Parameters:
  ///   - depth: the deepest nesting of arrays and objects.
  ///   - count: the greatest number of values and keys, which bounds the memory that a hostile file can claim.
  package init(
    parsing bytes: UnsafeRawBufferPointer, depth: Int = 64, count: Int = 4_000_000
  ) throws(JSONError) {
    var reader = JSONReader(bytes: bytes, depthLimit: depth, countLimit: count)
    self = try reader.document()
  }

  /// Reads one document from UTF-8 bytes.
  package init(parsing bytes: [UInt8]) throws(JSONError) {
    let result: Result<JSONValue, JSONError> = bytes.withUnsafeBytes { buffer in
      do throws(JSONError) { return .success(try JSONValue(parsing: buffer)) } catch { return .failure(error) }
    }
    self = try result.get()
  }
}

/// A recursive reader; the limit of depth bounds its stack.
private struct JSONReader {
  let bytes: UnsafeRawBufferPointer
  let depthLimit: Int
  let countLimit: Int
  var position = 0
  var depth = 0
  var count = 0

  init(bytes: UnsafeRawBufferPointer, depthLimit: Int, countLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
    self.countLimit = countLimit
  }

  func error(_ reason: JSONError.Reason) -> JSONError { JSONError(offset: position, reason: reason) }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw error(.trailing) }
    return value
  }

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  /// The next byte that is not space, not consumed.
  mutating func peek() throws(JSONError) -> UInt8 {
    skipSpace()
    guard position < bytes.count else { throw error(.end) }
    return bytes[position]
  }

  mutating func consume(_ byte: UInt8) throws(JSONError) {
    let found = try peek()
    guard found == byte else { throw error(.unexpected(found)) }
    position += 1
  }

  mutating func countValue() throws(JSONError) {
    count += 1
    guard count <= countLimit else { throw error(.count(limit: countLimit)) }
  }

  mutating func value() throws(JSONError) -> JSONValue {
    try countValue()
    let first = try peek()
    switch first {
    case UInt8(ascii: "{"): return .object(try nested { (reader) throws(JSONError) in try reader.object() })
    case UInt8(ascii: "["): return .array(try nested { (reader) throws(JSONError) in try reader.array() })
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw error(.unexpected(first))
    }
  }

  mutating func nested<Value>(
    _ body: (inout JSONReader) throws(JSONError) -> Value
  ) throws(JSONError) -> Value {
    depth += 1
    guard depth <= depthLimit else { throw error(.depth(limit: depthLimit)) }
    position += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  mutating func array() throws(JSONError) -> [JSONValue] {
    var elements: [JSONValue] = []
    if try peek() == UInt8(ascii: "]") {
      position += 1
      return elements
    }
    while true {
      elements.append(try value())
      if try peek() == UInt8(ascii: "]") {
        position += 1
        return elements
      }
      try consume(UInt8(ascii: ","))
    }
  }

  mutating func object() throws(JSONError) -> JSONObject {
    var members: [(key: String, value: JSONValue)] = []
    var keys: Set<ExactString> = []
    if try peek() == UInt8(ascii: "}") {
      position += 1
      return JSONObject(members: members)
    }
    while true {
      let found = try peek()
      guard found == UInt8(ascii: "\"") else { throw error(.unexpected(found)) }
      try countValue()
      let key = try string()
      guard keys.insert(ExactString(key)).inserted else { throw error(.duplicateKey(key)) }
      try consume(UInt8(ascii: ":"))
      members.append((key, try value()))
      if try peek() == UInt8(ascii: "}") {
        position += 1
        return JSONObject(members: members)
      }
      try consume(UInt8(ascii: ","))
    }
  }

  mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for index in 0..<text.utf8CodeUnitCount {
      guard position < bytes.count else { throw error(.end) }
      guard bytes[position] == text.utf8Start[index] else { throw error(.unexpected(bytes[position])) }
      position += 1
    }
    return value
  }

  mutating func digits() -> Int {
    let start = position
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
    return position - start
  }

  mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let isZero = position < bytes.count && bytes[position] == UInt8(ascii: "0")
    let integerDigits = digits()
    guard integerDigits > 0, !isZero || integerDigits == 1 else { throw error(.number) }
    var isInteger = true
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      guard digits() > 0 else { throw error(.number) }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      position += 1
      if position < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position]) { position += 1 }
      guard digits() > 0 else { throw error(.number) }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let integer = Int(text) { return .integer(integer) }
    guard let real = Double(text), real.isFinite else { throw error(.number) }
    return .real(real)
  }

  mutating func string() throws(JSONError) -> String {
    position += 1
    var start = position
    var text = ""
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        text += try run(from: start)
        position += 1
        return text
      case UInt8(ascii: "\\"):
        text += try run(from: start)
        position += 1
        text.unicodeScalars.append(try escape())
        start = position
      case 0..<0x20: throw error(.string)
      default: position += 1
      }
    }
    throw error(.end)
  }

  /// The raw bytes of a string up to here, which must be UTF-8.
  func run(from start: Int) throws(JSONError) -> String {
    guard start < position else { return "" }
    let bytes = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    guard let text = String(validating: bytes.assumingMemoryBound(to: UInt8.self), as: UTF8.self) else {
      throw error(.encoding)
    }
    return text
  }

  mutating func escape() throws(JSONError) -> Unicode.Scalar {
    guard position < bytes.count else { throw error(.end) }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let first = try hexadecimal()
      if let scalar = Unicode.Scalar(first) { return scalar }
      // A high surrogate must be followed by an escaped low one.
      guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { throw error(.string) }
      position += 2
      let second = try hexadecimal()
      guard (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      else { throw error(.string) }
      return scalar
    default: throw error(.string)
    }
  }

  mutating func hexadecimal() throws(JSONError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error(.end) }
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else { throw error(.string) }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
