import Foundation
import Models
import TRON
import Transformer
import XFormer

extension TRONEvidence {
  /// A machine and a state of it, of which a model's accuracy is measured.
  public struct Trial: Sendable {
    /// What a row's id says.
    public var name: String
    /// What differs from the machine of the evidence, in words.
    public var words: String
    /// The machine.
    public var sizes: TRONSizes
    /// Steps of 0.05 K.
    public var temperature: Int8 = 0
    /// Whether heaters were set at this temperature.
    public var isLocked = false
    /// Whether the seed matters, so that several are run.
    public var isRandom = false
    /// The sweeps that it is a point of.
    public var sweeps: [Sweep] = []
  }

  /// A place in a drawing over a number.
  public struct Sweep: Hashable, Sendable {
    /// What is across, and what the line is.
    public var across, line: String
    /// Where.
    public var place: Double
  }

  /// The machine that trials start from: banks of 10 × 15, one of them, which all tiles share.
  static func machine(_ change: (inout TRONSizes) -> Void) -> TRONSizes {
    var sizes = TRONSizes.reference
    (sizes.heads, sizes.banks) = (1, 2)
    sizes.bank = RingBankGeometry(rows: 10, wavelengths: 15, converterBits: 24)
    sizes.effects.gain = 1
    change(&sizes)
    if sizes.predistorts || sizes.effects.throughLoss > 0 {
      sizes.effects = sizes.effects.calibrated(sizes.bank, predistorts: sizes.predistorts)
    }
    return sizes
  }

  /// The trials of a sweep over quality factor, spacing, calibration, converters, and temperature.
  public static var trials: [Trial] {
    func trial(_ name: String, _ words: String, _ change: (inout TRONSizes) -> Void) -> Trial {
      Trial(name: name, words: words, sizes: machine(change))
    }
    var all = [
      trial("ideal", "no effect") {
        $0.effects.crosstalk = .none
        $0.predistorts = false
      }
    ]
    for (quality, spacing, rings) in [
      (8000.0, 1.2, 15), (8000, 1.0, 15), (8000, 2.25, 8), (8000, 2.6, 6), (20000, 1.2, 15), (3100, 1.2, 15),
      (3100, 1.0, 15),
    ] {
      for predistorts in [false, true] {
        let state = predistorts ? "calibrated" : "raw"
        var point = trial(
          "crosstalk.q\(Int(quality)).\(spacing).\(rings).\(state)",
          "matrix of crosstalk, Q \(Int(quality)), \(spacing) nm, \(rings) rings, weights alone"
        ) {
          $0.bank.wavelengths = rings
          $0.effects.spectrum.qualityFactor = quality
          $0.effects.spectrum.spacing = spacing
          $0.predistorts = predistorts
        }
        if spacing == 1.2 { point.sweeps.append(Sweep(across: "quality factor", line: state, place: quality)) }
        if quality == 8000 { point.sweeps.append(Sweep(across: "spacing in nm", line: state, place: spacing)) }
        all.append(point)
      }
    }
    for predistorts in [false, true] {
      all.append(
        trial(
          "imprint.\(predistorts ? "calibrated" : "raw")",
          "crosstalk of weights and of activations that rings set, Q 8000, 1.2 nm"
        ) {
          $0.effects.imprintsByRings = true
          $0.predistorts = predistorts
        })
    }
    for (bits, shift) in [(8, 8), (8, 10), (10, 6), (12, 4)] {
      all.append(
        trial("converter.\(bits).\(shift)", "calibrated; converters of \(bits) bits with a step of 2^\(shift) products")
        {
          ($0.bank.converterBits, $0.bank.converterShift) = (bits, shift)
        })
    }
    for bits in [8, 10, 12] {
      all.append(
        trial("tuning.\(bits)", "calibrated; Lorentzian tuning by codes of \(bits) bits") {
          $0.effects.tuning = .lorentzian
          $0.effects.tuningBits = bits
        })
    }
    for noise in [0.001, 0.01] {
      var noisy = trial("noise.\(noise)", "calibrated; current noise of \(noise) of it, seeds") {
        $0.effects.relativeNoise = noise
      }
      noisy.isRandom = true
      all.append(noisy)
    }
    for kelvins in [-1.0, -0.5, -0.1, 0, 0.1, 0.5, 1] {
      for isLocked in [false, true] {
        var warm = trial(
          "drift.\(kelvins).\(isLocked ? "locked" : "unlocked")",
          "calibrated; Lorentzian tuning of 12 bits, \(kelvins) K\(isLocked ? ", locked again by dither" : "")"
        ) {
          // Heaters are found from the codes of each arm.
          $0.bank.detection = .separate
          $0.effects.tuning = .lorentzian
          $0.effects.drift = 0.08
          $0.effects.heaterStep = 0.001
          $0.effects.heating = 0.05
        }
        (warm.temperature, warm.isLocked) = (Int8((kelvins * RingBank.temperatureSteps).rounded()), isLocked)
        warm.sweeps = [
          Sweep(
            across: "drift in kelvins", line: isLocked ? "heaters found again" : "heaters as they were", place: kelvins)
        ]
        all.append(warm)
      }
    }
    return all
  }

