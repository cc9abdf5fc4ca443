import Foundation

/// The error of a function over all bfloat16 operands as a drawing that needs nothing else (SVG), light or dark as the
/// reader's browser is.
public struct FunctionErrorPlot: Sendable {
  /// Name of the function.
  public let function: String
  /// For each code the error in ulp; nil where there is none.
  public let errors: [Double?]

  /// A plot of `errors`, one for each of the 65,536 codes.
  public init(_ function: String, errors: [Double?]) {
    self.function = function
    self.errors = errors
  }

  private static let (width, height, left, top, bottom) = (720.0, 200.0, 46.0, 28.0, 34.0)
  private static let columns = 510

  /// The greatest error of each 128 neighbouring numbers, from −2^128 to 2^128; nil where no result is finite.
  public var peaks: [Double?] {
    // Negative codes count down; NaN and infinity are no neighbours.
    let order = (0x8000..<0xFF80).reversed() + (0x0000..<0x7F80)
    return (0..<Self.columns).map { column in
      order[column * 128..<(column + 1) * 128].compactMap { errors[$0] }.max()
    }
  }

  /// The drawing.
  public var svg: String {
    let (width, height) = (Self.width, Self.height)
    let peaks = peaks
    let limit = max(1, (peaks.compactMap { $0 }.filter { $0.isFinite }.max() ?? 0).rounded(.up))
    let (floor, span) = (height - Self.bottom, height - Self.bottom - Self.top)
    let step = (width - Self.left - 10) / Double(Self.columns)
    func x(_ column: Double) -> String { Self.text(Self.left + column * step) }
    func y(_ error: Double) -> String { Self.text(floor - min(error, limit) / limit * span) }
    let bars = peaks.enumerated().compactMap { column, peak in
      peak.map { "M\(x(Double(column) + 0.5)) \(Self.text(floor))V\(y($0))" }
    }
    let marks: [(Double, String)] = [
      (0, "−2¹²⁸"), (128, "−1"), (255, "0"), (382, "1"), (510, "2¹²⁸"),
    ]
    let labels = marks.map { column, text in
      "<path class=\"axis\" d=\"M\(x(column)) \(Self.text(floor))v5\"/>"
        + "<text x=\"\(x(column))\" y=\"\(Self.text(floor + 20))\" text-anchor=\"middle\">\(text)</text>"
    }
    let lines = [0, limit / 2, limit].map { error in
      "<path class=\"grid\" d=\"M\(Self.text(Self.left)) \(y(error))H\(Self.text(width - 10))\"/>"
        + "<text x=\"\(Self.text(Self.left - 6))\" y=\"\(Self.text((Double(y(error)) ?? 0) + 4))\" text-anchor=\"end\">"
        + "\(Self.text(error))</text>"
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.text(width)) \(Self.text(height))" role="img">
      <title>Error of \(function) in ulp</title>
      <style>
      text { font: 12px system-ui, sans-serif; fill: #333 }
      .axis { stroke: #333; fill: none }
      .grid { stroke: #ccc; fill: none }
      .error { stroke: #0a6ebd; fill: none; stroke-width: \(Self.text(step)) }
      @media (prefers-color-scheme: dark) {
      text { fill: #ddd } .axis { stroke: #ddd } .grid { stroke: #444 } .error { stroke: #5ab0f2 }
      }
      </style>
      <text x="\(Self.text(Self.left))" y="16">\(function): error in ulp over the operand</text>
      \(lines.joined(separator: "\n"))
      <path class="error" d="\(bars.joined())"/>
      \(labels.joined(separator: "\n"))
      </svg>

      """
  }

  private static func text(_ number: Double) -> String {
    let text = String(format: "%.2f", number)
    return text.contains(".") ? text.replacingOccurrences(of: #"\.?0+$"#, with: "", options: .regularExpression) : text
  }
}
