import Foundation
import TRON
import XFormer

/// The figures of TRON: what light allows, what a machine costs in two technology corners under every switch, and how near a real
/// model stays to binary32.
///
/// The paper's table of devices, its array sizes and its baselines are not at hand; ratios stand beside 14 and 8 only for baselines that
/// are named, and each says how it was made.
public struct TRONEvidence {
  /// The report so far.
  public var report = EvidenceReport(machine: "tron", title: "TRON: figures beside the published ones")
  /// The machine.
  public let sizes: TRONSizes

  /// Evidence of a machine.
  public init(_ sizes: TRONSizes = .reference) {
    self.sizes = sizes
    report.notes = [
      "Published: at least 14 times the throughput and 8 times the energy efficiency of earlier accelerators, baselines and "
        + "array sizes not at hand.",
      "Energy of a bit is energy / (operations · 8); operations are those of the plain transformer, two for a multiply-accumulate.",
      "Coefficients tagged as recalled are defaults, not claims; each stands in the rows of its corner with its source.",
    ]
  }

  private mutating func add(
    _ id: String, _ what: String, _ value: Double?, _ unit: String, _ conditions: String, paper: Double? = nil,
    tag: EvidenceRow.Tag = .computed, mode: EvidenceRow.Mode = .honest, remark: String = ""
  ) {
    report.rows.append(
      EvidenceRow(
        id, what, ours: value, paper: paper, unit: unit, mode: mode, conditions: conditions, tag: tag, remark: remark))
  }

  /// What crosstalk, detectors and links allow, and what the checks say of the machine.
  public mutating func addPhysics() {
    for (quality, spacing, rings) in [
      (8000.0, 1.0, 15), (8000, 1.2, 15), (8000, 1.2, 8), (8000, 2.25, 8), (8000, 2.6, 7), (20000, 1.2, 15),
      (3100, 1.0, 15),
    ] {
      let spectrum = RingSpectrum(qualityFactor: quality, spacing: spacing)
      let id = "resolution.q\(Int(quality)).\(spacing).\(rings)"
      add(
        id, "bits that crosstalk leaves without calibration", spectrum.resolutionBits(rings: rings), "bits",
        "Q \(Int(quality)), \(spacing) nm, \(rings) rings; curve near resonance",
        remark: rings * Int(spacing * 100) > 1800 ? "wider than the free spectral range" : "")
      add(
        id + ".loop", "the same with the loop's own curve", -log2(spectrum.loopCrosstalkSum(rings: rings)), "bits",
        "Q \(Int(quality)), \(spacing) nm, \(rings) rings; periodic curve, checked against sax")
    }
    let spectrum = RingSpectrum()
    add(
      "resolution.spacing.7", "least spacing for 8 bits without calibration", spectrum.leastSpacing(bits: 8, rings: 7),
      "nm",
      "Q 8000, 7 rings, which fill 18 nm at it")
    add(
      "resolution.spacing.15", "least spacing for 8 bits without calibration",
      spectrum.leastSpacing(bits: 8, rings: 15),
      "nm", "Q 8000, 15 rings, which 18 nm do not hold at it")
    let detector = DetectorSensitivity()
    for rate in [0.1e9, 1e9, 5e9, 10e9] {
      for bits in [1, 4, 6, 8] {
        let power = detector.sensitivity(bits: Double(bits), rate: rate)
        add(
          "detector.\(rate / 1e9).\(bits)", "power for \(bits) bits", power, "dBm", "\(rate / 1e9) GS/s",
          remark: power == nil
            ? "no power: intensity noise ends at \(EvidenceRow.text(detector.mostBits(rate: rate))) bits" : "")
      }
    }
    var link = LinkBudget(rows: 10, wavelengths: 15)
    add("link.loss", "losses of a link, fan-out included", link.loss, "dB", "10 rows, 15 wavelengths")
    add("link.laser", "power of the lasers", link.laserPower, "dBm", "detector at -25 dBm")
    add("link.wall", "what the lasers take", link.wallWatts * 1e3, "mW", "wall-plug efficiency 0.2")
    link.amplitudeBits = 8
    add(
      "link.wall.amplitude", "what the lasers take with 2^8 for amplitudes", link.wallWatts * 1e3, "mW",
      "wall-plug efficiency 0.2", remark: "256 times as much by one modelling choice")
    var plain = sizes
    plain.predistorts = false
    for (name, machine) in [("calibrated", sizes), ("uncalibrated", plain)] {
      let findings = machine.findings
      add(
        "checks.\(name)", "findings that fail elaboration", Double(findings.count), "findings",
        Self.text(machine), remark: findings.map(\.description).joined(separator: "; "))
    }
  }

  static func text(_ sizes: TRONSizes) -> String {
    "\(sizes.heads) heads of \(sizes.banks) banks of \(sizes.bank.rows) x \(sizes.bank.wavelengths), "
      + "\(sizes.accumulation) sums, \(sizes.scorePath) scores"
  }

