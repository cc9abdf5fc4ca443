import AnalogMacros
import Foundation
import TRON
import Testing

/// The bank of rings as integers.
@Suite struct RingBankTests {
  private static func number(_ index: Int, _ greatest: Int) -> Int {
    Int(CounterNoise.mix(UInt64(index)) % UInt64(2 * greatest + 1)) - greatest
  }

  /// Signed weights of a bank, and magnitudes of a pass.
  private static func operands(_ geometry: RingBankGeometry, _ seed: Int) -> (weights: [[Int]], activations: [Int]) {
    (
      (0..<geometry.rows).map { row in
        (0..<geometry.wavelengths).map { number(seed << 16 | row << 8 | $0, geometry.greatest) }
      }, (0..<geometry.wavelengths).map { abs(number(seed << 16 | 0xFF00 | $0, geometry.greatest)) }
    )
  }

  private static func bank(
    _ geometry: RingBankGeometry, _ effects: RingEffects, _ calibration: RingCalibration, _ weights: [[Int]],
    number: UInt32 = 0
  ) -> RingBank {
    var bank = RingBank(geometry, effects, number: number)
    for (row, values) in weights.enumerated() {
      let codes = calibration.codes(weights: values, wavelengths: geometry.wavelengths)
      bank.write(row: row, positive: codes.positive, negative: codes.negative)
    }
    return bank
  }

  /// Codes of rows in steps of the converter, beside the exact sums.
  private static func compared(
    _ geometry: RingBankGeometry, _ effects: RingEffects, predistorts: Bool, seeds: Int = 20, temperature: Int8 = 0
  ) -> (error: Double, scale: Double) {
    let effects = effects.calibrated(geometry, predistorts: predistorts)
    let calibration = RingCalibration(geometry, effects, predistorts: predistorts)
    var (error, scale) = (0.0, 0.0)
    for seed in 0..<seeds {
      let (weights, activations) = operands(geometry, seed)
      var bank = Self.bank(geometry, effects, calibration, weights, number: UInt32(seed))
      let light =
        effects.imprintsByRings ? calibration.fine(activations) : activations.map { $0 << effects.fractionBits }
      let codes = bank.codes(activations: light, event: UInt32(seed), temperature: temperature)
      for (code, row) in zip(codes, weights) {
        let sum = zip(activations, row).reduce(0) { $0 + $1.0 * $1.1 }
        error += pow(Double(code) - Double(sum), 2)
        scale += pow(Double(sum), 2)
      }
    }
    return (error.squareRoot(), scale.squareRoot())
  }

  @Test(arguments: RingBankGeometry.Detection.allCases, [1, 2, 8, 15])
  func `Without effects a code is the sum`(detection: RingBankGeometry.Detection, wavelengths: Int) {
    let geometry = RingBankGeometry(rows: 3, wavelengths: wavelengths, detection: detection)
    for fractionBits in [0, 3] {
      var effects = RingEffects()
      effects.fractionBits = fractionBits
      #expect(effects.isIdeal)
      #expect(Self.compared(geometry, effects, predistorts: false).error == 0)
    }
    // Every end of the operands.
    let greatest = geometry.greatest
    for sign in [-1, 1] {
      let rows = [[Int]](repeating: [Int](repeating: sign * greatest, count: wavelengths), count: 3)
      var bank = Self.bank(
        geometry, RingEffects(), RingCalibration(geometry, RingEffects(), predistorts: false), rows)
      let light = [Int](repeating: greatest, count: wavelengths)
      #expect(bank.codes(activations: light) == [Int](repeating: sign * geometry.greatestSum, count: 3))
    }
  }

