import Foundation
import Models
import TRON
import Transformer

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
      (8000.0, 1.2, 15), (8000, 1.0, 15), (8000, 2.25, 8), (8000, 2.6, 6), (20000, 1.2, 15), (3100, 1.0, 15),
    ] {
      for predistorts in [false, true] {
        all.append(
          trial(
            "crosstalk.q\(Int(quality)).\(spacing).\(rings).\(predistorts ? "calibrated" : "raw")",
            "matrix of crosstalk, Q \(Int(quality)), \(spacing) nm, \(rings) rings, weights alone"
          ) {
            $0.bank.wavelengths = rings
            $0.effects.spectrum.qualityFactor = quality
            $0.effects.spectrum.spacing = spacing
            $0.predistorts = predistorts
          })
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
    for kelvins in [-1.0, -0.5, -0.1, 0.1, 0.5, 1] {
      for isLocked in [false, true] {
        var warm = trial(
          "drift.\(kelvins).\(isLocked ? "locked" : "unlocked")",
          "calibrated; Lorentzian tuning of 12 bits, \(kelvins) K\(isLocked ? ", locked again by dither" : "")"
        ) {
          $0.effects.tuning = .lorentzian
          $0.effects.drift = 0.08
          $0.effects.heaterStep = 0.001
          $0.effects.heating = 0.05
        }
        (warm.temperature, warm.isLocked) = (Int8((kelvins * RingBank.temperatureSteps).rounded()), isLocked)
        all.append(warm)
      }
    }
    return all
  }

  /// How near a model's embeddings stay to binary32 when all products of its layers, attention included, are made on banks of rings.
  ///
  /// Functions and scales are those of the quantised model; with ideal banks every number is that model's.
  ///
  /// - Parameters:
  ///   - name: what the model is called in the rows.
  ///   - calibration: sequences whose ranges scale the codes.
  ///   - sequences: what is measured.
  ///   - seeds: of trials with noise.
  ///   - trials: what is measured of.
  /// - Throws: what the model says.
  public mutating func addAccuracy(
    _ name: String, _ model: TransformerModel, calibration: [TokenSequence], sequences: [TokenSequence], seeds: Int = 3,
    trials: [Trial] = trials, progress: (String) -> Void = { _ in }
  ) throws {
    let output = "embedding"
    let quantized = try QuantizedModel(
      model, ranges: ActivationRanges(of: model, sequences: calibration),
      profile: NumericsProfile())
    var wanted: [[Float]] = []
    var digital: [Double] = []
    for sequence in sequences {
      let graph = try model.graph(tokens: sequence.count, outputs: [output])
      guard let real = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: sequence))[output]?.real
      else { throw MachineError.model("'\(name)' gives no embedding") }
      wanted.append(real.elements)
      let found = try quantized.run(sequence, outputs: [output]).outputs[output]?.real?.elements ?? []
      digital.append(ApproximationError(of: found, reference: real.elements).cosine)
    }
    let conditions = "\(name), \(model.layers) layers, \(sequences.count) texts that were not used for calibration"
    func row(_ id: String, _ words: String, _ cosines: [Double], _ remark: String = "") -> EvidenceRow {
      let mean = cosines.reduce(0, +) / Double(cosines.count)
      let squares = cosines.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error =
        cosines.count > 1 ? (squares / Double(cosines.count - 1) / Double(cosines.count)).squareRoot() : 0
      return EvidenceRow(
        "accuracy.\(name).\(id)", "cosine of embeddings against binary32: \(words)", ours: mean, unit: "cosine",
        conditions: conditions, tag: .measured,
        remark: "standard error \(EvidenceRow.text(error)), least \(EvidenceRow.text(cosines.min() ?? .nan))"
          + (remark.isEmpty ? "" : "; \(remark)"))
    }
    report.rows.append(row("digital", "exact products, the same quantised model", digital))
    var bars = [EvidenceChart.Bar("digital", digital.reduce(0, +) / Double(max(1, digital.count)))]
    for trial in trials {
      progress(trial.name)
      var cosines: [Double] = []
      for seed in 0..<(trial.isRandom ? seeds : 1) {
        var machine = trial.sizes
        machine.effects.seed = UInt64(seed + 1)
        let kernel = try RingKernel(machine, temperature: trial.temperature, isLocked: trial.isLocked)
        for (sequence, reference) in zip(sequences, wanted) {
          let result = try quantized.run(
            sequence, outputs: [output], products: { kernel($0, $1, $2, $3, $4) })
          cosines.append(
            ApproximationError(of: result.outputs[output]?.real?.elements ?? [], reference: reference).cosine)
        }
      }
      let isSame =
        trial.name == "ideal" ? cosines == digital ? "equal to exact products" : "NOT equal to exact products" : ""
      report.rows.append(row(trial.name, trial.words, cosines, isSame))
      bars.append(.init(trial.name, cosines.reduce(0, +) / Double(cosines.count)))
    }
    report.charts.append(
      EvidenceChart("accuracy-\(name)", "Cosine of \(name)'s embeddings against binary32", unit: "cosine", bars: bars))
  }
}
