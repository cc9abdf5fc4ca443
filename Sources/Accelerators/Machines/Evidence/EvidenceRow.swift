/// One figure of a machine beside the published one: what it is, under which conditions, and where it comes from.
public struct EvidenceRow: Hashable, Sendable, Codable {
  /// Whether a figure follows the published assumptions or this project's own.
  public enum Mode: String, Hashable, Sendable, Codable, CaseIterable {
    /// The published algorithm under the published assumptions.
    case paper
    /// What the machine of this project does.
    case honest
  }

  /// Where the figure comes from.
  public enum Tag: String, Hashable, Sendable, Codable, CaseIterable {
    /// Counted in a simulation of the hardware, or measured in a run.
    case measured
    /// Printed by a model of this project when the report is made.
    case computed
    /// In a published text or file.
    case published
    /// A consequence of published figures.
    case inferred
  }

  /// A name that stays from version to version, in parts with points between: `function.gelu.cycles`.
  public var id: String
  /// What the figure is, in words.
  public var what: String
  /// The figure of this project; nil where there is none.
  public var ours: Double?
  /// The published figure; nil where there is none.
  public var paper: Double?
  /// What it counts: `cycles`, `%`, `GOPS`.
  public var unit: String
  /// Under which assumptions.
  public var mode: Mode
  /// Sizes, workloads, memories, clocks.
  public var conditions: String
  /// Where `ours` comes from.
  public var tag: Tag
  /// What has to be known to compare the two figures; empty where nothing has.
  public var remark: String

  /// A figure.
  public init(
    _ id: String, _ what: String, ours: Double?, paper: Double? = nil, unit: String, mode: Mode = .honest,
    conditions: String, tag: Tag, remark: String = ""
  ) {
    (self.id, self.what, self.ours, self.paper, self.unit) = (id, what, ours, paper, unit)
    (self.mode, self.conditions, self.tag, self.remark) = (mode, conditions, tag, remark)
  }

  private enum CodingKeys: String, CodingKey {
    case id, what, ours, paper, unit, mode, conditions, tag, remark
  }

  /// Every row has every key: what is not there is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(what, forKey: .what)
    try container.encode(ours, forKey: .ours)
    try container.encode(paper, forKey: .paper)
    try container.encode(unit, forKey: .unit)
    try container.encode(mode, forKey: .mode)
    try container.encode(conditions, forKey: .conditions)
    try container.encode(tag, forKey: .tag)
    try container.encode(remark, forKey: .remark)
  }

  /// A number with as many digits as a table needs: whole numbers as they are, others with four figures.
  static func text(_ value: Double?) -> String {
    guard let value else { return "" }
    guard value.isFinite else { return "\(value)" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
    var (scale, digits) = (1.0, 0)
    while digits < 6, abs(value) * scale < 1000 {
      scale *= 10
      digits += 1
    }
    let number = Int((abs(value) * scale).rounded())
    let part = String(number % Int(scale))
    let sign = value < 0 ? "-" : ""
    return sign + String(number / Int(scale))
      + (digits == 0 ? "" : "." + String(repeating: "0", count: digits - part.count) + part)
  }
}
