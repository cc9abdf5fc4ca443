import Foundation

/// The points of an exploration as a table and as a picture, with those marked that no other one beats.
public struct ParetoFront: Sendable {
  /// All points, in the order of the sweep.
  public let points: [ExploredPoint]
  /// Indices of the points of which none other is at least as good in area and time, and better in one.
  public let best: Set<Int>

  /// The front of `points`.
  public init(_ points: [ExploredPoint]) {
    self.points = points
    best = Set(
      points.indices.filter { index in
        guard let area = points[index].area, let time = points[index].time else { return false }
        return !points.indices.contains { other in
          guard let a = points[other].area, let t = points[other].time else { return false }
          return a <= area && t <= time && (a < area || t < time)
        }
      })
  }

  /// What time is counted in.
  private var isPlaced: Bool { points.contains { $0.synthesis?.medianFrequency != nil } }

  private var areaName: String {
    guard let synthesis = points.lazy.compactMap(\.synthesis).first else { return "area" }
    if let mapped = synthesis.mapped.first { return mapped.kiloGates == nil ? "area" : "kGE" }
    return synthesis.lut == nil ? "gates" : "LUT"
  }

  /// A line a point, with a heading.
  public var csv: String {
    let names = points.first?.settings.map { String($0.prefix { $0 != "=" }) } ?? []
    var text =
      (names + ["cycles", areaName, "flip_flops", "dsp", "block_ram", "fmax_mhz", "pareto", "problem"])
      .joined(separator: ",") + "\n"
    for (index, point) in points.enumerated() {
      let synthesis = point.synthesis
      var cells = point.settings.map { String($0.drop { $0 != "=" }.dropFirst()) }
      cells.append(point.cycles.map(String.init) ?? "")
      cells.append(point.area.map { $0 == $0.rounded() ? String(Int($0)) : String(format: "%.3f", $0) } ?? "")
      cells += [synthesis?.flipFlops, synthesis?.dsp, synthesis?.blockMemories].map { $0.map(String.init) ?? "" }
      cells.append(synthesis?.medianFrequency.map { String(format: "%.1f", $0) } ?? "")
      cells.append(best.contains(index) ? "yes" : "no")
      let problem = (point.problem ?? "").split(whereSeparator: \.isNewline).joined(separator: " ")
      cells.append(problem.isEmpty ? "" : "\"" + problem.replacing("\"", with: "\"\"") + "\"")
      text += cells.joined(separator: ",") + "\n"
    }
    return text
  }

  /// Area to the right and time upwards, both on logarithmic scales; the best points are joined.
  public var svg: String {
    let drawn = points.indices.compactMap { index in
      points[index].area.flatMap { area in points[index].time.map { (index: index, area: area, time: $0) } }
    }.filter { $0.area > 0 && $0.time > 0 }
    let (width, height, margin) = (720.0, 480.0, 70.0)
    func scale(_ values: [Double], _ length: Double) -> (Double) -> Double {
      let logs = values.map { log($0) }
      let (low, high) = (logs.min() ?? 0, logs.max() ?? 1)
      let span = high - low < 1e-9 ? 1 : high - low
      return { (log($0) - low) / span * length }
    }
    let x = scale(drawn.map(\.area), width - 2 * margin)
    let y = scale(drawn.map(\.time), height - 2 * margin)
    func place(_ point: (index: Int, area: Double, time: Double)) -> (String, String) {
      (String(format: "%.1f", margin + x(point.area)), String(format: "%.1f", height - margin - y(point.time)))
    }
    let timeName = isPlaced ? "time in µs" : "cycles"
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 480" role="img" aria-label="\(areaName) and \(timeName)">
      <style>text{font:12px sans-serif;fill:#333}.axis{stroke:#888;fill:none}.front{stroke:#c40;fill:none}
      @media(prefers-color-scheme:dark){text{fill:#ddd}}</style>
      <path class="axis" d="M70 40V410H690"/>
      <text x="380" y="450" text-anchor="middle">\(areaName), logarithmic</text>
      <text x="20" y="225" text-anchor="middle" transform="rotate(-90 20 225)">\(timeName), logarithmic</text>

      """
    let front = drawn.filter { best.contains($0.index) }.sorted { ($0.area, $0.time) < ($1.area, $1.time) }.map(place)
    if front.count > 1 {
      text += "<polyline class=\"front\" points=\"\(front.map { "\($0.0),\($0.1)" }.joined(separator: " "))\"/>\n"
    }
    for point in drawn {
      let (left, top) = place(point)
      let name = points[point.index].settings.joined(separator: " ")
        .replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      let colour = best.contains(point.index) ? "#c40" : "#69c"
      text += "<circle cx=\"\(left)\" cy=\"\(top)\" r=\"5\" fill=\"\(colour)\"><title>\(name)</title></circle>"
      text += "<text x=\"\(left)\" y=\"\(top)\" dx=\"8\" dy=\"-6\">\(name)</text>\n"
    }
    return text + "</svg>\n"
  }
}
