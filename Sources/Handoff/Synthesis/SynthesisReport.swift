import Foundation

/// The figures of a synthesis for a person.
public struct SynthesisReport: Sendable {
  private let result: SynthesisResult
  private let generator: String

  /// The figures of `result`, of the generator value `generator`.
  public init(_ result: SynthesisResult, generator: String) {
    (self.result, self.generator) = (result, generator)
  }

  private static func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

  /// Name and value of each figure.
  private var rows: [(name: String, value: String)] {
    var rows: [(String, String)] = [
      ("design", generator), ("tools", result.tools.joined(separator: ", ")),
      ("target", result.target.rawValue + (result.usesDSP || result.target == .generic ? "" : ", without DSP blocks")),
    ]
    func add(_ name: String, _ value: Int?) { if let value { rows.append((name, String(value))) } }
    add("gates", result.gates)
    add("depth", result.depth)
    add("LUT", result.lut)
    add("flip-flops", result.flipFlops)
    add("DSP", result.dsp)
    add("block RAM", result.blockMemories)
    for mapped in result.mapped {
      var text = "\(Self.number(mapped.area, 1)) µm²"
      if let gates = mapped.kiloGates { text += ", \(Self.number(gates, 3)) kGE" }
      if let delay = mapped.delay { text += ", longest path \(Self.number(delay, 2)) ns" }
      rows.append(("\(mapped.library) \(mapped.goal)", text))
    }
    if let median = result.medianFrequency, let best = result.bestFrequency {
      let count = result.frequencies.count
      rows.append(
        (
          "Fmax",
          "\(Self.number(median, 1)) MHz, best \(Self.number(best, 1)), of \(count) seed\(count == 1 ? "" : "s")"
        ))
    }
    return rows
  }

  /// Lines for a terminal.
  public var text: String {
    var text = rows.map {
      $0.name.padding(toLength: max(16, $0.name.count + 2), withPad: " ", startingAt: 0) + $0.value + "\n"
    }.joined()
    if !result.criticalPath.isEmpty {
      text += "longest path\n"
      for step in result.criticalPath {
        let delay = Self.number(step.delay, 2)
        let padding = String(repeating: " ", count: max(0, 8 - delay.count))
        text += "  \(padding)\(delay) ns  \(step.name)\(step.place.map { "  \($0)" } ?? "")\n"
      }
    }
    return text
  }

  /// A page.
  public var html: String {
    func escaped(_ text: String) -> String {
      text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
    let figures = rows.map { "<tr><th scope=\"row\">\(escaped($0.name))</th><td>\(escaped($0.value))</td></tr>\n" }
    let total = result.criticalPath.reduce(0) { $0 + $1.delay }
    let path = result.criticalPath.map { step in
      let share = total > 0 ? 100 * step.delay / total : 0
      return
        "<tr><td>\(Self.number(step.delay, 2)) ns</td><td><div class=\"bar\" style=\"width:\(Self.number(share, 1))%\"></div>"
        + "\(escaped(step.name))</td><td>\(escaped(step.place ?? ""))</td></tr>\n"
    }
    let cells = result.cells.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      "<tr><td>\(escaped($0.key))</td><td>\($0.value)</td></tr>\n"
    }
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <title>\(escaped(result.top)) on \(result.target.rawValue)</title>
      <style>
      :root { color-scheme: light dark }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: auto; padding: 1rem }
      table { border-collapse: collapse; display: block; overflow-x: auto }
      th, td { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top }
      .bar { background: #69c; height: .4rem }
      </style></head><body>
      <h1>\(escaped(result.top))</h1>
      <table>\(figures.joined())</table>
      \(path.isEmpty ? "" : "<h2>Longest path</h2><table>\(path.joined())</table>")
      <h2>Cells</h2><table>\(cells.joined())</table>
      </body></html>

      """
  }
}