  /// How near a model's embeddings stay to binary32 when all products of its layers, attention included, are made on banks of rings:
  /// the golden machine executes the compiler's program, and the host makes the embedding of its output.
  ///
  /// - Parameters:
  ///   - name: what the model is called in the rows.
  ///   - calibration: sequences whose ranges scale the codes.
  ///   - sequences: what is measured.
  ///   - seeds: of trials with noise.
  ///   - trials: what is measured of.
  /// - Throws: what the model says, ``XFormer/XFormerError`` and ``TRON/TRONError``.
  public mutating func addAccuracy(
    _ name: String, _ model: TransformerModel, calibration: [TokenSequence], sequences: [TokenSequence], seeds: Int = 3,
    trials: [Trial] = trials, progress: (String) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws {
    let quantizer = try XFormerQuantizer(model, sequences: calibration, isCancelled: isCancelled)
    // Exponents have 6 fraction bits, as those of the softmax here.
    let encoder = try quantizer.encoder(0..<model.layers, for: .layer)
    let texts = try sequences.map { try Text($0, model, quantizer, encoder) }
    let conditions = "\(name), \(model.layers) layers, \(sequences.count) texts that were not used for calibration"
    func row(_ id: String, _ words: String, _ point: Measured, _ remark: String = "") -> EvidenceRow {
      EvidenceRow(
        "accuracy.\(name).\(id)", "cosine of embeddings against binary32: \(words)", ours: point.mean, unit: "cosine",
        conditions: conditions, tag: .measured,
        remark: "standard error \(EvidenceRow.text(point.error)), least \(EvidenceRow.text(point.least))"
          + (remark.isEmpty ? "" : "; \(remark)"))
    }
    let digital = Measured(try texts.map { try $0.cosine(wide: $0.exact.wide, narrow: $0.exact.narrow) })
    report.rows.append(row("digital", "the same layers in exact integers", digital))
    var bars = [EvidenceChart.Bar("digital", digital.mean, deviation: digital.error)]
    var lines: [String: [String: [EvidencePlot.Point]]] = [:]
    for trial in trials {
      progress(trial.name)
      var cosines: [Double] = []
      var isSame = true
      for seed in 0..<(trial.isRandom ? seeds : 1) {
        var sizes = trial.sizes
        sizes.effects.seed = UInt64(seed + 1)
        for text in texts {
          guard !isCancelled() else { throw MachineError.cancelled }
          let output = try text.output(of: sizes, trial)
          isSame = isSame && output.wide == text.exact.wide
          cosines.append(try text.cosine(wide: output.wide, narrow: output.narrow))
        }
      }
      let point = Measured(cosines)
      let remark =
        trial.name == "ideal" ? "\(isSame ? "equal to" : "NOT equal to") the integer transformer in every bit" : ""
      report.rows.append(row(trial.name, trial.words, point, remark))
      bars.append(.init(trial.name, point.mean, deviation: point.error))
      for sweep in trial.sweeps {
        lines[sweep.across, default: [:]][sweep.line, default: []].append(
          .init(sweep.place, point.mean, deviation: point.error))
      }
    }
    report.charts.append(
      EvidenceChart("accuracy-\(name)", "Cosine of \(name)'s embeddings against binary32", unit: "cosine", bars: bars))
    for across in lines.keys.sorted() {
      let own = lines[across] ?? [:]
      report.plots.append(
        EvidencePlot(
          "accuracy-\(name)-" + across.replacing(" ", with: "-"), "Cosine of \(name)'s embeddings over \(across)",
          across: across, along: "cosine",
          lines: own.keys.sorted().map { line in .init(line, (own[line] ?? []).sorted { $0.across < $1.across }) }))
    }
  }

  /// Cosines of texts and seeds.
  private struct Measured {
    let mean, error, least: Double

    init(_ cosines: [Double]) {
      let count = Double(max(1, cosines.count))
      let mean = cosines.reduce(0, +) / count
      let squares = cosines.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      error = cosines.count > 1 ? (squares / (count - 1) / count).squareRoot() : 0
      (self.mean, least) = (mean, cosines.min() ?? .nan)
    }
  }

  /// A text, in integers and in binary32.
  private struct Text {
    typealias Output = (wide: [[Int32]], narrow: [[Int32]])

    private let layers: [TRONLayer]
    private let input: [[Int32]]
    private let encoder: XFormerQuantizer.Encoder
    private let model: TransformerModel
    private let wanted: [Float]
    /// The output of the integer transformer.
    let exact: Output

    init(
      _ sequence: TokenSequence, _ model: TransformerModel, _ quantizer: XFormerQuantizer,
      _ encoder: XFormerQuantizer.Encoder
    ) throws {
      (self.model, self.encoder) = (model, encoder)
      input = encoder.codes(try quantizer.rows(sequence, layers: 0..<model.layers).input)
      var (layers, rows, last): ([TRONLayer], [[Int32]], TRONLayer.Result?) = ([], input, nil)
      for layer in encoder.layers {
        let own = try TRONLayer(layer, measuredOn: rows)
        let result = own(rows, path: .direct)
        layers.append(own)
        (rows, last) = (result.wide, result)
      }
      self.layers = layers
      exact = (rows, Self.rows(last?.steps["output"] ?? [], width: model.hiddenSize))
      let graph = try model.graph(tokens: sequence.count, outputs: ["embedding"])
      let found = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: sequence))["embedding"]?.real
      guard let found else { throw MachineError.model("the model gives no embedding") }
      wanted = found.elements
    }

    private static func rows(_ numbers: [Int32], width: Int) -> [[Int32]] {
      stride(from: 0, to: numbers.count, by: width).map { Array(numbers[$0..<$0 + width]) }
    }

    /// What the golden machine gives.
    func output(of sizes: TRONSizes, _ trial: Trial) throws -> Output {
      let program = try TRONCompiler(sizes).program(layers, input: input)
      var machine = try TRONMachine(sizes, memory: program.memory)
      machine.temperature = trial.temperature
      if trial.isLocked { machine.lock() }
      machine.run(program.commands)
      let results = ["output.wide", "output"].map { name in
        Self.rows(
          program.results.last { $0.name.hasSuffix(name) }.map { machine.numbers($0) } ?? [], width: model.hiddenSize)
      }
      return (results[0], results[1])
    }

    /// The cosine of the embedding of an output with that of binary32.
    func cosine(wide: [[Int32]], narrow: [[Int32]]) throws -> Double {
      let found = try model.results(ofHidden: encoder.hidden(wide: wide, narrow: narrow))
      return ApproximationError(of: found["embedding"]?.real?.elements ?? [], reference: wanted).cosine
    }
  }
}
