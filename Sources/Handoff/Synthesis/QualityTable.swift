import Foundation

/// Our units beside those of others.
public struct QualityTable: Hashable, Sendable, Codable {
  /// Ours, in the order of ``QualityRow/all``.
  public var figures: [QualityFigure]

  /// A table of `figures`.
  public init(_ figures: [QualityFigure]) { self.figures = figures }

  /// Reads what ``json`` wrote.
  public init(json: Data) throws { self = try JSONDecoder().decode(Self.self, from: json) }

  /// The figures as JSON.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { preconditionFailure("strings and numbers can be encoded") }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  /// What is said of a row: each figure as a share of the peer's, and where ours is worse.
  struct Comparison {
    /// Gates × depth.
    var gates: Double
    /// Lookup tables of ECP5 without DSP blocks.
    var lut: Double
    /// Frequency; above 1 is better.
    var frequency: Double?

    init(_ ours: QualityFigure, _ peer: PeerFigure) {
      gates = Double(ours.gates * ours.depth) / Double(peer.gates * peer.depth)
      lut = Double(ours.lutWithoutDSP) / Double(peer.lutWithoutDSP)
      if let own = ours.frequency, let theirs = peer.frequency { frequency = own / theirs }
    }

    /// What falls short of the goals: at most 1 of area × delay, at least 1 of the frequency.
    var shortfalls: [String] {
      var list: [String] = []
      if gates > 1 { list.append("gates × depth") }
      if lut > 1 { list.append("LUT") }
      if let frequency, frequency < 1 { list.append("Fmax") }
      return list
    }
  }

  private static func ratio(_ value: Double?) -> String { value.map { String(format: "%.2f", $0) } ?? "" }

  /// The table in Markdown, with the conditions of each row and the shortfalls by name.
  public var markdown: String {
    var text = """
      | unit | gates / depth | FF | ECP5 LUT / DSP | LUT without DSP | Fmax MHz | UltraScale+ LUT / DSP | gates × depth | LUT | Fmax | falls short in |
      |---|---|---|---|---|---|---|---|---|---|---|

      """
    var conditions: [String] = []
    var short: [String] = []
    for row in QualityRow.all {
      guard let ours = figures.first(where: { $0.unit == row.name }) else { continue }
      let frequency = ours.frequency.map { String(format: "%.0f", $0) } ?? ""
      text += "| **\(row.name)** | \(ours.gates) / \(ours.depth) | \(ours.flipFlops) | \(ours.lut) / \(ours.dsp)"
      text += " | \(ours.lutWithoutDSP) | \(frequency) | \(ours.xcupLUT) / \(ours.xcupDSP)"
      if let peer = row.peer {
        let comparison = Comparison(ours, peer)
        text += " | \(Self.ratio(comparison.gates)) | \(Self.ratio(comparison.lut))"
        text += " | \(Self.ratio(comparison.frequency)) | \(comparison.shortfalls.joined(separator: ", ")) |\n"
        let theirs = peer.frequency.map { String(format: "%.0f", $0) } ?? ""
        text += "| \(peer.name) [measured] | \(peer.gates) / \(peer.depth) | \(peer.flipFlops)"
        text += " | \(peer.lut) / \(peer.dsp) | \(peer.lutWithoutDSP) | \(theirs)"
        text += " | \(peer.xcupLUT) / \(peer.xcupDSP) | 1 | 1 | 1 | |\n"
        if !comparison.shortfalls.isEmpty {
          short.append("\(row.name): \(comparison.shortfalls.joined(separator: ", "))")
        }
      } else {
        text += " | | | | |\n"
      }
      conditions.append("- \(row.name): `\(ours.generator)`; \(row.conditions).")
    }
    let tools = Set(figures.flatMap(\.tools)).sorted().joined(separator: ", ")
    let seeds = figures.map(\.seeds).max() ?? 0
    text +=
      "\nOurs [measured]: \(tools); Fmax the median of \(seeds) seeds. The peers' figures: Yosys 0.70, nextpnr-ecp5 of\n"
    text +=
      "another release, seed 1. Gates with two inputs, inverters and multiplexers. LUT of ECP5: LUT4, two a CCU2C, four\n"
    text +=
      "a TRELLIS_DPR16X4. The ratios are ours by the peer's: gates × depth and LUT (without DSP) are to be at most 1,\n"
    text += "Fmax at least 1.\n\n" + conditions.joined(separator: "\n") + "\n\n"
    text += short.isEmpty ? "Nothing falls short.\n" : "Falls short: " + short.joined(separator: "; ") + ".\n"
    return text
  }
}
