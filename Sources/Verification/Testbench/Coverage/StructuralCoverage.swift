/// Which lines and bits of the Verilog runs exercised, as the simulator counted.
///
/// Counts of all instances of a module stand together, and those of each run apart, so that a run that comes twice counts
/// once.
public struct StructuralCoverage: Hashable, Sendable, Codable {
  /// What is counted.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// A statement or a block of them was executed.
    case line
    /// One side of a condition was taken.
    case branch
    /// An expression took one of the values that matter to its operands.
    case expression
    /// A bit changed.
    case toggle
    /// A property of the user's own.
    case user
  }

  /// One thing that is counted.
  public struct Item: Hashable, Sendable, Codable {
    /// What.
    public var kind: Kind
    /// The file, as the Verilog is called.
    public var file: String
    /// Lines, ordered; the first one names the item.
    public var lines: [Int]
    /// Column of the first line; 0 where it is not known.
    public var column: Int
    /// The module.
    public var module: String
    /// For a bit its signal, index and, where edges count apart, the direction; else the kind of block.
    public var name: String
    /// The line of Swift that it was made for; nil where it is not known.
    public var place: String?

    /// An item.
    public init(
      kind: Kind, file: String, lines: [Int], column: Int, module: String, name: String, place: String? = nil
    ) {
      (self.kind, self.file, self.lines, self.column) = (kind, file, lines, column)
      (self.module, self.name, self.place) = (module, name, place)
    }
  }

  /// A file with its text, for reports.
  public struct Source: Hashable, Sendable, Codable {
    /// Name as in ``Item/file``.
    public var name: String
    /// Its lines.
    public var text: String

    /// A file.
    public init(name: String, text: String) { (self.name, self.text) = (name, text) }
  }

  /// What counted, with its version.
  public var tool: String
  /// The Verilog.
  public var sources: [Source]
  /// All items.
  public private(set) var items: [Item]
  /// Counts of each run by its name, in the order of ``items``.
  public private(set) var runs: [String: [Int]]

  /// What one run exercised.
  public init(tool: String, sources: [Source], items: [Item], counts: [Int], run: String) {
    precondition(items.count == counts.count, "\(items.count) items and \(counts.count) counts")
    self.tool = tool
    self.sources = sources
    self.items = items
    runs = [run: counts]
  }

  /// Counts over all runs in the order of ``items``.
  public var totals: [Int] {
    var totals = [Int](repeating: 0, count: items.count)
    for counts in runs.values { for index in totals.indices { totals[index] += counts[index] } }
    return totals
  }

  /// Items of a kind, and how many of them were exercised.
  public func share(of kinds: Set<Kind>) -> (reached: Int, total: Int) {
    var (reached, total) = (0, 0)
    for (item, count) in zip(items, totals) where kinds.contains(item.kind) {
      total += 1
      if count > 0 { reached += 1 }
    }
    return (reached, total)
  }

  /// Items of a kind that no run exercised.
  public func missed(_ kinds: Set<Kind>) -> [Item] {
    zip(items, totals).compactMap { kinds.contains($0.kind) && $1 == 0 ? $0 : nil }
  }

  /// Whether the counts of every run are as many as the items.
  var isWhole: Bool { runs.values.allSatisfy { $0.count == items.count && $0.allSatisfy { $0 >= 0 } } }

  /// Adds the runs of `other`. Throws when it is of other Verilog or another tool, or a run has other counts.
  mutating func merge(_ other: StructuralCoverage, of block: String) throws(CoverageError) {
    guard other.items == items, other.sources == sources else {
      throw .otherModel(
        block: block + " (Verilog)", kept: "\(tool), \(items.count) items",
        new: "\(other.tool), \(other.items.count) items")
    }
    for (run, counts) in other.runs {
      if let known = runs[run], known != counts { throw .conflict(run: run, block: block) }
      runs[run] = counts
    }
  }
}

extension StructuralCoverage {
  /// The kinds that stand for lines.
  public static let lineKinds: Set<Kind> = [.line, .branch]

  /// Bits that never changed, those of a signal that follow each other together: `count[7:4]`.
  public var stillBits: [(module: String, signal: String, line: Int, file: String, place: String?)] {
    var bits: [(module: String, signal: String, line: Int, file: String, place: String?)] = []
    var open: (item: Item, base: String, low: Int, high: Int)?
    func close() {
      guard let last = open else { return }
      let range =
        last.low < 0 ? "" : last.low == last.high ? "[\(last.low)]" : "[\(last.high):\(last.low)]"
      bits.append((last.item.module, last.base + range, last.item.lines.first ?? 0, last.item.file, last.item.place))
      open = nil
    }
    for item in missed([.toggle]) {
      let (base, bit) = Self.bit(of: item.name)
      if let last = open, last.item.module == item.module, last.base == base, bit >= 0,
        bit >= last.low - 1, bit <= last.high + 1
      {
        open = (last.item, base, min(last.low, bit), max(last.high, bit))
      } else {
        close()
        open = (item, base, bit, bit)
      }
    }
    close()
    return bits
  }

  /// Signal and bit of `name[bit]` or `name[bit]:edge`; −1 where there is no bit.
  private static func bit(of name: String) -> (String, Int) {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let (signal, edge) = (parts[0], parts.count > 1 ? " " + parts[1] : "")
    guard signal.hasSuffix("]"), let open = signal.lastIndex(of: "["),
      let bit = Int(signal[signal.index(after: open)..<signal.index(before: signal.endIndex)])
    else { return (String(signal) + edge, -1) }
    return (String(signal[..<open]) + edge, bit)
  }
}
