import Foundation
import Testbench

extension BlockDiagram {
  private static let (boxWidth, boxHeight, columnGap, rowGap, margin) = (168.0, 44.0, 84.0, 18.0, 16.0)

  /// The drawing (SVG); its colours are those of the page around it, or light and dark by themselves.
  public var svg: String {
    guard !boxes.isEmpty else { return "" }
    let columns = (boxes.map(\.column).max() ?? 0) + 1
    let rows = ordered(columns)
    let tallest = Double(rows.map(\.count).max() ?? 1)
    let backward = lines.contains { boxes[$0.to].column <= boxes[$0.from].column }
    let inner = tallest * (Self.boxHeight + Self.rowGap) - Self.rowGap
    let (width, height) = (
      2 * Self.margin + Double(columns) * (Self.boxWidth + Self.columnGap) - Self.columnGap,
      2 * Self.margin + inner + (backward ? 34 : 0)
    )
    var origin: [Int: (x: Double, y: Double)] = [:]
    for (column, boxes) in rows.enumerated() {
      let used = Double(boxes.count) * (Self.boxHeight + Self.rowGap) - Self.rowGap
      for (row, box) in boxes.enumerated() {
        origin[box] = (
          Self.margin + Double(column) * (Self.boxWidth + Self.columnGap),
          Self.margin + (inner - used) / 2 + Double(row) * (Self.boxHeight + Self.rowGap)
        )
      }
    }
    let paths = lines.compactMap { line -> String? in
      guard let from = origin[line.from], let to = origin[line.to] else { return nil }
      let title = "<title>\(HTMLDocument.escaped("\(boxes[line.from].title) → \(boxes[line.to].title)"))</title>"
      return "<path class=\"\(boxes[line.to].column > boxes[line.from].column ? "line" : "line back")\" "
        + "marker-end=\"url(#arrow)\" d=\"\(Self.path(from, to, below: height - 12))\">\(title)</path>"
    }
    let shapes = boxes.indices.compactMap { box -> String? in
      guard let place = origin[box] else { return nil }
      return shape(boxes[box], place)
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.text(width)) \(Self.text(height))" \
      style="min-width: \(Self.text(min(width, 640)))px; max-width: \(Self.text(width))px" role="img" \
      aria-label="Block diagram">
      <style>
      .box { fill: #eef3fa; stroke: #39638f } .input, .output { fill: #f3f3f3; stroke: #888 }
      .state { fill: #fdf5e3; stroke: #a27a1d } .name, .detail { font: 12px system-ui, sans-serif; fill: #222 }
      .detail { font-size: 11px; fill: #555 } .line { fill: none; stroke: #777 } .back { stroke-dasharray: 4 3 }
      #arrow path { fill: #777 }
      @media (prefers-color-scheme: dark) {
      .box { fill: #1d2a3a; stroke: #7ea6d6 } .input, .output { fill: #2a2a2a; stroke: #999 }
      .state { fill: #33290f; stroke: #d0a94a } .name { fill: #eee } .detail { fill: #bbb } .line { stroke: #999 }
      #arrow path { fill: #999 }
      }
      </style>
      <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
      <path d="M0 0L8 4L0 8z"/></marker></defs>
      \(paths.joined(separator: "\n"))
      \(shapes.joined(separator: "\n"))
      </svg>

      """
  }

  /// The boxes of each column from top to bottom, each near those that it reads.
  private func ordered(_ columns: Int) -> [[Int]] {
    var rows = [[Int]](repeating: [], count: columns)
    var height: [Int: Double] = [:]
    for column in 0..<columns {
      let here = boxes.indices.filter { boxes[$0].column == column }
      func wanted(_ box: Int) -> Double {
        let before = lines.filter { $0.to == box && boxes[$0.from].column < column }.compactMap { height[$0.from] }
        return before.isEmpty ? Double(box) / Double(boxes.count) : before.reduce(0, +) / Double(before.count)
      }
      rows[column] = here.map { ($0, wanted($0)) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
      for (place, box) in rows[column].enumerated() {
        height[box] = (Double(place) + 0.5) / Double(max(1, here.count))
      }
    }
    return rows
  }

  private static func path(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double), below: Double) -> String {
    let start = (x: from.x + boxWidth, y: from.y + boxHeight / 2)
    let end = (x: to.x, y: to.y + boxHeight / 2)
    guard end.x <= start.x else {
      let half = (end.x - start.x) / 2
      return "M\(text(start.x)) \(text(start.y))C\(text(start.x + half)) \(text(start.y)) "
        + "\(text(end.x - half)) \(text(end.y)) \(text(end.x)) \(text(end.y))"
    }
    // Back: out at the right, along below all boxes, in from the left.
    return
      "M\(text(start.x)) \(text(start.y))C\(text(start.x + 30)) \(text(start.y)) \(text(start.x + 30)) \(text(below)) "
      + "\(text(start.x)) \(text(below))H\(text(end.x))C\(text(end.x - 30)) \(text(below)) \(text(end.x - 30)) "
      + "\(text(end.y)) \(text(end.x)) \(text(end.y))"
  }

  private func shape(_ box: Box, _ place: (x: Double, y: Double)) -> String {
    let hasDetail = !box.detail.isEmpty
    let middle = place.x + Self.boxWidth / 2
    let radius = box.kind == .input || box.kind == .output ? Self.boxHeight / 2 : 4
    return "<g><title>\(HTMLDocument.escaped(hasDetail ? "\(box.title): \(box.detail)" : box.title))</title>"
      + "<rect class=\"box \(box.kind.rawValue)\" x=\"\(Self.text(place.x))\" y=\"\(Self.text(place.y))\" "
      + "width=\"\(Self.text(Self.boxWidth))\" height=\"\(Self.text(Self.boxHeight))\" rx=\"\(Self.text(radius))\"/>"
      + "<text class=\"name\" x=\"\(Self.text(middle))\" y=\"\(Self.text(place.y + (hasDetail ? 19 : 27)))\" "
      + "text-anchor=\"middle\">\(HTMLDocument.escaped(Self.shortened(box.title)))</text>"
      + (hasDetail
        ? "<text class=\"detail\" x=\"\(Self.text(middle))\" y=\"\(Self.text(place.y + 35))\" text-anchor=\"middle\">"
          + "\(HTMLDocument.escaped(Self.shortened(box.detail)))</text>" : "")
      + "</g>"
  }

  /// As much of a text as a box has room for.
  private static func shortened(_ text: String) -> String { text.count <= 24 ? text : text.prefix(23) + "…" }

  private static func text(_ number: Double) -> String {
    number == number.rounded() ? String(Int(number)) : String(format: "%.1f", number)
  }
}
