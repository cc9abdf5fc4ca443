extension Graph {
  /// The graph as an SVG drawing: data flows downwards, a box for each node, sites marked.
  public func svg() -> String {
    let rows = drawingRows()
    var places: [Int: (x: Int, y: Int)] = [:]
    let (width, height, gapX, gapY, margin) = (230, 44, 26, 34, 20)
    let widest = rows.map(\.count).max() ?? 0
    let total = widest * (width + gapX) - gapX + 2 * margin
    for (depth, row) in rows.enumerated() {
      let left = (total - row.count * (width + gapX) + gapX) / 2
      for (column, index) in row.enumerated() {
        places[index] = (left + column * (width + gapX), margin + depth * (height + gapY))
      }
    }
    let bottom = 2 * margin + rows.count * (height + gapY) - gapY
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(max(total, 2 * margin)) \(max(bottom, 2 * margin))\" "
        + "font-family=\"sans-serif\" font-size=\"11\">",
      "<title>\(Self.escaped(name))</title>",
    ]
    for (index, node) in nodes.enumerated() {
      guard let to = places[index] else { continue }
      for input in node.inputs {
        guard let from = places[input.index] else { continue }
        let (x0, y0, x1, y1) = (from.x + width / 2, from.y + height, to.x + width / 2, to.y)
        lines.append(
          "<path d=\"M\(x0) \(y0)C\(x0) \(y0 + gapY / 2) \(x1) \(y1 - gapY / 2) \(x1) \(y1)\" fill=\"none\" stroke=\"#888\"/>"
        )
      }
    }
    let results = Dictionary(outputs.map { ($0.value.index, $0.name) }, uniquingKeysWith: { $0 + ", " + $1 })
    for (index, node) in nodes.enumerated() {
      guard let (x, y) = places[index] else { continue }
      let thickness = results[index] == nil ? 1 : 3
      lines.append(
        "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" rx=\"5\" fill=\"\(node.operation.colour)\" "
          + "stroke=\"#444\" stroke-width=\"\(thickness)\"/>")
      lines.append("<text x=\"\(x + 8)\" y=\"\(y + 17)\">\(Self.escaped(Self.shortened(node.name)))</text>")
      let extents = node.shape.map(String.init).joined(separator: " x ")
      lines.append(
        "<text x=\"\(x + 8)\" y=\"\(y + 34)\" fill=\"#333\">\(Self.escaped(node.operation.word)) \(extents)</text>")
      if let mark = node.site?.description ?? results[index] {
        lines.append(
          "<text x=\"\(x + width - 8)\" y=\"\(y + 34)\" text-anchor=\"end\" font-weight=\"bold\">\(Self.escaped(mark))</text>"
        )
      }
    }
    lines.append("</svg>")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The nodes of each row: a node stands below all that it reads, an input right above its first reader.
  private func drawingRows() -> [[Int]] {
    var depths = [Int](repeating: 0, count: nodes.count)
    for (index, node) in nodes.enumerated() {
      depths[index] = node.inputs.map { depths[$0.index] + 1 }.max() ?? 0
    }
    var firstReader = [Int?](repeating: nil, count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { firstReader[input.index] = min(firstReader[input.index] ?? .max, depths[index]) }
    }
    for (index, node) in nodes.enumerated() where node.inputs.isEmpty {
      depths[index] = max(0, (firstReader[index] ?? 1) - 1)
    }
    var rows = [[Int]](repeating: [], count: (depths.max() ?? -1) + 1)
    for (index, depth) in depths.enumerated() { rows[depth].append(index) }
    return rows
  }

  private static func shortened(_ name: String) -> String { name.count <= 36 ? name : "…" + name.suffix(35) }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}

extension GraphOperation {
  /// The colour of a box: products, functions, data, movement.
  fileprivate var colour: String {
    switch self {
    case .linear, .matmul, .patchEmbedding: "#cfe2f3"
    case .softmax, .layerNorm, .rmsNorm, .activation: "#fde9c8"
    case .input, .parameter, .embedding, .relativeBias: "#d9ead3"
    case .add, .multiply, .scale, .rotary, .pooling, .argmax: "#ead7ee"
    case .reshape, .slice, .transpose, .concatenate: "#efefef"
    }
  }
}