  @Test func `A bank of one ring is a multiplier`() {
    let geometry = RingBankGeometry(rows: 1, wavelengths: 1, operandBits: 5)
    let calibration = RingCalibration(geometry, RingEffects(), predistorts: false)
    for weight in -15...15 {
      var bank = Self.bank(geometry, RingEffects(), calibration, [[weight]])
      for activation in 0...15 { #expect(bank.codes(activations: [activation]) == [activation * weight]) }
    }
  }

  @Test func `A converter rounds to even and stops at its ends`() {
    let geometry = RingBankGeometry(
      rows: 1, wavelengths: 2, operandBits: 4, converterBits: 4, converterShift: 2, detection: .balanced)
    let calibration = RingCalibration(geometry, RingEffects(), predistorts: false)
    func code(_ weights: [Int], _ activations: [Int]) -> Int {
      var bank = Self.bank(geometry, RingEffects(), calibration, [weights])
      return bank.codes(activations: activations)[0]
    }
    #expect(code([2, 0], [1, 0]) == 0)
    #expect(code([3, 0], [2, 0]) == 2)
    #expect(code([-3, 0], [2, 0]) == -2)
    #expect(code([7, 7], [7, 7]) == 7)
    #expect(code([-7, -7], [7, 7]) == -8)
    var apart = geometry
    apart.detection = .separate
    var bank = Self.bank(apart, RingEffects(), calibration, [[7, -7]])
    #expect(bank.armCodes(activations: [7, 4]) == [[12, 7]])
  }

  /// Each knob by itself, and what it has to do.
  static let knobs: [(String, @Sendable (inout RingEffects) -> Void)] = [
    ("matrix", { $0.crosstalk = .matrix }), ("imprint", { $0.imprintsByRings = true }),
    ("loss", { $0.throughLoss = 0.0046 }), ("gain", { $0.gain = 1.0625 }),
    ("relative noise", { $0.relativeNoise = 0.01 }),
    ("detector noise", { $0.detectorNoise = 300 }), ("lorentzian", { $0.tuning = .lorentzian }),
    (
      "spectral",
      {
        $0.tuning = .lorentzian
        $0.crosstalk = .spectral
      }
    ),
    (
      "fabrication",
      {
        $0.tuning = .lorentzian
        $0.fabrication = 0.02
      }
    ),
    (
      "drift",
      {
        $0.tuning = .lorentzian
        $0.drift = 0.08
      }
    ),
  ]

  @Test(arguments: knobs)
  func `A knob by itself changes codes, and turned to nothing changes none`(
    name: String, set: @Sendable (inout RingEffects) -> Void
  ) {
    let geometry = RingBankGeometry(rows: 4, wavelengths: 8)
    var effects = RingEffects()
    set(&effects)
    #expect(!effects.isIdeal && effects.fault == nil)
    let (weights, activations) = Self.operands(geometry, 3)
    let calibration = RingCalibration(geometry, effects, predistorts: false)
    var plain = RingEffects()
    (plain.tuning, plain.seed) = (effects.tuning, effects.seed)
    let temperature: Int8 = name == "drift" ? 10 : 0
    func codes(_ effects: RingEffects) -> [Int] {
      var bank = Self.bank(geometry, effects, calibration, weights)
      return bank.codes(activations: activations, event: 5, temperature: temperature)
    }
    let exact = weights.map { zip($0, activations).reduce(0) { $0 + $1.0 * $1.1 } }
    #expect(codes(effects) != (name == "lorentzian" ? exact : codes(plain)), "\(name)")
    // What is computed with crosstalk so small that nothing rounds to more than 0 is what integers give.
    if name == "matrix" || name == "imprint" {
      effects.spectrum.qualityFactor = 1e6
      effects.spectrum.spacing = 50
      #expect(codes(effects) == exact)
    }
  }

  @Test func `Noise has the strength of its knob`() {
    let geometry = RingBankGeometry(rows: 8, wavelengths: 8)
    var effects = RingEffects()
    effects.detectorNoise = 500
    let (weights, activations) = Self.operands(geometry, 1)
    let calibration = RingCalibration(geometry, effects, predistorts: false)
    var bank = Self.bank(geometry, effects, calibration, weights)
    var ideal = Self.bank(geometry, RingEffects(), calibration, weights)
    let exact = ideal.codes(activations: activations)
    var (sum, squares, count) = (0.0, 0.0, 0.0)
    for event in 0..<200 {
      for (code, value) in zip(bank.codes(activations: activations, event: UInt32(event)), exact) {
        let error = Double(code - value)
        (sum, squares, count) = (sum + error, squares + error * error, count + 1)
      }
    }
    #expect(abs(sum / count) < 50)
    #expect(abs((squares / count).squareRoot() - 500) < 35)
    // The same event has the same noise, whatever was read before.
    #expect(bank.codes(activations: activations, event: 7) == bank.codes(activations: activations, event: 7))
  }

  @Test func `A pass that continues adds its current before it is converted`() {
    let geometry = RingBankGeometry(rows: 2, wavelengths: 4, operandBits: 5, converterBits: 16, converterShift: 3)
    let calibration = RingCalibration(geometry, RingEffects(), predistorts: false)
    let weights = [[3, -7, 1, 2], [-1, 5, -2, 15]]
    var bank = Self.bank(geometry, RingEffects(), calibration, weights)
    _ = bank.codes(activations: [1, 1, 0, 1])
    let both = bank.codes(activations: [0, 3, 2, 1], continues: true)
    let sums = weights.map { $0[0] + 4 * $0[1] + 2 * $0[2] + 2 * $0[3] }
    #expect(both == sums.map { Int((Double($0) / 8).rounded(.toNearestOrEven)) })
  }

  @Test(arguments: [(15, 1.2), (15, 1.0), (8, 2.25)])
  func `Predistortion brings back what the matrix of crosstalk takes`(wavelengths: Int, spacing: Double) {
    let geometry = RingBankGeometry(rows: 6, wavelengths: wavelengths)
    for (tuning, imprints) in [(RingEffects.Tuning.linear, false), (.linear, true), (.lorentzian, false)] {
      var effects = RingEffects()
      effects.spectrum.spacing = spacing
      effects.crosstalk = .matrix
      effects.fractionBits = 5
      effects.tuning = tuning
      effects.tuningBits = 14
      effects.imprintsByRings = imprints
      let raw = Self.compared(geometry, effects, predistorts: false)
      let calibrated = Self.compared(geometry, effects, predistorts: true)
      #expect(raw.error / raw.scale > 2e-3)
      #expect(
        calibrated.error < raw.error / 5,
        "\(tuning) \(imprints): \(raw.error / raw.scale) \(calibrated.error / calibrated.scale)")
      #expect(calibrated.error / calibrated.scale < 2e-3)
    }
  }

