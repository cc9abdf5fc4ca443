import XFormer

/// The figures of X-Former beside the published ones: the published machine by its formulas, the generated one by its cycle model.
public struct XFormerEvidence: Sendable {
  /// The rows and drawings so far.
  public var report = EvidenceReport(machine: "xformer", title: "X-Former: figures beside the published ones")
  /// Tokens of a sequence of the published tables.
  static let tokens = 512
  static let base = XFormerWorkload.bertBase
  static let published = 0.98e-3
  static let graphics = 51.46e-3

  /// An empty report.
  public init() {
    report.notes = [
      "Figures of BERT-base and BERT-large are formulas over the published sizes (36 tiles for a layer, blocks of 64): a stage takes the "
        + "same time for each token, and nothing else is limited. Each unknown is a named value; none is tuned to a ratio.",
      "Figures in cycles are those of the generated machine by its cycle model, which equals the counters of the simulated hardware in "
        + "every clock that was compared ('systole run xformer' prints both).",
      "Published figures come from published summaries of the paper. It does not say the time of a plane, the banks of the attention "
        + "engine, or energies of its parts; the coefficients here are those of PUMA-class components, and stand in the table.",
    ]
  }

  static func figure(
    _ id: String, _ what: String, _ ours: Double?, paper: Double? = nil, _ unit: String, _ conditions: String,
    mode: EvidenceRow.Mode = .honest, tag: EvidenceRow.Tag = .computed, _ remark: String = ""
  ) -> EvidenceRow {
    EvidenceRow(
      id, what, ours: ours, paper: paper, unit: unit, mode: mode, conditions: conditions, tag: tag, remark: remark)
  }

  static let timings: [(name: String, timing: XFormerWorkload.Timing)] = [
    ("20ns", .planes20), ("100ns", .planes100),
  ]

  // MARK: Time

  /// Latency against the length of a sequence, for each order of the blocks and both times of a plane.
  public mutating func addLatency() {
    for (name, timing) in Self.timings {
      var bars: [EvidenceChart.Bar] = []
      for tokens in [128, 256, 384, 512, 1024, 2048] {
        for order in XFormerWorkload.Order.allCases {
          let seconds = Self.base.seconds(tokens: tokens, block: 64, order, timing)
          let isPublished = tokens == 512 && (order == .ideal || order == .unblocked)
          let paper = !isPublished ? nil : order == .ideal ? 0.98 : Self.graphics / 10 * 1e3
          report.rows.append(
            Self.figure(
              "latency.\(name).\(tokens).\(order.rawValue)",
              "latency of BERT-base, \(tokens) tokens, \(order.rawValue)",
              seconds * 1e3, paper: paper, "ms",
              "blocks of 64, \(timing.tokenNanoseconds) ns a token and stage, \(timing.streamNanoseconds) ns a stream of keys",
              mode: order == .ideal ? .paper : .honest,
              order == .ideal
                ? "without the barrier of keys and values, which a bidirectional encoder has; with the fill of the pipeline"
                : order == .unblocked && isPublished ? "published: about a tenth of the GPU's time" : ""))
          if tokens == 512 { bars.append(.init(order.rawValue, seconds * 1e3, reference: paper)) }
        }
      }
      report.charts.append(
        EvidenceChart(
          "latency-\(name)", "BERT-base, 512 tokens, planes of \(name)", unit: "ms", bars: bars))
    }
  }

  /// Both hypotheses of the published time, and what the timing of a shared converter gives.
  public mutating func addHypotheses() {
    let passes = Double(Self.base.layers * Self.tokens)
    for (name, stage, barrier) in [("h1", 160.0, 1.0), ("h2", 80, 2), ("planes", 800, 1), ("planes-barrier", 800, 2)] {
      let what =
        barrier == 1
        ? "every block flows, the barrier hidden" : "the pass of keys and values exposed"
      let conditions = "12 layers, 512 tokens, \(stage) ns a token and stage, without the fill of the pipeline"
      let blocked = passes * stage * barrier * 1e-6
      let serial = passes * 5 * stage * 1e-6
      report.rows.append(
        Self.figure(
          "hypothesis.\(name).blocked", "blocked: \(what)", blocked, paper: 0.98, "ms", conditions, mode: .paper,
          name == "h1"
            ? "reproduces both published times at once: a plane of 20 ns"
            : name == "h2" ? "fits the blocked time alone" : "eight planes of 100 ns do not reach the published time"))
      report.rows.append(
        Self.figure(
          "hypothesis.\(name).unblocked", "unblocked: five stages in series", serial, paper: Self.graphics * 100, "ms",
          conditions, mode: .paper, "published: about ten times the GPU, of 51.46 ms"))
      report.rows.append(
        Self.figure(
          "hypothesis.\(name).speedup", "blocked, over the GPU's 51.46 ms", Self.graphics * 1e3 / blocked,
          paper: Self.graphics / Self.published, "ratio", conditions, mode: .paper))
    }
    let barrier =
      Self.base.seconds(tokens: 512, block: 64, .kvFirst, .planes20)
      - Self.base.seconds(tokens: 512, block: 64, .ideal, .planes20)
    report.rows.append(
      Self.figure(
        "hypothesis.barrier", "what a model without the barrier leaves out", barrier * 1e3, "ms",
        "BERT-base, 512 tokens, planes of 20 ns",
        "no context of a bidirectional encoder can end before the last key: a pass over all tokens in each layer"))
  }

