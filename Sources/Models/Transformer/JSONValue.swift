/// A value of a JSON document (RFC 8259), read strictly.
///
/// Foundation's reader silently keeps one of two equal keys and leaves the depth of nesting and the number of values to the
/// platform; a model file from a stranger needs all three decided.
package enum JSONValue: Sendable {
  case null
  case bool(Bool)
  /// A number written without fraction and exponent that fits `Int`.
  case integer(Int)
  /// Any other number.
  case real(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// The members when this is an object.
  package var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The elements when this is an array.
  package var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The text when this is a string.
  package var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The number when this is an integer.
  package var integer: Int? {
    if case .integer(let number) = self { number } else { nil }
  }

  /// The number when this is any number.
  package var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .real(let number): number
    default: nil
    }
  }

  /// The truth value when this is one.
  package var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// Whether this is `null`.
  package var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// What the value is, for messages.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .integer, .real: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// The members of a JSON object in the order of the document; no two have the same key.
package struct JSONObject: Sendable {
  package var members: [(key: String, value: JSONValue)]

  /// The value of a key: a linear search, for small objects.
  package subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }
}

/// Why a text is not the JSON that is accepted here.
public struct JSONError: Error, Hashable, CustomStringConvertible {
  /// The byte at which reading stopped.
  public let offset: Int
  /// What was found there.
  public let reason: Reason

  package init(offset: Int, reason: Reason) {
    self.offset = offset
    self.reason = reason
  }

  /// What can be wrong with a text.
  public enum Reason: Hashable, Sendable {
    /// The text ends inside a value.
    case end
    /// A byte that cannot stand here.
    case unexpected(UInt8)
    /// Something follows the value.
    case trailing
    /// Not a JSON number, or one beyond `Double`.
    case number
    /// A string with an unknown escape, a lone surrogate or a raw control character.
    case string
    /// A string that is not UTF-8.
    case encoding
    /// A key that the object has already.
    case duplicateKey(String)
    /// Arrays and objects nested deeper than allowed.
    case depth(limit: Int)
    /// More values than allowed.
    case count(limit: Int)
  }

  /// What is wrong, and where.
  public var description: String {
    let what =
      switch reason {
      case .end: "the text ends inside a value"
      case .unexpected(let byte): "unexpected byte 0x\(String(byte, radix: 16))"
      case .trailing: "something follows the value"
      case .number: "a malformed number"
      case .string: "a malformed string"
      case .encoding: "a string that is not UTF-8"
      case .duplicateKey(let key): "the key \"\(printable(key))\" occurs twice in one object"
      case .depth(let limit): "nested deeper than \(limit) levels"
      case .count(let limit): "more than \(limit) values"
      }
    return "JSON at byte \(offset): \(what)"
  }
}
