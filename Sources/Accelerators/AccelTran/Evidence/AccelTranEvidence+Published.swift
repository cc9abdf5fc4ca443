extension AccelTranEvidence {
  /// R10: what a model needs of memory, as the published list stores it.
  ///
  /// - Throws: ``AccelTranError``.
  public static func memory(tokens: Int = 512) throws(AccelTranError) -> EvidenceTable {
    let cases: [(String, TransformerDictionary, [String])] = [
      ("BERT-Tiny", .bertTiny, ["20.2", "8.0", "71.9"]), ("BERT-Base", .bertBase, ["2.2", "32.0", "65.8"]),
    ]
    var rows: [[String]] = []
    for (name, model, published) in cases {
      var model = model
      model.tokens = tokens
      for (mode, content) in [("paper", OperationList.Content.published), ("honest", .complete)] {
        let list = try OperationList(model, batch: 4, content: content)
        let embeddings = list.data.filter(\.isPinned).reduce(0) { $0 + $1.elements }
        let weights = list.data.filter { !$0.isPinned && $0.buffer == .weight }.reduce(0) { $0 + $1.elements }
        let activations = list.data.filter { $0.buffer == .activation }.reduce(0) { $0 + $1.elements }
        let total = Double(embeddings + weights + activations)
        let parts = [("embeddings", embeddings), ("weights", weights), ("activations", activations)]
        for (place, (part, count)) in parts.enumerated() {
          rows.append([
            name, mode, part, Figure.percent(Double(count) / total), Figure.fixed(Double(count) * 20 / 8_388_608, 1),
            mode == "paper" ? published[place] : "",
          ])
        }
      }
    }
    return EvidenceTable(
      "R10", "shares of embeddings, weights and activations in what a batch of four needs",
      conditions: ["\(tokens) tokens, 20 bits an element, every stored result counted"],
      columns: [
        .init("model"), .init("mode"), .init("part"), .init("share %", .computed, unit: "%", beside: "figure"),
        .init("MB", .computed, unit: "MB"), .init("figure", .published, unit: "%"),
      ], rows: rows,
      remarks: [
        "the figure is reproduced to its last digit with 512 tokens, although all runs have 128, and with weights once for each "
          + "item of the batch",
        "in the honest list weights are there once, and results of normalisation are stored",
      ])
  }

  /// R11: area and power of the edge machine by parts.
  ///
  /// - Throws: ``AccelTranError``.
  public static func pies(_ machine: AccelTranConfiguration = .edge) throws(AccelTranError) -> EvidenceTable {
    let area = try MachineArea(machine)
    let run = try CycleSimulation(
      .bertTiny, on: machine, assumptions: PaperAssumption.published.subtracting([.partsOfLanesIgnored]))
    let energy = run.energy
    let (powers, areas) = (
      [energy.lanes, energy.softmax, energy.normalization, energy.sparsity, energy.others].map(\.dynamic),
      [area.lanes, area.softmax, area.normalization, area.sparsity, area.fifos]
    )
    let (power, whole) = (powers.reduce(0, +), areas.reduce(0, +))
    let all = area.elements
    let published = [("4.2", "41.6"), ("60.2", "52.7"), ("13.9", "0.6"), ("20.3", "4.4"), ("1.4", "0.7")]
    let names = ["MAC lanes", "softmax", "layer norm", "sparsity units", "other"]
    let rows = names.indices.map { place in
      [
        names[place], Figure.percent(areas[place] / whole), Figure.percent(areas[place] / all), published[place].0,
        Figure.percent(powers[place] / power), published[place].1,
      ]
    }
    // What the figure's share of the lanes stands for, the other parts being as committed.
    let rest = area.softmax + area.normalization + area.sparsity + area.fifos
    let lane = 0.042 / (1 - 0.042) * rest / Double(machine.totalLanes) * 1e6
    return EvidenceTable(
      "R11", "shares of area and of dynamic energy",
      conditions: [
        "BERT-Tiny, batch 4, paper mode with the parts of lanes billed",
        "other: FIFOs; distribution left out, as in the figure",
      ],
      columns: [
        .init("part"), .init("area %", .computed, unit: "%", mode: .paper, beside: "figure's area %"),
        .init("with distribution %", .computed, unit: "%", mode: .paper),
        .init("figure's area %", .published, unit: "%"),
        .init("energy %", .computed, unit: "%", mode: .paper, beside: "figure's power %"),
        .init("figure's power %", .published, unit: "%"),
      ], rows: rows,
      remarks: [
        "the figure's areas of softmax, normalisation and sparsity units stand to each other as the committed constants do; its "
          + "lanes would have \(Figure.fixed(lane, 0)) um2 each, the committed one has 9419: the figure cannot follow from the "
          + "committed model",
        "DynaTran and control have no area in the published model",
      ])
  }

  /// The committed synthesis reports: module, µm², worst slack in ps at 1429 ps, dynamic and leakage mW.
  public static let synthesisReports:
    [(module: String, area: Double, slack: Double, dynamic: Double, leakage: Double)] =
      [
        ("lane, 16 multipliers", 9418.67, -143.2, 5.1955, 0.3190),
        ("lane, 1 multiplier", 598.34, -92.6, 0.2696, 0.0227),
        ("multiplier 20 x 20", 494.82, -34.8, 0.5049, 0.0289), ("adder tree, 16 x 40", 1413.73, -8.8, 1.4399, 0.0715),
        ("pre-sparsity, 16 of 32", 6216.90, 676.9, 0.2853, 0.1507),
        ("post-sparsity, 16 of 32", 1181.20, 766.7, 0.2614, 0.0324),
        ("stochastic rounding, 44 to 20", 79.04, 949, 0.0217, 0.0040),
        ("word FIFO", 484.38, 1034, 0.0564, 0.0141), ("distribution, 128 lanes", 75946.98, 1129, 11.3711, 2.7312),
        ("softmax, tile of 16", 87573.33, 222.9, 34.6343, 2.6696),
        ("layer norm, tile of 16", 81104.13, -165.1, 43.8378, 2.5753),
      ]

  /// R13: the committed synthesis reports, with what follows from them.
  public static func synthesis() -> EvidenceTable {
    let gate = 0.115248
    let rows = synthesisReports.map { name, area, slack, dynamic, leakage in
      [
        name, Figure.fixed(area, 2), Figure.fixed(area / gate / 1000, 1), Figure.fixed(slack, 1),
        Figure.fixed(1e6 / (1429 - slack), 0), slack < 0 ? "no" : "yes", Figure.fixed(dynamic, 4),
        Figure.fixed(leakage, 4),
      ]
    }
    return EvidenceTable(
      "R13", "committed synthesis reports of the published modules",
      conditions: ["14 nm library at 0.8 V, 1429 ps", "gates of 0.115248 um2, a NAND of two inputs"],
      columns: [
        .init("module"), .init("um2", .published, unit: "um2"),
        .init("1000 gates", .computed, unit: "1000 NAND2", mode: .paper),
        .init("slack ps", .published, unit: "ps"), .init("MHz", .computed, unit: "MHz", mode: .paper),
        .init("meets 700 MHz"), .init("dynamic mW", .published, unit: "mW"),
        .init("leakage mW", .published, unit: "mW"),
      ], rows: rows,
      remarks: [
        "softmax and layer norm: their dividers end in latches that the library does not have, so that their slack covers the sums "
          + "alone",
        "modules of this package on the same library are in a table of their own, where the library was given",
      ])
  }

  /// From the published figures to the honest ones, switch by switch: each row drops one more assumption.
  ///
  /// The assumptions of the scheduler and of what waits for what come first, those of energy last, so that no row stands
  /// still for want of another.
  /// - Throws: ``AccelTranError``.
  public static func switches(
    _ model: TransformerDictionary = .bertTiny, on machine: AccelTranConfiguration = .edge
  ) throws(AccelTranError) -> EvidenceTable {
    let order: [PaperAssumption] = [
      .jumpsPastChanges, .headsByRank, .singleHeadAbandoned, .groupsSkipKinds, .groupsOverlap, .groupsWhole,
      .idleClockBehindTile, .evictsUnreadData, .sizeOfLastData, .softmaxTakesElement, .softmaxTileByElements,
      .zerosShortenFunctions, .convolutionWithinTile, .weightedKeysEarly, .activationBehindLastProduct,
      .layersUnordered,
      .normalizationUnordered, .bandwidthTimesWordWidth, .weightsForEachItem, .activationSparsityOnly,
      .partsOfLanesIgnored, .reuseWithoutColumn, .elementsAsBytes, .weightDensityOnLoads, .masksBilledAsData,
      .distributionIdle, .idealPowerGating,
    ]
    var assumptions = PaperAssumption.published
    var rows: [[String]] = []
    var before: (cycles: Int, energy: Double)?
    for step in [nil] + order.map(Optional.some) {
      if let step { assumptions.remove(step) }
      let run = try CycleSimulation(model, on: machine, assumptions: assumptions)
      let energy = run.energy.total * 1e-3
      rows.append([
        step?.summary ?? "as published", "\(run.cycles)", before.map { "\(run.cycles - $0.cycles)" } ?? "",
        Figure.fixed(energy, 1), before.map { Figure.fixed(energy - $0.energy, 1) } ?? "",
      ])
      before = (run.cycles, energy)
    }
    return EvidenceTable(
      "Switches", "from the published cycle mode to the honest one",
      conditions: ["batch \(machine.batch), \(model.tokens) tokens", "each row drops one more assumption"],
      columns: [
        .init("dropped"), .init("clocks", .computed, unit: "clocks"), .init("difference", .computed, unit: "clocks"),
        .init("uJ", .computed, unit: "uJ"), .init("difference of uJ", .computed, unit: "uJ"),
      ], rows: rows,
      remarks: ["assumptions of the fast mode alone are not among the rows: they change nothing here"])
  }

  /// The clocks that the published simulator prints for BERT-Tiny on the edge machine, and the run that was called so.
  ///
  /// - Throws: ``AccelTranError``.
  public static func publishedRuns() throws(AccelTranError) -> EvidenceTable {
    let run = try CycleSimulation(.bertTiny, on: .edge, assumptions: PaperAssumption.published)
    return EvidenceTable(
      "runs", "the published simulator's clocks for BERT-Tiny on the edge machine",
      conditions: ["cycle mode", "batch 4, 128 tokens", "half of the activations zero"],
      columns: [
        .init("run"), .init("clocks", .computed, unit: "clocks", mode: .paper, beside: "printed clocks"),
        .init("printed clocks", .published, unit: "clocks"),
      ],
      rows: [
        ["BERT-Tiny, 128 tokens", "\(run.cycles)", "79232"], ["called BERT-Tiny in a public fork", "", "25977"],
      ],
      remarks: [
        "The 25,977 clocks are those of an image model of a public fork, with 64 tokens: they say nothing of BERT-Tiny."
      ])
  }
}
