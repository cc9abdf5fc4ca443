/// The first thing that a design did wrong.
public struct BenchFailure: Hashable, Sendable, Codable {
  /// What kind of thing.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// An output differs from the expected value.
    case mismatch
    /// An output stream gave a transaction that nothing asked for.
    case surplus
    /// An output stream fell silent before its last expected transaction, all inputs taken.
    case missing
    /// No transaction on any stream for too long while inputs still wait, or a run longer than its limit.
    case stuck
    /// Valid went low before its transaction was taken.
    case validWithdrawn
    /// The payload changed while it waited for ready.
    case payloadChanged
    /// The model itself gave up: `$fatal`, a failed assertion, a combinational loop.
    case engine
    /// A bin of the coverage model that must not be hit was.
    case illegalBin
    /// The run ended well but compared nothing.
    case nothingCompared
  }

  /// A field whose value is wrong.
  public struct Difference: Hashable, Sendable, Codable {
    /// Name of the field.
    public var field: String
    /// The expected value; for ``Kind/payloadChanged`` the one shown first.
    public var expected: FieldValue
    /// The value seen.
    public var got: FieldValue
  }

  /// What kind of thing went wrong.
  public var kind: Kind
  /// The cycle at whose edge it was seen.
  public var cycle: UInt64
  /// The stream, where one is to blame.
  public var stream: String?
  /// Number of the transaction or vector, from 0.
  public var transaction: Int?
  /// What happened, in a sentence.
  public var message: String
  /// Where it takes more than that: what each stream waits for.
  public var details: [String] = []
  /// All fields that differ.
  public var differences: [Difference] = []
  /// The whole expected row, in the order of the fields, where there was one; for ``Kind/payloadChanged`` the one shown
  /// first.
  public var expected: [FieldValue] = []
  /// The whole row seen, where there was one.
  public var got: [FieldValue] = []

  /// The differences between two rows.
  static func differences(
    _ shape: RowShape, expected: UnsafePointer<UInt64>, got: UnsafePointer<UInt64>, care: UnsafePointer<UInt64>? = nil
  ) -> [Difference] {
    zip(shape.fields, zip(shape.values(expected), shape.values(got))).compactMap { field, pair in
      let differs = (field.firstWord..<field.firstWord + field.wordCount).contains { word in
        (expected[word] ^ got[word]) & (care?[word] ?? .max) != 0
      }
      return differs ? Difference(field: field.name, expected: pair.0, got: pair.1) : nil
    }
  }
}

extension BenchFailure: CustomStringConvertible {
  /// Message and details on one line.
  public var description: String { details.isEmpty ? message : message + ": " + details.joined(separator: "; ") }
}

extension [BenchFailure.Difference] {
  /// The first difference in words, and how many follow; `labels` say what the two values are.
  func summary(_ labels: (String, String) = ("expected", "got")) -> String {
    guard let first else { return "no field differs" }
    let more = count == 1 ? "" : count == 2 ? "; 1 more field differs" : "; \(count - 1) more fields differ"
    return "field '\(first.field)': \(labels.0) \(first.expected), \(labels.1) \(first.got)\(more)"
  }
}