  @Test func `A shift of twelve bits sets a weight to eight bits, one of eight does not`() {
    let geometry = RingBankGeometry(rows: 6, wavelengths: 8)
    func error(_ bits: Int) -> Double {
      var effects = RingEffects()
      effects.tuning = .lorentzian
      effects.tuningBits = bits
      let found = Self.compared(geometry, effects, predistorts: false)
      return found.error / found.scale
    }
    #expect(error(12) < 1.0 / 512)
    #expect(error(8) > 1.0 / 256)
  }

  @Test func `Warmth of a kelvin destroys sums, and the lock brings them back`() {
    let geometry = RingBankGeometry(rows: 2, wavelengths: 4, converterBits: 20, detection: .separate)
    var effects = RingEffects()
    effects.tuning = .lorentzian
    effects.drift = 0.08
    effects.heaterStep = 0.002
    effects.heating = 0.1
    effects.fabrication = 0.03
    let calibration = RingCalibration(geometry, effects, predistorts: false)
    let (weights, activations) = Self.operands(geometry, 9)
    let exact = weights.map { zip($0, activations).reduce(0) { $0 + $1.0 * $1.1 } }
    func error(_ bank: inout RingBank, _ temperature: Int8) -> Double {
      for (row, values) in weights.enumerated() {
        let codes = calibration.codes(weights: values, wavelengths: 4)
        bank.write(row: row, positive: codes.positive, negative: codes.negative)
      }
      let codes = bank.codes(activations: activations, temperature: temperature)
      return zip(codes, exact).map { abs(Double($0 - $1)) }.max() ?? 0
    }
    let scale = Double(geometry.greatest * geometry.greatest)
    for kelvins in [-1.0, -0.5, -0.1, 0.1, 0.5, 1] {
      let temperature = Int8(kelvins * RingBank.temperatureSteps)
      var bank = RingBank(geometry, effects)
      let raw = error(&bank, temperature)
      let conversions = RingLock.lock(&bank, temperature: temperature)
      let locked = error(&bank, temperature)
      #expect(raw > 0.1 * scale, "\(kelvins) K: \(raw)")
      #expect(locked < 0.06 * scale && locked < raw / 2, "\(kelvins) K: \(raw) to \(locked) in \(conversions)")
      // Each resonance stands within two steps of a heater of its light.
      let step = effects.heaterStep / effects.spectrum.halfLinewidth * RingBank.detuningSteps
      for line in 0..<4 {
        for detuning in bank.detunings(row: line / 2, arm: line % 2, temperature: temperature) {
          #expect(abs(Double(detuning)) <= 2 * step, "\(kelvins) K: \(detuning)")
        }
      }
    }
  }

