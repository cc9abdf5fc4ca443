import XFormer

extension XFormerEvidence {
  // MARK: Energy and baselines

  /// Joules by part, and the coefficients behind them.
  public mutating func addEnergy() {
    let energies = XFormerEnergies()
    for coefficient in energies.all {
      report.rows.append(
        Self.figure(
          "coefficient.\(coefficient.name.replacing(" ", with: "-"))", coefficient.name, coefficient.joules * 1e12,
          "pJ",
          coefficient.source, tag: .published))
    }
    for (name, workload) in [("base", XFormerWorkload.bertBase), ("large", .bertLarge)] {
      for tokens in [384, 512] {
        let parts = energies.layer(workload, tokens: tokens)
        let total = parts.reduce(0) { $0 + $1.joules }
        for part in parts {
          report.rows.append(
            Self.figure(
              "energy.\(name).\(tokens).\(part.part)", "\(part.part), all layers",
              part.joules * Double(workload.layers) * 1e3, "mJ",
              "BERT-\(name), \(tokens) tokens; \(EvidenceRow.text(100 * part.joules / total)) % of all"))
        }
        report.rows.append(
          Self.figure(
            "energy.\(name).\(tokens).all", "an inference", total * Double(workload.layers) * 1e3,
            paper: name == "base" && tokens == 512 ? 14.4 : nil, "mJ", "BERT-\(name), \(tokens) tokens",
            name == "base" && tokens == 512
              ? "the published figure is a consequence: 14.7 W for 0.98 ms" : ""))
        if name == "base", tokens == 512 {
          report.charts.append(
            EvidenceChart(
              "energy", "BERT-base, 512 tokens: energy of an inference", unit: "mJ",
              bars: parts.map { .init($0.part, $0.joules * Double(workload.layers) * 1e3) }))
        }
      }
    }
    let parts = Dictionary(
      uniqueKeysWithValues: energies.layer(.bertBase, tokens: 512).map { ($0.part, $0.joules) })
    let reads = (parts["crossbars"] ?? 0) + (parts["converters"] ?? 0)
    report.rows.append(
      Self.figure(
        "energy.converters", "converters, share of the energy of products of weights",
        100 * (parts["converters"] ?? 0) / reads,
        paper: 36.8, "%", "BERT-base, 512 tokens, one conversion of each column and plane",
        "published for resistive products; drivers and arrays of the paper are not known"))
    report.rows.append(
      Self.figure(
        "energy.plane", "a crossbar read for a plane with its conversions", reads / (1728 * 512 * 8) * 1e12, "pJ",
        "128 × 128 cells, 128 conversions of 8 bits"))
  }

  /// X-Former, vector lanes, all-resistive and static machines of the same model.
  public mutating func addBaselines() {
    var bars: [EvidenceChart.Bar] = []
    for (name, workload, tokens) in [
      ("base.512", XFormerWorkload.bertBase, 512), ("base.384", .bertBase, 384), ("large.512", .bertLarge, 512),
    ] {
      let machines = XFormerBaselines(workload, tokens: tokens, timing: .planes20)
      let conditions = "BERT-\(name.replacing(".", with: ", ")) tokens, blocks of 64, planes of 20 ns"
      let naive = machines.xformer(.ideal)
      let honest = machines.xformer(.interleaved)
      let exposed = machines.xformer(.kvFirst)
      let published: [String: (speed: Double?, energy: Double?, remark: String)] = [
        "lanes-1": (10.7, 4.6, "'up to', abstract of 2023; a multiply-accumulate in a clock"),
        "lanes-2": (10.7, 4.6, "'up to', abstract of 2023; two operations for a product"),
        "resistive": (8.1, nil, "published 'even with ideal endurance'"),
        "static": (
          name == "base.512" ? 1.82 : name == "large.512" ? 2.03 : nil,
          name == "base.512" ? 52.1 : name == "large.512" ? 36.8 : nil,
          "weights that do not fit come from memory, at 256 GB/s; a static digital product is cheaper than a converted "
            + "resistive one by these coefficients, so no factor of 52 can follow from them"
        ),
      ]
      for (kind, cost) in [
        ("lanes-1", machines.vectorLanes(cyclesPerProduct: 1)), ("lanes-2", machines.vectorLanes(cyclesPerProduct: 2)),
        ("resistive", machines.resistive), ("static", machines.iso),
      ] {
        let beside = name == "base.384" ? nil : published[kind]
        report.rows.append(
          Self.figure(
            "baseline.\(name).\(kind).seconds", "\(kind): latency", cost.seconds * 1e3, "ms", conditions))
        report.rows.append(
          Self.figure(
            "baseline.\(name).\(kind).joules", "\(kind): energy of an inference", cost.joules * 1e3, "mJ", conditions))
        for (order, own) in [("naive", naive), ("interleaved", honest), ("kv-first", exposed)] {
          report.rows.append(
            Self.figure(
              "baseline.\(name).\(kind).speedup.\(order)", "X-Former (\(order)) over \(kind): time",
              cost.seconds / own.seconds, paper: beside?.speed, "ratio", conditions,
              mode: order == "naive" ? .paper : .honest, published[kind]?.remark ?? ""))
        }
        report.rows.append(
          Self.figure(
            "baseline.\(name).\(kind).energy", "X-Former over \(kind): energy", cost.joules / honest.joules,
            paper: beside?.energy, "ratio", conditions, published[kind]?.remark ?? ""))
        if name == "base.512" { bars.append(.init(kind, cost.seconds / naive.seconds, reference: beside?.speed)) }
      }
      if name == "base.512" {
        let joules = honest.joules
        report.rows.append(
          Self.figure(
            "baseline.gpu.seconds", "GTX 1060 over X-Former (naive, with fill): time", Self.graphics / naive.seconds,
            paper: Self.graphics / Self.published, "ratio", conditions, mode: .paper,
            "the GPU's 51.46 ms are published; 85 and 69.8 are the headlines of two versions of the paper"))
        report.rows.append(
          Self.figure(
            "baseline.gpu.energy", "GTX 1060 over X-Former: energy", Self.graphics * 118.9 / joules, paper: 7.5,
            "ratio",
            conditions,
            "118.9 W, the GPU's power that its published efficiency implies; 'up to 7.5' cannot be of this table"))
      }
    }
    report.charts.append(
      EvidenceChart(
        "baselines", "X-Former (naive) over modelled machines, BERT-base, 512 tokens: time", unit: "ratio", bars: bars))
  }