  static func text(_ assumptions: TRONAssumptions) -> String {
    [
      assumptions.trim.map { "trim of \($0) nm" } ?? "no trim",
      assumptions.amplitudeFactor ? "2^8 for amplitudes" : "no factor for amplitudes",
      assumptions.imprintsByRings ? "activations set by rings" : "activations set by lasers",
      assumptions.passesForSigns ? "a pass for each sign" : "one pass",
      assumptions.pingPong ? "ping-pong" : "one bank at a time",
    ].joined(separator: ", ")
  }

  /// Throughput and energy in both corners, switch by switch.
  public mutating func addCosts() {
    let workload = TRONWorkload.bertBase
    let name = "BERT-base, \(workload.tokens) tokens; \(Self.text(sizes))"
    var bars: (gops: [EvidenceChart.Bar], energy: [EvidenceChart.Bar]) = ([], [])
    for devices in PhotonicDevices.corners {
      for coefficient in devices.all {
        add(
          "device.\(devices.name).\(coefficient.name) [\(coefficient.unit)]", coefficient.name, coefficient.value,
          coefficient.unit, devices.name, tag: .inferred, remark: coefficient.source)
      }
      add(
        "symbol.\(devices.name)", "from a code to a code", devices.symbolSeconds * 1e9, "ns", devices.name)
      add(
        "peak.\(devices.name)", "a bank whose passes follow each other", TRONCosts.peak(sizes.bank, devices), "GOPS",
        "\(devices.name), \(sizes.bank.rows) x \(sizes.bank.wavelengths)")
      for trim in [nil, 2.1, 7.1] as [Double?] {
        for factor in [false, true] {
          for rings in [true, false] {
            for signs in [true, false] {
              var assumptions = TRONAssumptions()
              (assumptions.trim, assumptions.amplitudeFactor) = (trim, factor)
              (assumptions.imprintsByRings, assumptions.passesForSigns) = (rings, signs)
              let costs = TRONCosts(workload, on: sizes, devices, assumptions)
              let id =
                "\(devices.name).\(trim.map { "\($0)" } ?? "none").\(factor ? "amplitude" : "plain")."
                + "\(rings ? "rings" : "lasers").\(signs ? "signed" : "one")"
              let conditions = "\(devices.name); \(Self.text(assumptions)); \(name)"
              let mode: EvidenceRow.Mode = trim == nil && !factor && !signs ? .paper : .honest
              if trim == 2.1 && !factor {
                add("gops.\(id)", "throughput", costs.gops, "GOPS", conditions, mode: mode)
                if signs { bars.gops.append(.init("\(devices.name), \(rings ? "rings" : "lasers")", costs.gops)) }
              }
              add("epb.\(id)", "energy of a bit", costs.joulesPerBit * 1e12, "pJ/bit", conditions, mode: mode)
              if signs && rings {
                bars.energy.append(
                  .init(
                    "\(devices.name), trim \(trim.map { "\($0) nm" } ?? "none")\(factor ? ", 2^8" : "")",
                    costs.joulesPerBit * 1e12))
              }
            }
          }
        }
      }
      let costs = TRONCosts(workload, on: sizes, devices)
      for part in costs.parts {
        add(
          "share.\(devices.name).\(part.name)", "share of the energy: \(part.name)", 100 * part.joules / costs.joules,
          "%",
          "\(devices.name); \(Self.text(TRONAssumptions())); \(name)")
      }
      for (label, other) in [("ViT-base", TRONWorkload.vitBase), ("MiniLM", .miniLM)] {
        let costs = TRONCosts(other, on: sizes, devices)
        let conditions = "\(devices.name), \(label), \(other.tokens) tokens; \(Self.text(sizes))"
        add("model.\(devices.name).\(label).gops", "throughput", costs.gops, "GOPS", conditions)
        add("model.\(devices.name).\(label).epb", "energy of a bit", costs.joulesPerBit * 1e12, "pJ/bit", conditions)
        add("model.\(devices.name).\(label).ms", "an inference", costs.seconds * 1e3, "ms", conditions)
      }
    }
    report.charts.append(EvidenceChart("throughput", "Throughput, BERT-base", unit: "GOPS", bars: bars.gops))
    report.charts.append(
      EvidenceChart("energy", "Energy of a bit, activations set by rings", unit: "pJ/bit", bars: bars.energy))
  }