  /// How far resonances stay from their light when heaters are found, in steps of a heater, and the conversions.
  private static func locked(heating: Double, sweeps: Int, predistorts: Bool) -> (distance: Double, conversions: Int) {
    let geometry = RingBankGeometry(rows: 2, wavelengths: 6, converterBits: 20, detection: .separate)
    var effects = RingEffects()
    (effects.tuning, effects.drift, effects.fabrication) = (.lorentzian, 0.08, 0.03)
    (effects.heaterStep, effects.heating) = (0.001, heating)
    var bank = RingBank(geometry, effects)
    let conversions = RingLock.lock(
      &bank, temperature: 10, sweeps: sweeps,
      predistortion: predistorts ? HeaterPredistortion(geometry, effects) : nil)
    let step = effects.heaterStep / effects.spectrum.halfLinewidth * RingBank.detuningSteps
    let distances = (0..<4).flatMap { line in
      bank.detunings(row: line / 2, arm: line % 2, temperature: 10).map { abs(Double($0)) / step }
    }
    return (distances.max() ?? 0, conversions)
  }

  @Test(arguments: [0.1, 0.3])
  func `With predistorted heaters one sweep does what takes several without`(heating: Double) {
    let plain = Self.locked(heating: heating, sweeps: 1, predistorts: false)
    let three = Self.locked(heating: heating, sweeps: 3, predistorts: false)
    let one = Self.locked(heating: heating, sweeps: 1, predistorts: true)
    #expect(one.distance <= 3 && one.distance < plain.distance / 4, "\(plain) \(three) \(one)")
    #expect(one.conversions < three.conversions)
  }

  @Test func `By spectra a shifted ring takes more of its neighbour than the matrix says`() {
    let geometry = RingBankGeometry(rows: 1, wavelengths: 2)
    var effects = RingEffects()
    effects.tuning = .lorentzian
    func weight(_ crosstalk: RingEffects.Crosstalk) -> Double {
      effects.crosstalk = crosstalk
      var bank = RingBank(geometry, effects)
      bank.write(row: 0, positive: [4095, 2000], negative: [0, 0])
      return Double(bank.weights(row: 0, arm: 0)[1]) / 65536
    }
    let (none, matrix, spectral) = (weight(.none), weight(.matrix), weight(.spectral))
    // Ring 0 is shifted by 0.45 nm towards wavelength 1, 1.2 nm away.
    let expected = effects.spectrum.transmission(detuning: 1.2 - 0.45)
    #expect(abs(spectral / none - expected) < 1e-3)
    #expect(spectral < matrix && matrix < none)
  }

  @Test func `Mistakes are named`() {
    var effects = RingEffects()
    effects.drift = 0.08
    #expect(effects.fault == "drift moves resonances, and linear tuning has none: set Lorentzian tuning")
    effects = RingEffects()
    effects.crosstalk = .spectral
    #expect(
      effects.fault == "crosstalk by spectra needs Lorentzian tuning: set tuning or take the matrix")
    effects = RingEffects()
    effects.relativeNoise = 0.5
    #expect(effects.fault == "relativeNoise is 0.5, and must be 0.0 to 0.25")
    #expect(RingBankGeometry(wavelengths: 65).fault == "wavelengths is 65, and must be 1 to 64")
  }

  @Test func `Adders and gains of light`() {
    #expect(CoherentAdder()([5, -7], [100, -32767]) == [105, -32774])
    let tilted = CoherentAdder(phaseError: 0.1)
    #expect(tilted.factor == 65209)
    #expect(tilted([0, 0], [1000, -1000]) == [995, -995])
    #expect(OpticalGain().codes([12345, -32768]) == [12345, -32768])
    #expect(OpticalGain(bits: 8).codes([12345, 32767, -32768]) == [12288, 32512, -32768])
  }
}
