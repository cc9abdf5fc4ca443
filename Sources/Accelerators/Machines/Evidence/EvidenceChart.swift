/// Bars of one unit, each with the published figure beside it where there is one, as an SVG drawing.
public struct EvidenceChart: Hashable, Sendable {
  /// A bar.
  public struct Bar: Hashable, Sendable {
    /// What stands in front of it.
    public var label: String
    /// Its length.
    public var value: Double
    /// The published figure.
    public var reference: Double?
    /// The standard deviation of its length; 0 for none.
    public var deviation: Double

    /// A bar.
    public init(_ label: String, _ value: Double, reference: Double? = nil, deviation: Double = 0) {
      (self.label, self.value, self.reference, self.deviation) = (label, value, reference, deviation)
    }
  }

  /// The name of its file, without `.svg`.
  public var name: String
  /// What it shows.
  public var title: String
  /// The unit of all bars.
  public var unit: String
  /// The bars, from above.
  public var bars: [Bar]

  /// A chart.
  public init(_ name: String, _ title: String, unit: String, bars: [Bar]) {
    (self.name, self.title, self.unit, self.bars) = (name, title, unit, bars)
  }

  /// The drawing. Its colours follow the reader's choice of dark or light.
  public var svg: String {
    let (left, length, height) = (250.0, 520.0, 20.0)
    let longest = bars.flatMap { [$0.value, $0.reference ?? 0] }.filter(\.isFinite).max() ?? 0
    let unitLength = longest > 0 ? length / longest : 0
    let bottom = 40 + Double(bars.count) * (height + 6)
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 \(Self.number(bottom))\" font-family=\"sans-serif\" "
        + "font-size=\"12\" role=\"img\">", "<title>\(Self.escaped(title))</title>",
      "<style>text{fill:#1b1f24}.ours{fill:#0969da}.paper{fill:#bf8700}@media(prefers-color-scheme:dark)"
        + "{text{fill:#e6edf3}}</style>",
      "<text x=\"0\" y=\"16\" font-weight=\"bold\">\(Self.escaped(title)) [\(Self.escaped(unit))]</text>",
    ]
    for (place, bar) in bars.enumerated() {
      let y = 32 + Double(place) * (height + 6)
      let isAlone = bar.reference == nil
      lines.append(
        "<text x=\"\(Self.number(left - 8))\" y=\"\(Self.number(y + 14))\" text-anchor=\"end\">\(Self.escaped(bar.label))</text>"
      )
      lines.append(Self.rectangle("ours", left, y, bar.value * unitLength, isAlone ? height : height / 2))
      var words = EvidenceRow.text(bar.value)
      if let reference = bar.reference {
        lines.append(Self.rectangle("paper", left, y + height / 2, reference * unitLength, height / 2))
        words += " (published \(EvidenceRow.text(reference)))"
      }
      if bar.deviation > 0 {
        words += " ± \(EvidenceRow.text(bar.deviation))"
        let (low, high) = (bar.value - bar.deviation, bar.value + bar.deviation)
        lines.append(
          "<path d=\"M\(Self.number(left + low * unitLength)) \(Self.number(y + 10))H\(Self.number(left + high * unitLength))\" "
            + "stroke=\"#cf222e\" stroke-width=\"2\"/>")
      }
      let end = left + max(bar.value, bar.reference ?? 0) * unitLength
      lines.append("<text x=\"\(Self.number(end + 6))\" y=\"\(Self.number(y + 14))\">\(words)</text>")
    }
    lines.append("</svg>")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func rectangle(_ style: String, _ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String
  {
    let width = width.isFinite ? max(0, width) : 0
    return
      "<rect class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\"/>"
  }

  static func number(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
