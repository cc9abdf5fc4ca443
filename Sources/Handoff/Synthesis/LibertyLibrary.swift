import Foundation

/// A liberty file in the form that abc and OpenSTA read.
///
/// Old libraries call their tables of delays propagation; where transitions are measured between the same thresholds as delays,
/// these are the delays of a cell. abc needs a buffer, which a library of inverters and gates may lack: then there is one of two
/// inverters for it, which are put back behind it.
struct LibertyLibrary {
  /// The library, for areas and timing.
  let text: String
  /// The library for abc.
  let mapping: String
  /// Verilog of what only abc sees; nil where there is nothing.
  let cells: String?

  init(_ library: String) {
    var text = library
    if !text.contains("cell_rise") {
      text = text.replacingOccurrences(of: "rise_propagation", with: "cell_rise")
        .replacingOccurrences(of: "fall_propagation", with: "cell_fall")
    }
    self.text = text
    let cells = Self.cells(of: text)
    let inverters = cells.filter { $0.function == "!" + $0.input }.sorted { $0.area < $1.area }
    guard !cells.contains(where: { !$0.input.isEmpty && $0.function == $0.input }), !inverters.isEmpty else {
      (mapping, self.cells) = (text, nil)
      return
    }
    // Of five strengths the second one drives the fourth one.
    let (first, second) = (inverters[(inverters.count - 1) / 4], inverters[(inverters.count - 1) * 3 / 4])
    let name = "buffer_of_inverters"
    let function = second.text.replacing(/function\s*:\s*"[^"]*"/) { _ in "function : \"\(second.input)\"" }
      .replacing(/cell_footprint\s*:\s*[^;]*;/) { _ in "" }
      .replacing(/area\s*:\s*[0-9.]+/, maxReplacements: 1) { _ in "area : \(first.area + second.area)" }
      .replacing(/^cell\s*\([^)]*\)/) { _ in "cell(\(name))" }
    mapping = text.replacingOccurrences(of: second.text, with: function + "\n" + second.text)
    self.cells = """
      module \(name)(input \(second.input), output \(second.output));
        wire inverted;
        \(first.name) first(.\(first.input)(\(second.input)), .\(first.output)(inverted));
        \(second.name) second(.\(second.input)(inverted), .\(second.output)(\(second.output)));
      endmodule

      """
  }

  private struct Cell {
    var name, text: String
    var area: Double
    /// The only input and the output; empty where there are others.
    var input, output: String
    var function: String
  }

  /// The cells, each with its braces.
  private static func cells(of text: String) -> [Cell] {
    text.matches(of: /\bcell\s*\(\s*"?([A-Za-z0-9_]+)"?\s*\)\s*\{/).compactMap { match in
      var (depth, end) = (1, match.range.upperBound)
      while depth > 0, end < text.endIndex {
        if text[end] == "{" { depth += 1 } else if text[end] == "}" { depth -= 1 }
        end = text.index(after: end)
      }
      let body = String(text[match.range.lowerBound..<end])
      let pins = body.matches(of: /\bpin\s*\(\s*"?([A-Za-z0-9_]+)"?\s*\)\s*\{[^{}]*?direction\s*:\s*"?(input|output)"?/)
      let inputs = pins.filter { $0.output.2 == "input" }.map { String($0.output.1) }
      let outputs = pins.filter { $0.output.2 == "output" }.map { String($0.output.1) }
      let area = body.firstMatch(of: /\barea\s*:\s*([0-9.]+)/).flatMap { Double($0.output.1) } ?? 0
      let functions = body.matches(of: /function\s*:\s*"([^"]*)"/).map {
        $0.output.1.filter { !" ()".contains($0) }
      }
      let isPlain = inputs.count == 1 && outputs.count == 1 && functions.count == 1 && !body.contains("ff(")
      return Cell(
        name: String(match.output.1), text: body, area: area, input: isPlain ? inputs[0] : "",
        output: isPlain ? outputs[0] : "", function: isPlain ? functions[0] : "")
    }
  }
}
