/// A front as an SVG drawing: every pair of objectives as a scatter of points, the mesh as a cross.
public struct FrontDrawing: Hashable, Sendable {
  /// The drawing.
  public let svg: String

  /// Draws points with objectives of these names.
  public init(_ names: [String], _ points: [[Double]], mesh: [Double]) {
    let pairs = names.indices.flatMap { a in names.indices.filter { a < $0 }.map { (a, $0) } }
    let (side, gap) = (220.0, 60.0)
    let columns = min(3, max(pairs.count, 1))
    let rows = max(1, (pairs.count + columns - 1) / columns)
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(SVGText.number(Double(columns) * (side + gap) + gap)) "
        + "\(SVGText.number(Double(rows) * (side + gap) + gap))\" font-family=\"sans-serif\" font-size=\"11\" role=\"img\">",
      "<title>Points that nothing dominates</title>",
      "<style>text{fill:#1b1f24}.p{fill:#0969da;fill-opacity:.7}.m{stroke:#cf222e;stroke-width:2}.f{fill:none;stroke:#8b949e}"
        + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>",
    ]
    let all = points + [mesh]
    for (index, (a, b)) in pairs.enumerated() {
      let (left, top) = (gap + Double(index % columns) * (side + gap), gap / 2 + Double(index / columns) * (side + gap))
      func scale(_ d: Int) -> (low: Double, span: Double) {
        let values = all.compactMap { $0.indices.contains(d) ? $0[d] : nil }
        let low = values.min() ?? 0
        return (low, max((values.max() ?? 1) - low, .leastNormalMagnitude))
      }
      let (x, y) = (scale(a), scale(b))
      func place(_ point: [Double]) -> (String, String) {
        (
          SVGText.number(left + side * (point[a] - x.low) / x.span),
          SVGText.number(top + side - side * (point[b] - y.low) / y.span)
        )
      }
      lines.append(
        "<rect class=\"f\" x=\"\(SVGText.number(left))\" y=\"\(SVGText.number(top))\" width=\"\(SVGText.number(side))\" "
          + "height=\"\(SVGText.number(side))\"/>")
      lines.append(
        "<text x=\"\(SVGText.number(left))\" y=\"\(SVGText.number(top + side + 14))\">\(SVGText.escaped(names[a])) "
          + "\(Self.text(x.low)) to \(Self.text(x.low + x.span))</text>")
      lines.append(
        "<text x=\"\(SVGText.number(left))\" y=\"\(SVGText.number(top - 5))\">\(SVGText.escaped(names[b])) "
          + "\(Self.text(y.low)) to \(Self.text(y.low + y.span))</text>")
      for point in points {
        let (px, py) = place(point)
        lines.append("<circle class=\"p\" cx=\"\(px)\" cy=\"\(py)\" r=\"3\"/>")
      }
      guard mesh.count == names.count else { continue }
      let (px, py) = place(mesh)
      lines.append("<path class=\"m\" d=\"M\(px) \(py)m-5 -5l10 10m0 -10l-10 10\"/>")
    }
    lines.append("</svg>")
    svg = lines.joined(separator: "\n") + "\n"
  }

  private static func text(_ value: Double) -> String {
    abs(value) >= 1000 ? SVGText.number(value, 0) : SVGText.number(value, abs(value) < 1 ? 4 : 2)
  }
}
