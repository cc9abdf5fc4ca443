extension CoverageDatabase {
  /// A page that stands by itself: a table of the blocks, and for each one what is missing, its points and crosses, how
  /// long things took, and its Verilog with marks.
  public func html() -> String {
    let goals = blocks.map(\.goals)
    let (reached, total) = (goals.reduce(0) { $0 + $1.reached }, goals.reduce(0) { $0 + $1.total })
    let closed = blocks.count { $0.isClosed }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>Coverage: \(closed) of \(blocks.count) closed</title>
      <style>
      \(CoveragePage.style)
      </style>
      </head>
      <body>
      <h1>Coverage</h1>
      <p class="lead">\(closed) of \(blocks.count) closed: \(reached) of \(total) goals reached in \
      \(blocks.reduce(0) { $0 + $1.runs.count }) runs of \(blocks.reduce(0) { $0 + $1.cycles }) clocks.</p>
      \(blocks.count > 1 ? overview : "")
      \(blocks.enumerated().map { $1.section($0, isAlone: blocks.count == 1) }.joined(separator: "\n"))
      <script>
      \(CoveragePage.script)
      </script>
      </body>
      </html>

      """
  }

  private var overview: String {
    let rows = blocks.enumerated().map { index, block in
      let goals = block.goals
      return "<tr><th scope=\"row\"><a href=\"#block-\(index)\">\(block.title.escaped)</a></th>"
        + "<td>\(CoveragePage.bar(goals.reached, goals.total))</td><td data-sort=\"\(block.share)\">\(percent(block.share))</td>"
        + "<td>\(goals.total - goals.reached)</td><td>\(block.runs.count)</td><td>\(block.cycles)</td></tr>"
    }
    return CoveragePage.table(["block", "goals", "coverage", "missing", "runs", "clocks"], rows)
  }
}

extension BlockCoverage {
  fileprivate func section(_ index: Int, isAlone: Bool) -> String {
    var parts = ["<section id=\"block-\(index)\"><h2>\(title.escaped)</h2>"]
    parts.append("<p>\(summary.escaped) \u{00B7} <code>\(generator.escaped)</code></p>")
    let gaps = gaps
    if !gaps.isEmpty {
      parts.append("<h3>Goals that are not reached</h3>")
      parts.append(
        CoveragePage.table(
          ["point", "bin", "hits", "why"], texts: ["bin", "why"],
          gaps.map {
            "<tr class=\"bad\"><th scope=\"row\">\($0.point.escaped)</th><td class=\"text\">\($0.bin.escaped)</td>"
              + "<td>\($0.hits) of \($0.goal)</td><td class=\"text\">\($0.reason.escaped)</td></tr>"
          }))
    }
    let surprises = surprises
    if !surprises.isEmpty {
      parts.append("<h3>Hit although excluded</h3>")
      parts.append(
        CoveragePage.table(
          ["point", "bin", "hits", "reason given"], texts: ["bin", "reason given"],
          surprises.map {
            "<tr><th scope=\"row\">\($0.point.escaped)</th><td class=\"text\">\($0.bin.escaped)</td>"
              + "<td>\($0.hits)</td><td class=\"text\">\($0.reason.escaped)</td></tr>"
          }))
    }
    parts.append("<details\(isAlone ? " open" : "")><summary>Points and crosses</summary>\(pointTable)</details>")
    let histograms =
      latencies.map { ("Clocks from \($0.from) to \($0.to)", $0.clocks) }
      + throughputs.map {
        ("Transactions of \($0.stream) in \(RunCoverage.throughputWindow) clocks", $0.transactions)
      }
    if !histograms.isEmpty {
      let figures = histograms.map { CoveragePage.figure($0, $1) }.joined(separator: "\n")
      parts.append(
        "<details\(isAlone ? " open" : "")><summary>Latency and throughput</summary><div class=\"figures\">\(figures)"
          + "</div></details>")
    }
    if let structure { parts.append(structure.section(isAlone: isAlone)) }
    return parts.joined(separator: "\n") + "</section>"
  }

  private var pointTable: String {
    let rows = zip(points, hits).map { point, hits in
      let goals = zip(point.bins, hits).filter { $0.0.goal > 0 }
      let reached = goals.count { $1 >= $0.goal }
      let bins = zip(point.bins, hits).map { bin, count in
        let kind = bin.goal == 0 ? "out" : count >= bin.goal ? "hit" : "miss"
        let note =
          bin.because.map { ", excluded: \($0)" }
          ?? (bin.goal == 0 ? ", illegal" : bin.goal > 1 ? " of \(bin.goal)" : "")
        return "<span class=\"bin \(kind)\" title=\"\("\(bin.name): \(count)\(note)".escaped)\">\(bin.name.escaped)"
          + "<b>\(count)</b></span>"
      }
      let all = bins.joined(separator: " ")
      let shown =
        bins.count <= 16
        ? all : "<details><summary>\(bins.count) bins</summary>\(all)</details>"
      return "<tr class=\"\(reached == goals.count ? "" : "bad")\"><th scope=\"row\">\(point.name.escaped)"
        + "<small>\(point.over.escaped)</small></th><td>\(CoveragePage.bar(reached, goals.count))</td>"
        + "<td class=\"text\">\(shown)</td></tr>"
    }
    return CoveragePage.table(["point", "goals", "bins"], texts: ["bins"], rows)
  }
}

extension StructuralCoverage {
  fileprivate func section(isAlone: Bool) -> String {
    let (code, bits) = (share(of: Self.lineKinds), share(of: [.toggle]))
    var parts = [
      "<h3>Verilog</h3><p>\(tool.escaped): blocks and branches \(CoveragePage.bar(code.reached, code.total)) "
        + "bits \(CoveragePage.bar(bits.reached, bits.total)) in \(runs.count) runs.</p>"
    ]
    let still = stillBits
    if !still.isEmpty {
      parts.append("<details><summary>\(still.count) signals with bits that never changed</summary>")
      parts.append(
        CoveragePage.table(
          ["module", "bits", "Verilog", "Swift"], texts: ["bits", "Verilog", "Swift"],
          still.map {
            "<tr><th scope=\"row\">\($0.module.escaped)</th><td class=\"text\"><code>\($0.signal.escaped)</code></td>"
              + "<td class=\"text\">\($0.file.escaped):\($0.line)</td><td class=\"text\">\(($0.place ?? "").escaped)</td></tr>"
          }))
      parts.append("</details>")
    }
    let totals = totals
    for source in sources {
      var counts: [Int: Int] = [:]
      var notes: [Int: [String]] = [:]
      for (item, count) in zip(items, totals) where Self.lineKinds.contains(item.kind) && item.file == source.name {
        for line in item.lines { counts[line] = max(counts[line] ?? 0, count) }
        if count == 0, let line = item.lines.first {
          notes[line, default: []].append("\(item.name) never taken\(item.place.map { ", made by \($0)" } ?? "")")
        }
      }
      let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, text in
        let number = index + 1
        let count = counts[number]
        let kind = notes[number] != nil ? "miss" : count == nil ? "" : count == 0 ? "miss" : "hit"
        let title = notes[number].map { " title=\"\($0.joined(separator: "; ").escaped)\"" } ?? ""
        return "<span class=\"line \(kind)\"\(title)><i>\(number)</i><b>\(count.map { "\($0)" } ?? "")</b>"
          + "\(String(text).escaped)</span>"
      }
      let hasMissed = !notes.isEmpty
      parts.append(
        "<details\(hasMissed || (isAlone && sources.count == 1) ? " open" : "")><summary>\(source.name.escaped)</summary>"
          + "<pre class=\"source\">\(lines.joined())</pre></details>")
    }
    return parts.joined(separator: "\n")
  }
}
