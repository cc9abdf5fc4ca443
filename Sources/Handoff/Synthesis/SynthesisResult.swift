import Foundation

/// What came out of a synthesis.
public struct SynthesisResult: Hashable, Sendable, Codable {
  /// Area and delay with the cells of a liberty file.
  public struct Mapped: Hashable, Sendable, Codable {
    /// Name of the library.
    public var library: String
    /// What abc was asked for: `small` or `fast`.
    public var goal: String
    /// Area in the unit of the library: square micrometres, unless it says otherwise.
    public var area: Double
    /// Area in thousands of NAND gates with two inputs; nil for a library without one that is known.
    public var kiloGates: Double?
    /// Longest path in nanoseconds with ideal wires, by OpenSTA; nil without OpenSTA.
    public var delay: Double?
  }

  /// A stretch of the longest path that ends at a name of the design.
  public struct PathStep: Hashable, Sendable, Codable {
    /// Name in the flattened design.
    public var name: String
    /// Swift file and line of the declaration; nil where none is known.
    public var place: String?
    /// Nanoseconds of the stretch.
    public var delay: Double
  }

  /// The top module.
  public var top: String
  /// What it was synthesised for.
  public var target: SynthesisTarget
  /// Whether multipliers might become DSP blocks.
  public var usesDSP: Bool
  /// Tools with their versions.
  public var tools: [String]
  /// Cells by type.
  public var cells: [String: Int]
  /// Of a generic target: gates, inverters and multiplexers.
  public var gates: Int?
  /// Of a generic target: gates on the longest path between registers or ports.
  public var depth: Int?
  /// Lookup tables: carry cells and distributed memory count for those that they take.
  public var lut: Int?
  /// Flip-flops.
  public var flipFlops: Int
  /// DSP blocks.
  public var dsp: Int?
  /// Block memories.
  public var blockMemories: Int?
  /// With a liberty file: mapped for little area, and for speed.
  public var mapped: [Mapped]
  /// Highest clock frequencies in MHz, a seed each; of the slowest clock of the design.
  public var frequencies: [Double]
  /// The longest path of the best seed.
  public var criticalPath: [PathStep]

  /// The frequency in the middle; nil when nothing was placed.
  public var medianFrequency: Double? {
    guard !frequencies.isEmpty else { return nil }
    let sorted = frequencies.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The highest frequency.
  public var bestFrequency: Double? { frequencies.max() }

  /// The figures as JSON.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { preconditionFailure("strings and numbers can be encoded") }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}

/// Counts of cells as an engineer reads them.
struct CellCount {
  let cells: [String: Int]

  init(_ cells: [String: Int]) { self.cells = cells.filter { $0.key != "$scopeinfo" } }

  private func sum(_ matches: (String) -> Bool) -> Int { cells.reduce(0) { $0 + (matches($1.key) ? $1.value : 0) } }

  func flipFlops(_ target: SynthesisTarget) -> Int {
    switch target {
    case .generic: sum { $0.contains("DFF") || $0.contains("_FF_") || $0.hasPrefix("DFF") }
    case .ice40: sum { $0.hasPrefix("SB_DFF") }
    case .ecp5: sum { $0 == "TRELLIS_FF" }
    case .xcup: sum { ["FDRE", "FDSE", "FDCE", "FDPE"].contains($0) }
    }
  }

  var gates: Int { sum { $0.hasPrefix("$_") && !$0.contains("DFF") && !$0.contains("_FF_") } }

  func lut(_ target: SynthesisTarget) -> Int? {
    switch target {
    case .generic: nil
    case .ice40: sum { $0 == "SB_LUT4" }
    case .ecp5: sum { $0 == "LUT4" } + 2 * sum { $0 == "CCU2C" } + 4 * sum { $0 == "TRELLIS_DPR16X4" }
    case .xcup: sum { $0.hasPrefix("LUT") } + Self.lutMemories.reduce(0) { $0 + $1.luts * (cells[$1.name] ?? 0) }
    }
  }

  private static let lutMemories: [(name: String, luts: Int)] = [
    ("RAM32M", 4), ("RAM32M16", 8), ("RAM64M", 4), ("RAM64M8", 8), ("RAM32X1D", 2), ("RAM64X1D", 2), ("RAM128X1D", 4),
    ("RAM256X1D", 8), ("SRL16E", 1), ("SRLC32E", 1),
  ]

  func dsp(_ target: SynthesisTarget) -> Int? {
    switch target {
    case .generic: nil
    case .ice40: sum { $0 == "SB_MAC16" }
    case .ecp5: sum { $0.hasPrefix("MULT") }
    case .xcup: sum { $0.hasPrefix("DSP") }
    }
  }

  func blockMemories(_ target: SynthesisTarget) -> Int? {
    switch target {
    case .generic: nil
    case .ice40: sum { $0.hasPrefix("SB_RAM") || $0.hasPrefix("SB_SPRAM") }
    case .ecp5: sum { $0 == "DP16KD" || $0 == "PDPW16KD" }
    case .xcup: sum { $0.hasPrefix("RAMB") || $0.hasPrefix("URAM") }
    }
  }
}
