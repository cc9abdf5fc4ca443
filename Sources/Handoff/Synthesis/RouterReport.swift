import Foundation

/// The report of nextpnr.
struct RouterReport: Hashable {
  /// A stretch of a path.
  struct Step: Hashable {
    var delay: Double
    /// Net of a stretch of wire; nil of logic.
    var net: String?
    /// Files and lines of the net.
    var sources: [String]
  }

  /// MHz of the slowest clock that has a path; nil without any.
  let frequency: Double?
  let longestPath: [Step]

  init(path: String) throws {
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
    let clocks = object?["fmax"] as? [String: [String: Any]] ?? [:]
    frequency = clocks.values.compactMap { ($0["achieved"] as? NSNumber)?.doubleValue }.min()
    var longest: [Step] = []
    for path in object?["critical_paths"] as? [[String: Any]] ?? [] {
      let ends = [path["from"], path["to"]].compactMap { $0 as? String }
      // Paths from and to pins say nothing of the design between registers.
      guard ends.allSatisfy({ $0.hasPrefix("posedge") || $0.hasPrefix("negedge") }) else { continue }
      let steps = (path["path"] as? [[String: Any]] ?? []).map { step in
        Step(
          delay: (step["delay"] as? NSNumber)?.doubleValue ?? 0, net: step["net"] as? String,
          sources: step["sources"] as? [String] ?? [])
      }
      let sum = { (steps: [Step]) in steps.reduce(0) { $0 + $1.delay } }
      if sum(steps) > sum(longest) { longest = steps }
    }
    longestPath = longest
  }
}
