/// Why a safetensors file is refused.
public struct SafetensorsError: Error, Hashable, CustomStringConvertible {
  /// The name of the file.
  public let file: String
  /// What is wrong in it.
  public let reason: Reason

  package init(file: String, reason: Reason) {
    self.file = file
    self.reason = reason
  }

  /// What can be wrong in a file.
  public enum Reason: Error, Hashable, CustomStringConvertible {
    /// The system cannot open or map it; its own words.
    case unreadable(String)
    /// A folder, a device or a pipe.
    case notRegular
    /// There is no such file, or a link to one that is not there.
    case missing(link: String?)
    /// It has no bytes.
    case empty
    /// It holds something else.
    case foreign(ForeignContent)
    /// Fewer than the 8 bytes of the header length.
    case tooShort(bytes: Int)
    /// A header beyond the limit of the format.
    case headerTooLong(UInt64)
    /// The file ends within the header.
    case headerTruncated(length: Int, file: Int)
    /// The header is no JSON object, or does not begin with one.
    case headerNotObject
    /// The header is malformed JSON, has a key twice, or is nested too deep.
    case json(JSONError)
    /// `__metadata__` is no object, or the value of a key is no string.
    case metadata(key: String?)
    /// A field of a tensor is missing or of a wrong kind; the tensor's entry itself when the field is nil.
    case field(tensor: String, field: String?, found: String)
    /// A field that the format does not have.
    case unknownField(tensor: String, field: String)
    /// An element type that the format does not have.
    case unknownElementType(tensor: String, elementType: String)
    /// The product of the extents does not fit 63 bits.
    case shapeOverflow(tensor: String, shape: [Int])
    /// The data would end before it begins.
    case reversed(tensor: String, begin: Int, end: Int)
    /// The data would end behind the end of the file.
    case truncated(tensor: String, end: Int, data: Int)
    /// Shape and element type need another number of bytes than the offsets span.
    case size(tensor: String, expected: Int, found: Int)
    /// Two tensors share bytes.
    case overlap(String, String)
    /// Bytes before a tensor belong to none.
    case gap(before: String, bytes: Int)
    /// Bytes at the end belong to no tensor.
    case trailing(bytes: Int)
    /// The element type is known but has no conversion to `Float`.
    case notConvertible(tensor: String, elementType: String)

    /// What is wrong, with the values.
    public var description: String {
      switch self {
      case .unreadable(let reason): "cannot be read: \(reason)"
      case .notRegular: "is not a regular file"
      case .missing(nil): "is not there"
      case .missing(let target?): "is a link to \(printable(target)), which is not there: fetch the model again"
      case .empty: "is empty: fetch it again"
      case .foreign(let content): "is \(content)"
      case .tooShort(let bytes): "has \(bytes) bytes, fewer than the 8 of the header length: it is truncated"
      case .headerTooLong(let length):
        "is no safetensors file: it begins with a header length of \(length) bytes, and the format allows "
          + "\(Safetensors.maximumHeaderLength)"
      case .headerTruncated(let length, let file):
        "claims a header of \(length) bytes but has \(file) in all: it is truncated"
      case .headerNotObject: "has a header that is not a JSON object"
      case .json(let error): "has a malformed header: \(error)"
      case .metadata(nil): "has a __metadata__ that is not an object"
      case .metadata(let key?): "has metadata \"\(printable(key))\" that is not a string"
      case .field(let tensor, nil, let found):
        "describes tensor \"\(printable(tensor))\" by \(found) instead of an object"
      case .field(let tensor, let field?, let found): "tensor \"\(printable(tensor))\" has \(found) as \(field)"
      case .unknownField(let tensor, let field):
        "tensor \"\(printable(tensor))\" has the unknown field \"\(printable(field))\""
      case .unknownElementType(let tensor, let type):
        "tensor \"\(printable(tensor))\" has the unknown dtype \"\(printable(type))\""
      case .shapeOverflow(let tensor, let shape): "tensor \"\(printable(tensor))\" has the impossible shape \(shape)"
      case .reversed(let tensor, let begin, let end):
        "tensor \"\(printable(tensor))\" ends at \(end), before it begins at \(begin)"
      case .truncated(let tensor, let end, let data):
        "tensor \"\(printable(tensor))\" ends at byte \(end) of the data, which has \(data): the file is truncated"
      case .size(let tensor, let expected, let found):
        "tensor \"\(printable(tensor))\" needs \(expected) bytes by shape and dtype but spans \(found)"
      case .overlap(let first, let second): "tensors \"\(printable(first))\" and \"\(printable(second))\" overlap"
      case .gap(let tensor, let bytes): "has \(bytes) bytes of no tensor before tensor \"\(printable(tensor))\""
      case .trailing(let bytes): "has \(bytes) bytes of no tensor at the end"
      case .notConvertible(let tensor, let type):
        "tensor \"\(printable(tensor))\" has dtype \(type), which is not converted to Float: store it as F32, F16 or BF16"
      }
    }
  }

  /// The file and what is wrong in it.
  public var description: String { "\(printable(file)): \(reason)" }
}