  /// What the published figures say against each other.
  public mutating func addInconsistencies() {
    let conditions = "published figures alone"
    func row(_ id: String, _ what: String, _ ours: Double, paper: Double?, _ unit: String, _ remark: String) {
      report.rows.append(
        Self.figure(
          "inconsistent.\(id)", what, ours, paper: paper, unit, conditions, mode: .paper, tag: .inferred, remark))
    }
    let operations = 2e-12 * 12 * Double(12 * 512 * 768 * 768 + 2 * 512 * 512 * 768)
    row(
      "gpu-throughput", "GPU: operations of BERT-base, 512 tokens, over 51.46 ms", operations / Self.graphics,
      paper: nil,
      "TOPS",
      "over the published 0.0158 TOPS/W: 118.9 W, the GPU's rated power, so the table is of this model and length")
    row(
      "power", "X-Former: operations over 0.98 ms, over the published efficiency", operations / Self.published / 6.72,
      paper: nil,
      "W", "98.6 TOPS at 6.72 TOPS/W")
    row(
      "energy-ratio", "energy of the GPU over X-Former's from those", Self.graphics * 118.9 / 14.4e-3, paper: 7.5,
      "ratio",
      "the text says up to 7.5: the same table gives 57 times as much")
    row(
      "per-encoder", "X-Former: a twelfth of 14.4 mJ over the published energy of an encoder", 14.4e-3 / 12 / 15.2e-6,
      paper: 1,
      "ratio", "15.2 uJ is the size of self-attention for one token")
    row(
      "plane", "eight planes of 100 ns over the stage that 0.98 ms ask for", 800.0 / 160, paper: 1, "ratio",
      "the converters of the published sizes give 100 ns for 128 columns at 1.28 GS/s: 0.98 ms ask for planes of 20 ns, more converters or copies"
    )
    row(
      "headline", "speed-up of the preprint over that of the journal", 85 / 69.8, paper: nil, "ratio",
      "two versions of one headline; name the version")
    row(
      "chance", "accuracy of WNLI by software", 56.34, paper: nil, "%",
      "near chance: a loss under variation says little; see the accuracy rows for another task")
    row(
      "embedding", "tiles for the table of words", Double(XFormerWorkload.Tiles().tiles(for: 30522 * 768)), paper: nil,
      "tiles",
      "119.2 tiles' worth of weights take 120 whole tiles")
  }

  // MARK: The generated machine

  /// Two sequences that take turns, beside the same two one after the other.
  private mutating func addInterleaved(
    _ sizes: XFormerSizes, _ layer: XFormerLayer, _ tokens: Int, _ machine: String
  ) throws(XFormerError) {
    var sizes = sizes
    sizes.heldBlocks = max(1, min(256, 2 * layer.heads * ((tokens + sizes.block - 1) / sizes.block)))
    let input = XFormerLayer.randomInput(tokens: tokens, features: layer.features)
    for schedule in [XFormerSchedule.kvFirst, .wavefront] {
      func cycles(_ sequences: Int) throws(XFormerError) -> Double {
        let program = try XFormerCompiler(sizes, schedule: schedule).program(
          [layer], inputs: [[[Int32]]](repeating: input, count: sequences))
        return Double(XFormerCycleModel(latency: 8).estimate(program).inference.cycles)
      }
      let (one, two) = (try cycles(1), try cycles(2))
      let conditions = "\(tokens) tokens each, blocks of \(sizes.block), \(schedule.rawValue); \(machine)"
      report.rows.append(
        Self.figure(
          "machine.two.\(schedule.rawValue).cycles", "two sequences that take turns", two, "cycles", conditions))
      report.rows.append(
        Self.figure(
          "machine.two.\(schedule.rawValue).gain", "two sequences one after the other, over those that take turns",
          2 * one / two, "ratio", conditions, "the barrier of keys and values of one is hidden by the other"))
    }
  }

