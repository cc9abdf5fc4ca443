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
    var origin: [Item: (x: Double, y: Double)] = [:]
    for (column, items) in rows.enumerated() {
      let used = Double(items.count) * (Self.boxHeight + Self.rowGap) - Self.rowGap
      for (row, item) in items.enumerated() {
        origin[item] = (
          Self.margin + Double(column) * (Self.boxWidth + Self.columnGap),
          Self.margin + (inner - used) / 2 + Double(row) * (Self.boxHeight + Self.rowGap)
        )
      }
    }
    let paths = lines.indices.compactMap { index -> String? in
      let line = lines[index]
      guard let from = origin[.box(line.from)], let to = origin[.box(line.to)] else { return nil }
      let between = boxes[line.from].column + 1..<max(boxes[line.from].column + 1, boxes[line.to].column)
      let way = between.compactMap { origin[.passage(line: index, column: $0)] }
      let title = "<title>\(HTMLDocument.escaped("\(boxes[line.from].title) → \(boxes[line.to].title)"))</title>"
      return "<path class=\"\(boxes[line.to].column > boxes[line.from].column ? "line" : "line back")\" "
        + "marker-end=\"url(#arrow)\" d=\"\(Self.path(from, to, by: way, below: height - 12))\">\(title)</path>"
    }
    let shapes = boxes.indices.compactMap { box -> String? in
      guard let place = origin[.box(box)] else { return nil }
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

  /// What takes a place in a column: a box, or a line that passes it on the way to a later column.
  private enum Item: Hashable {
    case box(Int)
    case passage(line: Int, column: Int)
  }

  /// The items of each column from top to bottom, each near those that it comes from.
  private func ordered(_ columns: Int) -> [[Item]] {
    var sources: [Item: [Item]] = [:]
    var items = [[Item]](repeating: [], count: columns)
    for box in boxes.indices { items[boxes[box].column].append(.box(box)) }
    for (index, line) in lines.enumerated() where boxes[line.to].column > boxes[line.from].column {
      var last = Item.box(line.from)
      for column in boxes[line.from].column + 1..<boxes[line.to].column {
        let passage = Item.passage(line: index, column: column)
        items[column].append(passage)
        sources[passage] = [last]
        last = passage
      }
      sources[.box(line.to), default: []].append(last)
    }
    var height: [Item: Double] = [:]
    for column in 0..<columns {
      let wanted = items[column].enumerated().map { place, item in
        let before = (sources[item] ?? []).compactMap { height[$0] }
        let own = Double(place) / Double(max(1, items[column].count))
        return (item, place, before.isEmpty ? own : before.reduce(0, +) / Double(before.count))
      }
      items[column] = wanted.sorted { ($0.2, $0.1) < ($1.2, $1.1) }.map(\.0)
      for (place, item) in items[column].enumerated() {
        height[item] = (Double(place) + 0.5) / Double(items[column].count)
      }
    }
    return items
  }

  private static func path(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), by way: [(x: Double, y: Double)], below: Double
  ) -> String {
    let start = (x: from.x + boxWidth, y: from.y + boxHeight / 2)
    let end = (x: to.x, y: to.y + boxHeight / 2)
    guard end.x <= start.x else {
      var text = "M\(Self.text(start.x)) \(Self.text(start.y))"
      var last = start
      func bend(to next: (x: Double, y: Double)) {
        let half = (next.x - last.x) / 2
        text +=
          "C\(Self.text(last.x + half)) \(Self.text(last.y)) \(Self.text(next.x - half)) \(Self.text(next.y)) "
          + "\(Self.text(next.x)) \(Self.text(next.y))"
        last = next
      }
      for place in way {
        bend(to: (place.x, place.y + boxHeight / 2))
        last.x += boxWidth
        text += "H\(Self.text(last.x))"
      }
      bend(to: end)
      return text
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
