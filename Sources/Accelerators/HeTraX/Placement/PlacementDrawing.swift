/// A placement as an SVG drawing: the tiers side by side, that at the sink first, with cores and links; a ring with a number is a router
/// with so many links to the tier that is farther from the sink.
public struct PlacementDrawing: Hashable, Sendable {
  /// The drawing.
  public let svg: String

  /// Draws a placement of a machine.
  public init(_ title: String, _ placement: HeTraXPlacement, of machine: HeTraXMachine) {
    let (side, gap, top) = (200.0, 26.0, 54.0)
    let width = gap + Double(machine.tiers.count) * (side + gap)
    var centres = [(x: Double, y: Double)](repeating: (0, 0), count: machine.cores.count)
    var (tierOf, starts, next) = ([Int](), [Int](), 0)
    for (index, tier) in machine.tiers.enumerated() {
      starts.append(next)
      next += tier.cores.count
      tierOf += [Int](repeating: index, count: tier.cores.count)
    }
    for (place, tier) in placement.order.enumerated() {
      let value = machine.tiers[tier]
      let left = gap + Double(place) * (side + gap)
      for core in value.cores.indices {
        let (x, y) = (Double(core % value.columns) + 0.5, Double(core / value.columns) + 0.5)
        centres[starts[tier] + core] = (
          left + side * x / Double(value.columns), top + side - side * y / Double(value.rows)
        )
      }
    }
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(SVGText.number(width)) \(SVGText.number(top + side + 20))\" "
        + "font-family=\"sans-serif\" font-size=\"10\" role=\"img\">", "<title>\(SVGText.escaped(title))</title>",
      "<style>text{fill:#1b1f24}.sm{fill:#8ecae6}.mc{fill:#ffb703}.reram{fill:#b7e4a8}.c{fill:#1b1f24}"
        + ".l{stroke:#57606a;stroke-width:1.4;fill:none}.v{fill:#cf222e}.f{fill:none;stroke:#57606a}"
        + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.l{stroke:#8b949e}}</style>",
      "<text x=\"\(SVGText.number(gap))\" y=\"18\" font-weight=\"bold\" font-size=\"12\">\(SVGText.escaped(title))</text>",
    ]
    let depth = placement.order.enumerated().reduce(into: [Int: Int]()) { $0[$1.element] = $1.offset }
    var up = [Int](repeating: 0, count: centres.count)
    for (place, tier) in placement.order.enumerated() {
      let left = gap + Double(place) * (side + gap)
      lines.append(
        "<text x=\"\(SVGText.number(left))\" y=\"\(SVGText.number(top - 10))\">\(SVGText.escaped(machine.tiers[tier].name)), "
          + (place == 0 ? "at the sink" : "tier \(place)") + "</text>")
      lines.append(
        "<rect class=\"f\" x=\"\(SVGText.number(left))\" y=\"\(SVGText.number(top))\" width=\"\(SVGText.number(side))\" "
          + "height=\"\(SVGText.number(side))\"/>")
    }
    for link in placement.links {
      let (a, b) = (link[0], link[1])
      guard tierOf[a] == tierOf[b] else {
        up[(depth[tierOf[a]] ?? 0) < (depth[tierOf[b]] ?? 0) ? a : b] += 1
        continue
      }
      // Bent a little, so that a long link is not hidden behind the routers between its ends.
      let (p, q) = (centres[a], centres[b])
      let (mx, my) = ((p.x + q.x) / 2 + (q.y - p.y) * 0.12, (p.y + q.y) / 2 - (q.x - p.x) * 0.12)
      lines.append(
        "<path class=\"l\" d=\"M\(SVGText.number(p.x)) \(SVGText.number(p.y))Q\(SVGText.number(mx)) \(SVGText.number(my)) "
          + "\(SVGText.number(q.x)) \(SVGText.number(q.y))\"/>")
    }
    for site in centres.indices {
      let core = placement.cores[site]
      let (x, y) = centres[site]
      lines.append(
        "<rect class=\"\(machine.cores[core].rawValue)\" x=\"\(SVGText.number(x - 15))\" y=\"\(SVGText.number(y - 9))\" "
          + "width=\"30\" height=\"18\" rx=\"3\"/>")
      lines.append(
        "<text class=\"c\" x=\"\(SVGText.number(x))\" y=\"\(SVGText.number(y + 3.5))\" text-anchor=\"middle\">"
          + "\(machine.cores[core] == .resistive ? "r" : machine.cores[core].rawValue)\(core)</text>")
      if up[site] > 0 {
        lines.append(
          "<circle class=\"v\" cx=\"\(SVGText.number(x + 15))\" cy=\"\(SVGText.number(y - 9))\" r=\"5\"/>")
        lines.append(
          "<text x=\"\(SVGText.number(x + 15))\" y=\"\(SVGText.number(y - 5.8))\" text-anchor=\"middle\" font-size=\"8\" "
            + "style=\"fill:#fff\">\(up[site])</text>")
      }
    }
    lines.append("</svg>")
    svg = lines.joined(separator: "\n") + "\n"
  }
}