  /// The size of the blocks that is best, and what the other ones cost.
  public mutating func addBlocks() {
    let sizes = [8, 16, 32, 64, 128, 256, 512]
    var bars: [EvidenceChart.Bar] = []
    for order in [XFormerWorkload.Order.kvFirst, .wavefront, .interleaved] {
      for block in sizes {
        let seconds = Self.base.seconds(tokens: Self.tokens, block: block, order, .planes20)
        report.rows.append(
          Self.figure(
            "block.\(order.rawValue).\(block)", "latency with blocks of \(block), \(order.rawValue)", seconds * 1e3,
            "ms",
            "BERT-base, 512 tokens, planes of 20 ns, 5 ns a stream of keys"))
        if order == .kvFirst { bars.append(.init("\(block)", seconds * 1e3)) }
      }
      let best = Self.base.bestBlock(tokens: Self.tokens, among: sizes, order, .planes20)
      report.rows.append(
        Self.figure(
          "block.\(order.rawValue).best", "tokens of the best block, \(order.rawValue)", best.map(Double.init),
          paper: 64,
          "tokens", "BERT-base, 512 tokens, among \(sizes.map(String.init).joined(separator: ", "))",
          "small blocks stream every key past more of them, large ones fill the pipeline longer"))
    }
    report.charts.append(
      EvidenceChart("blocks", "BERT-base, 512 tokens, keys first: size of the blocks", unit: "ms", bars: bars))
  }

  /// Shares of time in which the engines work.
  public mutating func addUtilisation() {
    for (name, timing) in Self.timings {
      for order in XFormerWorkload.Order.allCases {
        let share = Self.base.layer(tokens: Self.tokens, block: 64, order, timing)
        for (engine, value) in [("projection", share.projection), ("attention", share.attention)] {
          report.rows.append(
            Self.figure(
              "utilisation.\(name).\(order.rawValue).\(engine)",
              "share of time in which a \(engine == "projection" ? "projection stage" : "bank of attention") works, "
                + order.rawValue, 100 * value, "%", "BERT-base, 512 tokens, blocks of 64, planes of \(name)"))
        }
      }
    }
  }

  // MARK: Storage and wear

  /// Scores that wait, with and without blocks.
  public mutating func addStorage() {
    for tokens in [384, 512, 1024, 2048] {
      for (name, bytes) in [
        ("all", XFormerWorkload.scoreBytes(tokens: tokens)),
        ("row", 64 * tokens), ("block", XFormerWorkload.scoreBytes(tokens: tokens, block: 64)),
      ] {
        report.rows.append(
          Self.figure(
            "storage.\(tokens).\(name)",
            "scores of a head that are held: \(name == "all" ? "all" : name == "row" ? "a block of queries" : "a pair of blocks")",
            Double(bytes), "bytes", "\(tokens) tokens, blocks of 64, codes of 8 bits"))
      }
    }
  }

  /// How often cells are written, and how long they last.
  public mutating func addWear() {
    let baselines = XFormerBaselines(Self.base, tokens: Self.tokens, timing: .planes20)
    report.rows.append(
      Self.figure(
        "wear.resident", "writes of a cell for an inference, weights resident", 0, "writes",
        "X-Former: trained weights alone are in resistive cells", "operands of attention are in static cells"))
    report.rows.append(
      Self.figure(
        "wear.resistive", "writes of a cell for an inference, keys and values in resistive cells",
        Double(Self.base.layers), "writes", "crossbars of attention shared by all layers"))
    let rate = 1 / Self.base.seconds(tokens: Self.tokens, block: 64, .ideal, .planes20)
    for endurance in [1e6, 1e9, 1e12] {
      report.rows.append(
        Self.figure(
          "wear.lifetime.\(Int(endurance))", "time until such cells have worn out, with inferences without a break",
          baselines.inferences(endurance: endurance) / rate / 3600, "hours",
          "cells that stand \(EvidenceRow.text(endurance)) writes, \(EvidenceRow.text(rate)) inferences a second",
          "the endurance is a parameter"))
    }
    report.rows.append(
      Self.figure(
        "wear.programming", "energy to write the weights of a layer once",
        baselines.energies.programming(Self.base) * 1e6,
        "uJ", "BERT-base, 1,728 crossbars, 21.1 nJ an array"))
  }
}
