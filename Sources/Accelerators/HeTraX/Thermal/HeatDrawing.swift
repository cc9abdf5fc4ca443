/// Temperatures of all tiers as an SVG drawing: a picture for each tier with its blocks, and the scale.
public struct HeatDrawing: Hashable, Sendable {
  /// What stands over it.
  public var title: String
  /// The temperatures.
  public var field: ThermalField
  /// The stack.
  public var stack: ThermalStack
  /// Whose outlines are drawn.
  public var power: PowerMap
  /// Kelvins at the ends of the scale; nil for the least and the greatest of all tiers.
  public var range: ClosedRange<Double>?

  /// A drawing.
  public init(
    _ title: String, _ field: ThermalField, on stack: ThermalStack, _ power: PowerMap,
    range: ClosedRange<Double>? = nil
  ) {
    (self.title, self.field, self.stack) = (title, field, stack)
    (self.power, self.range) = (power, range)
  }

  /// Colours from cold to hot, in equal steps.
  private static let colours: [(Double, Double, Double)] = [
    (33, 40, 92), (53, 92, 155), (76, 155, 160), (152, 200, 120), (245, 210, 90), (235, 130, 60), (175, 35, 50),
  ]

  static func colour(_ share: Double) -> String {
    let place = min(max(share.isFinite ? share : 0, 0), 1) * Double(colours.count - 1)
    let (low, part) = (min(Int(place), colours.count - 2), place - Double(min(Int(place), colours.count - 2)))
    func mix(_ path: KeyPath<(Double, Double, Double), Double>) -> String {
      let value = Int((colours[low][keyPath: path] * (1 - part) + colours[low + 1][keyPath: path] * part).rounded())
      let text = String(value, radix: 16)
      return text.count == 1 ? "0" + text : text
    }
    return "#" + mix(\.0) + mix(\.1) + mix(\.2)
  }

  /// The tiers that are drawn: one, or all.
  ///
  /// - Parameter tier: the only tier that is drawn; nil for all of them, that nearest to the sink first.
  public func svg(tier only: Int? = nil) -> String {
    let (side, gap, top) = (220.0, 24.0, 58.0)
    let tiers = only.map { [$0] } ?? Array(field.tiers.indices)
    let high = side * stack.height / stack.width
    let width = gap + Double(tiers.count) * (side + gap) + 90
    let height = top + high + 34
    let all = field.tiers.flatMap { $0 }
    let (low, great) = range.map { ($0.lowerBound, $0.upperBound) } ?? (all.min() ?? 0, all.max() ?? 1)
    let span = great > low ? great - low : 1
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(SVGText.number(width)) \(SVGText.number(height))\" "
        + "font-family=\"sans-serif\" font-size=\"12\" role=\"img\">", "<title>\(SVGText.escaped(title))</title>",
      "<style>text{fill:#1b1f24}.o{fill:none;stroke:#fff;stroke-opacity:.55;stroke-width:.6}"
        + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>",
      "<text x=\"\(SVGText.number(gap))\" y=\"18\" font-weight=\"bold\">\(SVGText.escaped(title))</text>",
    ]
    for (place, tier) in tiers.enumerated() {
      let left = gap + Double(place) * (side + gap)
      let summary = field.summary(tier: tier)
      let position = tier == 0 ? "at the sink" : "tier \(tier)"
      lines.append(
        "<text x=\"\(SVGText.number(left))\" y=\"\(SVGText.number(top - 22))\">"
          + "\(SVGText.escaped(stack.tiers[tier].name)), \(position)</text>")
      lines.append(
        "<text x=\"\(SVGText.number(left))\" y=\"\(SVGText.number(top - 7))\">\(SVGText.number(summary.least)) to "
          + "\(SVGText.number(summary.peak)) K</text>")
      let (w, h) = (side / Double(field.columns), high / Double(field.rows))
      for row in 0..<field.rows {
        for column in 0..<field.columns {
          let share = (field.tiers[tier][row * field.columns + column] - low) / span
          lines.append(
            "<rect x=\"\(SVGText.number(left + Double(column) * w, 2))\" "
              + "y=\"\(SVGText.number(top + high - Double(row + 1) * h, 2))\" "
              + "width=\"\(SVGText.number(w + 0.3, 2))\" height=\"\(SVGText.number(h + 0.3, 2))\" "
              + "fill=\"\(Self.colour(share))\"/>")
        }
      }
      for block in power.tiers[tier] {
        let scale = side / stack.width
        lines.append(
          "<rect class=\"o\" x=\"\(SVGText.number(left + block.x * scale, 2))\" "
            + "y=\"\(SVGText.number(top + high - (block.y + block.height) * scale, 2))\" "
            + "width=\"\(SVGText.number(block.width * scale, 2))\" "
            + "height=\"\(SVGText.number(block.height * scale, 2))\"><title>\(SVGText.escaped(block.name)): "
            + "\(SVGText.number(block.watts, 3)) W</title></rect>")
      }
    }
    let left = width - 78
    for step in 0..<20 {
      lines.append(
        "<rect x=\"\(SVGText.number(left))\" y=\"\(SVGText.number(top + high * Double(19 - step) / 20, 2))\" "
          + "width=\"14\" height=\"\(SVGText.number(high / 20 + 0.3, 2))\" fill=\"\(Self.colour(Double(step) / 19))\"/>"
      )
    }
    for (value, y) in [(great, top + 9), (low, top + high)] {
      lines.append(
        "<text x=\"\(SVGText.number(left + 18))\" y=\"\(SVGText.number(y))\">\(SVGText.number(value)) K</text>")
    }
    lines.append("</svg>")
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Numbers and words in drawings.
enum SVGText {
  static func number(_ value: Double, _ digits: Int = 1) -> String {
    guard value.isFinite else { return "0" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    return rounded == rounded.rounded() ? String(Int(rounded)) : "\(rounded)"
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
