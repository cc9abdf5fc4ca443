/// Lines over a number, each point with its standard deviation, as an SVG drawing.
public struct EvidencePlot: Hashable, Sendable {
  /// A point.
  public struct Point: Hashable, Sendable {
    /// Where it is, and its standard deviation along the ordinate.
    public var across, along, deviation: Double

    /// A point.
    public init(_ across: Double, _ along: Double, deviation: Double = 0) {
      (self.across, self.along, self.deviation) = (across, along, deviation)
    }
  }

  /// A line.
  public struct Line: Hashable, Sendable {
    /// What stands in the legend.
    public var name: String
    /// Its points, from left to right.
    public var points: [Point]

    /// A line.
    public init(_ name: String, _ points: [Point]) { (self.name, self.points) = (name, points) }
  }

  /// The name of its file, without `.svg`.
  public var name: String
  /// What it shows.
  public var title: String
  /// What is across and along, with units.
  public var across, along: String
  /// The lines.
  public var lines: [Line]

  /// A plot.
  public init(_ name: String, _ title: String, across: String, along: String, lines: [Line]) {
    (self.name, self.title, self.across, self.along, self.lines) = (name, title, across, along, lines)
  }

  private static let colours = ["#0969da", "#bf8700", "#1a7f37", "#cf222e", "#8250df", "#57606a"]

  /// The drawing. Text follows the reader's choice of dark or light; bars are one standard deviation to both sides.
  public var svg: String {
    let (left, top, width, height) = (70.0, 30.0, 480.0, 260.0)
    let points = lines.flatMap(\.points).filter { $0.across.isFinite && $0.along.isFinite }
    func range(_ values: [Double]) -> (least: Double, span: Double) {
      let (least, most) = (values.min() ?? 0, values.max() ?? 1)
      let margin = max((most - least) * 0.06, abs(most) * 1e-4, 1e-9)
      return (least - margin, most - least + 2 * margin)
    }
    let columns = range(points.map(\.across))
    let rows = range(points.flatMap { [$0.along - $0.deviation, $0.along + $0.deviation] })
    func x(_ value: Double) -> String { EvidenceChart.number(left + (value - columns.least) / columns.span * width) }
    func y(_ value: Double) -> String {
      EvidenceChart.number(top + (1 - (value - rows.least) / rows.span) * height)
    }
    let bottom = top + height
    let all = bottom + 50 + 18 * Double(lines.count)
    var text = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 600 \(EvidenceChart.number(all))\" "
        + "font-family=\"sans-serif\" font-size=\"12\" role=\"img\">",
      "<title>\(EvidenceChart.escaped(title))</title>",
      "<style>text{fill:#1b1f24}path.axis{stroke:#57606a;fill:none}@media(prefers-color-scheme:dark)"
        + "{text{fill:#e6edf3}}</style>",
      "<text x=\"0\" y=\"16\" font-weight=\"bold\">\(EvidenceChart.escaped(title))</text>",
      "<path class=\"axis\" d=\"M\(left) \(top)V\(bottom)H\(left + width)\"/>",
      "<text x=\"\(left + width / 2)\" y=\"\(bottom + 34)\" text-anchor=\"middle\">\(EvidenceChart.escaped(across))</text>",
      "<text x=\"14\" y=\"\(top + height / 2)\" text-anchor=\"middle\" transform=\"rotate(-90 14 \(top + height / 2))\">"
        + "\(EvidenceChart.escaped(along))</text>",
    ]
    // A label that would touch the one before it is left out.
    var end = -Double.infinity
    for value in Set(points.map(\.across)).sorted() {
      let label = EvidenceRow.text(value)
      let (place, half) = (left + (value - columns.least) / columns.span * width, 3.5 * Double(label.count))
      guard place - half > end else { continue }
      end = place + half
      text.append("<text x=\"\(x(value))\" y=\"\(bottom + 16)\" text-anchor=\"middle\">\(label)</text>")
    }
    for part in 0...4 {
      let value = rows.least + rows.span * Double(part) / 4
      text.append(
        "<text x=\"\(left - 6)\" y=\"\(y(value))\" text-anchor=\"end\">\(EvidenceRow.text(value))</text>")
    }
    for (index, line) in lines.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      let path = line.points.enumerated().map { "\($0 == 0 ? "M" : "L")\(x($1.across)) \(y($1.along))" }.joined()
      text.append("<path d=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\"/>")
      for point in line.points {
        text.append("<circle cx=\"\(x(point.across))\" cy=\"\(y(point.along))\" r=\"3\" fill=\"\(colour)\"/>")
        guard point.deviation > 0 else { continue }
        let (low, high) = (y(point.along - point.deviation), y(point.along + point.deviation))
        text.append("<path d=\"M\(x(point.across)) \(low)V\(high)\" stroke=\"\(colour)\"/>")
      }
      let place = bottom + 54 + 18 * Double(index)
      text.append("<rect x=\"\(left)\" y=\"\(place - 9)\" width=\"12\" height=\"10\" fill=\"\(colour)\"/>")
      text.append("<text x=\"\(left + 18)\" y=\"\(place)\">\(EvidenceChart.escaped(line.name))</text>")
    }
    text.append("</svg>")
    return text.joined(separator: "\n") + "\n"
  }
}
