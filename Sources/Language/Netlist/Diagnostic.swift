/// A mistake in a design: what is wrong, where, and what to write instead.
public struct Diagnostic: Hashable, Sendable, Error {
  /// Stable number of the kind of mistake.
  public enum Code: Int, Hashable, Sendable, CaseIterable {
    case widthMismatch = 1
    case literalDoesNotFit = 2
    case literalWithoutWidth = 3
    case badWidth = 4
    case badIndex = 5
    case notDriven = 6
    case partlyDriven = 7
    case severalDrivers = 8
    case inputNotDriven = 9
    case combinationalLoop = 10
    case nameClash = 11
    case badName = 12
    case badParameter = 13
    case foreignSignal = 14
    case badResetValue = 15
    case recursiveInstance = 16
    case unreachableChoice = 17
    case badMemory = 18
    case driveOutsideModule = 19
    case invalidNetlist = 20
    case emptyList = 21
    case badLanes = 30
    case badContents = 31
    case unreadableContents = 32
    case badBlackBox = 33
    case badStateMachine = 34
    case badEnum = 35
    case streamRule = 36
    case badPort = 37
    case bundleMismatch = 38
    case shapeAsValue = 39
    case clockCrossing = 40
    case resetCrossing = 41
    case badDomain = 42
    case badChecker = 45
    case badGrid = 46
    case fieldMissing = 50
    case fieldMismatch = 51
    case fieldDirection = 52
    case notAssignable = 53

    /// The code as it is printed, such as `SYS0012`.
    public var text: String {
      let digits = String(rawValue)
      return "SYS" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }

  /// A second place that belongs to the mistake.
  public struct Note: Hashable, Sendable {
    /// What happens there.
    public var message: String
    /// Where; nil when no line of the user's is known.
    public var place: Place?

    /// A remark about `place`.
    public init(_ message: String, at place: Place?) {
      self.message = message
      self.place = place
    }
  }

  /// The kind of mistake.
  public var code: Code
  /// One sentence that names the values.
  public var message: String
  /// Where the mistake was written; nil when no line of the user's is known.
  public var place: Place?
  /// The module in which it was found, as `Type` or `Type_parameter3`.
  public var module: String
  /// Further places.
  public var notes: [Note]
  /// What to write instead.
  public var fix: String?

  /// A mistake of kind `code`.
  public init(
    _ code: Code, _ message: String, at place: Place? = nil, module: String, notes: [Note] = [], fix: String? = nil
  ) {
    self.code = code
    self.message = message
    self.place = place
    self.module = module
    self.notes = notes
    self.fix = fix
  }
}

extension Diagnostic: CustomStringConvertible {
  /// The mistake as a compiler would print it, without a final line break.
  public var description: String {
    var lines = ["\(place.map { "\($0): " } ?? "")error: \(message) [\(code.text)]", "  in module \(module)"]
    for note in notes { lines.append("  note: \(note.place.map { "\($0): " } ?? "")\(note.message)") }
    if let fix { lines.append("  fix: \(fix)") }
    return lines.joined(separator: "\n")
  }
}

/// All the mistakes of a design, in the order in which they were found.
public struct DiagnosticList: Error, Hashable, Sendable, CustomStringConvertible {
  /// At least one mistake.
  public var diagnostics: [Diagnostic]

  /// Collects `diagnostics`.
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  /// Every mistake, then their number.
  public var description: String {
    let count = diagnostics.count == 1 ? "1 error" : "\(diagnostics.count) errors"
    return (diagnostics.map(\.description) + [count]).joined(separator: "\n")
  }
}
