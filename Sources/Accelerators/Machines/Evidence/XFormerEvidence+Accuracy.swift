import XFormer

extension XFormerEvidence {
  /// Rows of accuracy, with error bars over seeds.
  public mutating func addAccuracy(_ results: [XFormerAccuracy.Result]) {
    var bars: [EvidenceChart.Bar] = []
    let goals = ["adc-7": 0.995, "programming-5": 0.99]
    for summary in XFormerAccuracy.summaries(results) {
      let point = summary.point
      let (model, layers) = (results.first?.model ?? "", results.first?.layers ?? 0)
      let conditions =
        "\(model), \(layers) layers, \(summary.texts) texts not used for calibration, \(summary.seeds) seed(s), "
        + "\(point.encoding.rawValue) columns, converters of \(point.converterBits) bits; golden machine against binary32"
      let goal = goals[point.name].map { "goal \($0)" } ?? ""
      report.rows.append(
        Self.figure(
          "accuracy.\(point.name).cosine", "\(point.name): cosine of the mean hidden state", summary.mean, "1",
          conditions,
          tag: .measured,
          [
            goal,
            "standard deviation over seeds \(EvidenceRow.text(summary.deviation)), least of a text \(EvidenceRow.text(summary.least))",
          ]
          .filter { !$0.isEmpty }.joined(separator: "; ")))
      report.rows.append(
        Self.figure(
          "accuracy.\(point.name).nearest", "\(point.name): texts whose nearest other text is the same",
          100 * summary.nearest, "%", conditions, tag: .measured))
      bars.append(.init(point.name, summary.mean))
    }
    report.charts.append(EvidenceChart("accuracy", "Cosine against binary32", unit: "1", bars: bars))
  }
}
