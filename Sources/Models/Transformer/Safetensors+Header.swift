extension Safetensors {
  /// The checked header of a file.
  struct Header {
    var metadata: [String: String] = [:]
    /// In the order of their data, which they fill without overlap and without gap.
    var tensors: [Tensor] = []
    var dataStart: Int

    init(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsError.Reason) {
      guard bytes.count >= 8 else { throw .tooShort(bytes: bytes.count) }
      let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
      guard length <= UInt64(Safetensors.maximumHeaderLength) else { throw .headerTooLong(length) }
      dataStart = 8 + Int(length)
      guard dataStart <= bytes.count else { throw .headerTruncated(length: Int(length), file: bytes.count) }
      let text = UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart])
      guard text.first == UInt8(ascii: "{") else { throw .headerNotObject }
      let document: JSONValue
      do throws(JSONError) { document = try JSONValue(parsing: text, depth: 8) } catch { throw .json(error) }
      guard let object = document.object else { throw .headerNotObject }

      let dataCount = bytes.count - dataStart
      for (name, value) in object.members {
        if name == "__metadata__" {
          metadata = try Self.metadata(value)
        } else {
          tensors.append(try Self.tensor(name, value, dataCount: dataCount))
        }
      }
      tensors.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
      try Self.checkCoverage(tensors, dataCount: dataCount)
    }

    private static func metadata(_ value: JSONValue) throws(SafetensorsError.Reason) -> [String: String] {
      guard let object = value.object else { throw .metadata(key: nil) }
      var metadata: [String: String] = [:]
      for (key, value) in object.members {
        guard let text = value.string else { throw .metadata(key: key) }
        metadata[key] = text
      }
      return metadata
    }

    private static func tensor(
      _ name: String, _ value: JSONValue, dataCount: Int
    ) throws(SafetensorsError.Reason) -> Tensor {
      func field(_ key: String, of object: JSONObject) throws(SafetensorsError.Reason) -> JSONValue {
        guard let value = object[key] else { throw .field(tensor: name, field: key, found: "nothing") }
        return value
      }
      guard let object = value.object else { throw .field(tensor: name, field: nil, found: value.kind) }
      for member in object.members where !["dtype", "shape", "data_offsets"].contains(member.key) {
        throw .unknownField(tensor: name, field: member.key)
      }

      let typeField = try field("dtype", of: object)
      guard let typeName = typeField.string else { throw .field(tensor: name, field: "dtype", found: typeField.kind) }
      guard let elementType = ElementType(rawValue: typeName) else {
        throw .unknownElementType(tensor: name, elementType: typeName)
      }

      let shape = try integers("shape", tensor: name, in: try field("shape", of: object))
      var count = 1
      var overflows = false
      for extent in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: extent)
        count = product
        overflows = overflows || overflow
      }
      let (size, sizeOverflows) = count.multipliedReportingOverflow(by: elementType.size)
      guard !overflows, !sizeOverflows else { throw .shapeOverflow(tensor: name, shape: shape) }

      let offsets = try integers("data_offsets", tensor: name, in: try field("data_offsets", of: object))
      guard offsets.count == 2 else {
        throw .field(tensor: name, field: "data_offsets", found: "\(offsets.count) numbers")
      }
      guard offsets[0] <= offsets[1] else { throw .reversed(tensor: name, begin: offsets[0], end: offsets[1]) }
      guard offsets[1] <= dataCount else { throw .truncated(tensor: name, end: offsets[1], data: dataCount) }
      guard offsets[1] - offsets[0] == size else {
        throw .size(tensor: name, expected: size, found: offsets[1] - offsets[0])
      }
      return Tensor(name: name, elementType: elementType, shape: shape, bytes: offsets[0]..<offsets[1], count: count)
    }

    private static func integers(
      _ field: String, tensor: String, in value: JSONValue
    ) throws(SafetensorsError.Reason) -> [Int] {
      guard let elements = value.array else { throw .field(tensor: tensor, field: field, found: value.kind) }
      var integers: [Int] = []
      for element in elements {
        guard let integer = element.integer, integer >= 0 else {
          throw .field(tensor: tensor, field: field, found: element.number.map { "the number \($0)" } ?? element.kind)
        }
        integers.append(integer)
      }
      return integers
    }

    /// The format allows no hole: a byte belongs to exactly one tensor.
    private static func checkCoverage(_ tensors: [Tensor], dataCount: Int) throws(SafetensorsError.Reason) {
      var end = 0
      var last: String?
      for tensor in tensors {
        if let last, tensor.bytes.lowerBound < end { throw .overlap(last, tensor.name) }
        guard tensor.bytes.lowerBound == end else {
          throw .gap(before: tensor.name, bytes: tensor.bytes.lowerBound - end)
        }
        end = tensor.bytes.upperBound
        last = tensor.name
      }
      guard end == dataCount else { throw .trailing(bytes: dataCount - end) }
    }
  }
}
