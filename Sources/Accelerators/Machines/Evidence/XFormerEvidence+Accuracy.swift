import XFormer

extension XFormerEvidence {
  /// Rows of accuracy and drawings of the sweeps, with error bars over seeds.
  public mutating func addAccuracy(_ results: [XFormerAccuracy.Result]) {
    guard let configuration = results.first?.configuration else { return }
    let goals = ["adc-7": 0.995, "programming-5-fine": 0.99]
    let summaries = XFormerAccuracy.summaries(results)
    for summary in summaries {
      let point = summary.point
      let fraction = point.codeFractionBits
      let conditions =
        "\(configuration.model), \(configuration.layers) layers, \(summary.texts) texts not used for calibration, "
        + "\(summary.seeds) seed(s), \(point.encoding.rawValue) columns, converters of \(point.converterBits) bits"
        + (fraction > 0 ? " in steps of 1/\(1 << fraction) level" : "") + "; golden machine against binary32"
      let goal = goals[point.name].map { "goal \($0); " } ?? ""
      report.rows.append(
        Self.figure(
          "accuracy.\(point.name).cosine", "\(point.name): cosine of the mean hidden state", summary.mean, "1",
          conditions, tag: .measured,
          "\(goal)standard deviation over seeds \(EvidenceRow.text(summary.deviation)), least of a text "
            + "\(EvidenceRow.text(summary.least))"))
      report.rows.append(
        Self.figure(
          "accuracy.\(point.name).nearest", "\(point.name): texts whose nearest other text is the same",
          100 * summary.nearest, "%", conditions, tag: .measured))
    }
    for name in configuration.machine.keys.sorted() {
      report.rows.append(
        Self.figure(
          "accuracy.machine.\(name)", "machine of the accuracy rows: \(name)",
          configuration.machine[name].map(Double.init), "1", configuration.model, tag: .inferred))
    }
    report.charts.append(
      EvidenceChart(
        "accuracy", "Cosine against binary32", unit: "1",
        bars: summaries.map { .init($0.point.name, $0.mean, deviation: $0.deviation) }))
    report.plots += Self.sweeps(summaries)
  }

  /// A drawing for each sweep; a line for each kind of crossbar.
  private static func sweeps(_ summaries: [XFormerAccuracy.Summary]) -> [EvidencePlot] {
    var order: [String] = []
    for summary in summaries where !summary.point.sweep.isEmpty && !order.contains(summary.point.sweep) {
      order.append(summary.point.sweep)
    }
    return order.map { sweep in
      var lines: [String: [EvidencePlot.Point]] = [:]
      for summary in summaries where summary.point.sweep == sweep {
        lines[line(summary.point), default: []].append(
          .init(summary.point.place, summary.mean, deviation: summary.deviation))
      }
      return EvidencePlot(
        "accuracy-" + sweep.replacing(" ", with: "-"), "Cosine against binary32 over \(sweep)", across: sweep,
        along: "cosine",
        lines: lines.keys.sorted().map { name in
          .init(name, (lines[name] ?? []).sorted { $0.across < $1.across })
        })
    }
  }

  private static func line(_ point: XFormerAccuracy.Point) -> String {
    var words = point.encoding.rawValue
    if point.sweep.hasSuffix("converter") || point.sweep.hasPrefix("converter") {
      let error = point.effects.relativeProgramming
      words += error > 0 ? ", programming error \(EvidenceRow.text(100 * error)) %" : ""
    } else {
      words += point.codeFractionBits > 0 ? ", fine converters" : ""
    }
    return words + (point.effects.verifyTolerance > 0 ? ", verified" : "")
  }
}
