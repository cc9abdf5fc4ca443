import Netlist

/// One value of a row: a payload port of a stream, or a port of a pin bench.
public struct RowField: Hashable, Sendable, Codable {
  /// The name in reports: the port's name without the stream's prefix.
  public var name: String
  /// Verilog name of the port.
  public var port: String
  /// Width in bits.
  public var width: Int
  /// True when the value is in two's complement.
  public var isSigned: Bool
  /// Position of the first 64-bit word in the row.
  public var firstWord: Int

  /// Number of 64-bit words, least significant first.
  public var wordCount: Int { (width + 63) / 64 }
}

/// The fields of a row, laid out one after the other in 64-bit words.
///
/// A field takes ⌈width / 64⌉ words. Bits above the width are zero, for signed fields as well, so that equal values
/// have equal words.
public struct RowShape: Hashable, Sendable, Codable {
  /// The fields in the order of the ports.
  public let fields: [RowField]
  /// Words in a row.
  public let wordCount: Int

  /// Lays the ports out; `prefix` is cut off their names.
  public init(_ ports: [PortShape], prefix: String = "") {
    var next = 0
    fields = ports.map { port in
      let name = port.name.hasPrefix(prefix) ? String(port.name.dropFirst(prefix.count)) : port.name
      defer { next += (port.width + 63) / 64 }
      return RowField(name: name, port: port.name, width: port.width, isSigned: port.isSigned, firstWord: next)
    }
    wordCount = next
  }

  /// For every word of a row, the bits that belong to its field.
  public var masks: [UInt64] {
    fields.flatMap { field in
      (0..<field.wordCount).map { word in
        let bits = field.width - 64 * word
        return bits >= 64 ? .max : (1 << UInt64(bits)) - 1
      }
    }
  }

  /// The values of a row for a report. `row` has at least ``wordCount`` words.
  func values(_ row: UnsafePointer<UInt64>) -> [FieldValue] {
    fields.map { field in
      FieldValue(
        words: (0..<field.wordCount).map { row[field.firstWord + $0] }, width: field.width, isSigned: field.isSigned)
    }
  }
}