  /// Clocks of the generated machine over tokens, schedules and sizes of blocks, by its cycle model.
  ///
  /// - Parameter tokens: the lengths of the sequences.
  /// - Throws: ``XFormer/XFormerError``.
  public mutating func addHardware(
    _ sizes: XFormerSizes = .tiny, features: Int = 128, tokens: [Int] = [8, 16, 32, 64], blocks: [Int] = [4, 8, 16, 32]
  ) throws(XFormerError) {
    let layer = XFormerLayer.random(features: features, heads: features / sizes.headFeatures, inner: 4 * features)
    let g = sizes.crossbar.geometry
    let machine =
      "a layer of \(features) features, \(sizes.projectionEngines) projection engines, \(sizes.attentionTiles) attention tiles, "
      + "crossbars \(g.rows) × \(g.columns), memory latency 8"
    func estimate(
      _ count: Int, _ block: Int, _ schedule: XFormerSchedule, isCausal: Bool = false
    ) throws(XFormerError) -> (part: XFormerCycleEstimate.Part, rowWrites: Int) {
      var sizes = sizes
      sizes.block = block
      sizes.heldBlocks = max(1, min(256, layer.heads * ((count + block - 1) / block)))
      let program = try XFormerCompiler(sizes, schedule: schedule, isCausal: isCausal).program(
        [layer], input: XFormerLayer.randomInput(tokens: count, features: features))
      let writes = program.rowWrites.flatMap(\.self).max() ?? 0
      return (XFormerCycleModel(latency: 8).estimate(program).inference, writes)
    }
    func share(_ part: XFormerCycleEstimate.Part, _ engines: Range<Int>) -> Double {
      100 * Double(part.busy[engines].reduce(0, +)) / Double(part.cycles * engines.count)
    }
    for count in tokens {
      var bars: [EvidenceChart.Bar] = []
      for schedule in XFormerSchedule.allCases {
        for isCausal in [false, true] {
          let (part, writes) = try estimate(count, sizes.block, schedule, isCausal: isCausal)
          let name = schedule.rawValue + (isCausal ? "-causal" : "")
          let id = "machine.\(count).\(name)"
          let conditions = "\(count) tokens, blocks of \(sizes.block), \(name); \(machine)"
          report.rows.append(
            Self.figure("\(id).cycles", "inference", Double(part.cycles), "cycles", conditions))
          report.rows.append(
            Self.figure(
              "\(id).projection", "projection engines at work", share(part, 0..<sizes.projectionEngines), "%",
              conditions))
          report.rows.append(
            Self.figure(
              "\(id).attention", "attention tiles at work", share(part, sizes.projectionEngines..<sizes.vectorEngine),
              "%", conditions))
          report.rows.append(
            Self.figure(
              "\(id).writes", "programmings of a unit at most", Double(writes), "writes", conditions,
              "of all, deployment and inference"))
          if count == tokens.last { bars.append(.init(name, Double(part.cycles))) }
        }
      }
      if count == tokens.last {
        report.charts.append(
          EvidenceChart("machine", "Generated machine, \(count) tokens", unit: "cycles", bars: bars))
      }
    }
    try addInterleaved(sizes, layer, tokens.last ?? 32, machine)
    let count = tokens.last ?? 32
    for schedule in [XFormerSchedule.kvFirst, .wavefront] {
      var best: (block: Int, cycles: Int)?
      for block in blocks where block <= count {
        let cycles = try estimate(count, block, schedule).part.cycles
        if cycles < best?.cycles ?? .max { best = (block, cycles) }
        report.rows.append(
          Self.figure(
            "machine.block.\(schedule.rawValue).\(block)", "inference with blocks of \(block)", Double(cycles),
            "cycles",
            "\(count) tokens, \(schedule.rawValue); \(machine)"))
      }
      report.rows.append(
        Self.figure(
          "machine.block.\(schedule.rawValue).best", "tokens of the best block", best.map { Double($0.block) },
          "tokens",
          "\(count) tokens, \(schedule.rawValue), among \(blocks.map(String.init).joined(separator: ", ")); \(machine)")
      )
    }
  }
}
