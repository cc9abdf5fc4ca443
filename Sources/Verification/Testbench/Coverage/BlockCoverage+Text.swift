extension BlockCoverage {
  /// One line: goals and runs.
  public var summary: String {
    let goals = goals
    let runs = runs.count == 1 ? "1 run" : "\(runs.count) runs"
    return "\(title): \(goals.reached) of \(goals.total) goals reached in \(runs), \(percent(share))"
  }

  /// The whole report for a terminal of `width` columns: what is empty, how long things took, and what of the Verilog was
  /// not exercised.
  ///
  /// - Parameter all: Every point with its bins, and not only what is missing.
  public func text(width: Int = 100, all: Bool = false) -> String {
    var lines = [summary]
    if all { lines += pointLines() }
    let gaps = gaps
    if !gaps.isEmpty {
      lines += ["", "Goals that are not reached:"]
      for gap in gaps.prefix(Self.shown) {
        lines += ["  \(gap.point): \(gap.bin), \(gap.hits) of \(gap.goal)", "    \(gap.reason)"]
      }
      if gaps.count > Self.shown { lines.append("  and \(gaps.count - Self.shown) more; --json or --html has all") }
    }
    let surprises = surprises
    if !surprises.isEmpty {
      lines += ["", "Hit although excluded:"]
      for gap in surprises.prefix(Self.shown) {
        lines.append("  \(gap.point): \(gap.bin), \(gap.hits) times; the reason given was: \(gap.reason)")
      }
    }
    for latency in latencies {
      lines += ["", "Clocks from '\(latency.from)' to '\(latency.to)': \(latency.clocks.summary)"]
      lines += latency.clocks.drawing(width: width)
    }
    for throughput in throughputs {
      lines += [
        "",
        "Transactions of '\(throughput.stream)' in \(RunCoverage.throughputWindow) clocks: "
          + throughput.transactions.summary,
      ]
      lines += throughput.transactions.drawing(width: width)
    }
    if let structure { lines += structure.lines() }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let shown = 40

  private func pointLines() -> [String] {
    var lines: [String] = []
    for (point, hits) in zip(points, hits) {
      let goals = zip(point.bins, hits).filter { $0.0.goal > 0 }
      let reached = goals.count { $1 >= $0.goal }
      lines.append("  \(point.name): \(reached) of \(goals.count)")
      for (bin, count) in zip(point.bins, hits) {
        let note = bin.because.map { ", excluded: \($0)" } ?? (bin.goal == 0 ? ", illegal" : "")
        lines.append("    \(bin.name): \(count)\(bin.goal > 1 ? " of \(bin.goal)" : "")\(note)")
      }
    }
    return lines
  }
}

extension StructuralCoverage {
  /// Shares, and what no run exercised.
  func lines() -> [String] {
    let (code, bits) = (share(of: Self.lineKinds), share(of: [.toggle]))
    var lines = [
      "",
      "Verilog (\(tool)): \(code.reached) of \(code.total) blocks and branches run, \(bits.reached) of "
        + "\(bits.total) \(items.contains { $0.name.hasSuffix("->1") } ? "edges of bits" : "bits") seen",
    ]
    let missed = missed(Self.lineKinds)
    if !missed.isEmpty { lines.append("Never run:") }
    for item in missed.prefix(40) {
      lines.append(
        "  \(item.file):\(Self.ranges(item.lines)) \(item.name)\(item.place.map { ", made by \($0)" } ?? "")")
    }
    if missed.count > 40 { lines.append("  and \(missed.count - 40) more") }
    let still = stillBits
    if !still.isEmpty { lines.append("Never changed:") }
    for bit in still.prefix(40) {
      lines.append(
        "  \(bit.module).\(bit.signal) (\(bit.file):\(bit.line))\(bit.place.map { ", made by \($0)" } ?? "")")
    }
    if still.count > 40 { lines.append("  and \(still.count - 40) more") }
    return lines
  }

  /// Numbers with those that follow each other as a range: `9-10,12`.
  static func ranges(_ numbers: [Int]) -> String {
    var parts: [String] = []
    var start: Int?
    for (index, number) in numbers.enumerated() {
      if start == nil { start = number }
      if index + 1 < numbers.count, numbers[index + 1] == number + 1 { continue }
      parts.append(start == number ? "\(number)" : "\(start!)-\(number)")
      start = nil
    }
    return parts.joined(separator: ",")
  }
}

/// A share in percent with a decimal, never rounded up to all.
func percent(_ share: Double) -> String { decimal((share * 1000).rounded(.down) / 10, 1) + " %" }