  /// Both score paths: products and costs.
  public mutating func addScorePaths() {
    for (label, workload) in [("BERT-base", TRONWorkload.bertBase), ("MiniLM", .miniLM)] {
      let (direct, decomposed) = ScorePaths.products(
        tokens: workload.tokens, modelFeatures: workload.features, headFeatures: workload.features / workload.heads)
      let conditions = "\(label), \(workload.tokens) tokens, a head"
      add("scores.\(label).direct", "products of Q Kᵀ with its K", Double(direct), "products", conditions)
      add(
        "scores.\(label).decomposed", "products of (Q W_Kᵀ) Xᵀ", Double(decomposed), "products", conditions,
        remark: "scores alone grow by \(workload.heads) times")
      for devices in PhotonicDevices.corners {
        for path in TRONSizes.ScorePath.allCases {
          var machine = sizes
          machine.scorePath = path
          let costs = TRONCosts(workload, on: machine, devices)
          let conditions = "\(devices.name), \(label), \(workload.tokens) tokens; \(Self.text(machine))"
          add("scores.\(label).\(devices.name).\(path).gops", "throughput", costs.gops, "GOPS", conditions)
          add(
            "scores.\(label).\(devices.name).\(path).epb", "energy of a bit", costs.joulesPerBit * 1e12, "pJ/bit",
            conditions)
        }
      }
      let bits = ScorePaths.bits(
        modelFeatures: workload.features, headFeatures: workload.features / workload.heads)
      add("scores.\(label).bits", "bits of an exact score", Double(bits.score), "bits", conditions)
    }
  }

  /// The array sizes that light allows, and what each gives.
  public mutating func addExploration() {
    for devices in PhotonicDevices.corners {
      var bars: [EvidenceChart.Bar] = []
      for rows in [8, 10, 12, 16] {
        for wavelengths in [4, 6, 7, 8, 12, 15] {
          var machine = sizes
          machine.bank = RingBankGeometry(rows: rows, wavelengths: wavelengths)
          // The comb fills the range.
          machine.effects.spectrum.spacing = min(2.6, 18 / Double(wavelengths))
          let costs = TRONCosts(.bertBase, on: machine, devices)
          let bare = DesignCheck(machine.bank, machine.effects, isCalibrated: false).findings
          let conditions =
            "\(devices.name), \(rows) x \(wavelengths), "
            + "\(EvidenceRow.text(machine.effects.spectrum.spacing)) nm; BERT-base, 128 tokens"
          let remark =
            machine.findings.isEmpty
            ? bare.isEmpty ? "possible without calibration" : "possible with calibration"
            : machine.findings.map(\.description).joined(separator: "; ")
          add(
            "array.\(devices.name).\(rows).\(wavelengths).gops", "throughput", costs.gops, "GOPS", conditions,
            remark: remark)
          add(
            "array.\(devices.name).\(rows).\(wavelengths).epb", "energy of a bit", costs.joulesPerBit * 1e12, "pJ/bit",
            conditions, remark: remark)
          if rows == 10 { bars.append(.init("10 x \(wavelengths)", costs.joulesPerBit * 1e12)) }
        }
      }
      report.charts.append(
        EvidenceChart("arrays-\(devices.name)", "Energy of a bit by array, \(devices.name)", unit: "pJ/bit", bars: bars)
      )
    }
  }

  /// Ratios to baselines that are named, beside the published ones.
  public mutating func addRatios() {
    let workload = TRONWorkload.bertBase
    let base = XFormerWorkload.bertBase
    let seconds = base.seconds(tokens: workload.tokens, block: 64, .kvFirst, .planes100)
    let crossbars = workload.operations / seconds / 1e9
    add(
      "baseline.xformer.gops", "throughput of X-Former's model", crossbars, "GOPS",
      "BERT-base, 128 tokens, planes of 100 ns, keys and values first", remark: "modelled in this project")
    let published = 971.0
    add(
      "baseline.p100.epb", "energy of a bit of a P100", published, "pJ/bit", "convolutional networks", tag: .published,
      remark: "from CrossLight's table; its own best is 28.8 pJ/bit, of other networks than ours")
    for devices in PhotonicDevices.corners {
      for rings in [true, false] {
        var assumptions = TRONAssumptions()
        assumptions.imprintsByRings = rings
        let costs = TRONCosts(workload, on: sizes, devices, assumptions)
        let conditions = "\(devices.name); \(Self.text(assumptions)); \(Self.text(sizes))"
        let id = "\(devices.name).\(rings ? "rings" : "lasers")"
        add(
          "ratio.gops.\(id)", "throughput over X-Former's model", costs.gops / crossbars, "times", conditions,
          paper: 14,
          remark: "the published ratio is to baselines that are not at hand: no comparison of like with like")
        add(
          "ratio.epb.\(id)", "energy of a bit of a P100 over ours", published / (costs.joulesPerBit * 1e12), "times",
          conditions, paper: 8,
          remark:
            "the published ratio is to baselines that are not at hand; the P100's figure is of convolutional networks")
      }
    }
  }

  /// The drawings of spectra, as files.
  public static let spectra: [(name: String, text: String)] = [
    ("spectra-1.2.svg", SpectrumDrawing(RingSpectrum(), weights: [0.1, 0.9, 0.5, 0.01, 0.75, 0.3, 0.9, 0.2]).svg),
    (
      "spectra-2.6.svg",
      SpectrumDrawing(
        RingSpectrum(qualityFactor: 8000, spacing: 2.6), weights: [0.1, 0.9, 0.5, 0.01, 0.75, 0.3, 0.9]
      ).svg
    ),
  ]
}
