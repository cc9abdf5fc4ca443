import AnalogMacros
import CRings
import NumberFormats

/// A bank of microrings with its converters: codes of weights and activations in, codes of sums out.
///
/// With no effect on, the code of a row is the exact sum Σ xᵢ · wᵢ of magnitudes xᵢ and signed wᵢ, divided by 2^`converterShift`, rounded to
/// nearest and clamped to the converter. With effects, each code of a weight is a transmission, the light of each wavelength passes
/// all rings of its row, and detectors, receiver and converter follow, all of it in integers: hardware gives the same codes.
/// The current of a pass may be added to that of the pass before, as a laser that is driven by a detector does.
public struct RingBank: Sendable {
  /// Steps of a temperature's code in a kelvin: 0.05 K each, −6.4 to 6.35 K.
  public static let temperatureSteps = 20.0
  /// Units of a detuning in half a linewidth.
  public static let detuningSteps = 1024.0

  /// Rings and converters.
  public let geometry: RingBankGeometry
  /// What is not ideal.
  public let effects: RingEffects
  /// Number of the bank in the design: other numbers, other places of resonances and other noise.
  public let number: UInt32
  let rings: systole_rings
  private let reads: CounterNoise
  /// Places of the resonances as fabricated, by row, arm and wavelength.
  private let fabricated: [Int64]
  private var codes: [Int32]
  private var heaters: [Int32]
  private var held: [Int64]
  /// The weights that light sees at a temperature, while nothing changes.
  private var seen: (temperature: Int8, weights: [Int32])?

  /// A bank whose codes and heaters are 0.
  public init(_ geometry: RingBankGeometry, _ effects: RingEffects = RingEffects(), number: UInt32 = 0) {
    if let fault = geometry.fault ?? effects.fault { preconditionFailure("ring bank: \(fault)") }
    (self.geometry, self.effects, self.number) = (geometry, effects, number)
    rings = Self.coefficients(geometry, effects)
    reads = CounterNoise(seed: effects.seed, macro: number, purpose: .read)
    fabricated = Self.places(geometry, effects, number: number)
    let count = geometry.rows * 2 * geometry.wavelengths
    codes = [Int32](repeating: 0, count: count)
    heaters = [Int32](repeating: 0, count: count)
    held = [Int64](repeating: 0, count: 2 * geometry.rows)
  }

  /// Where resonances are as fabricated, in detuning steps, by row, arm and wavelength.
  static func places(_ geometry: RingBankGeometry, _ effects: RingEffects, number: UInt32) -> [Int64] {
    let cells = CounterNoise(seed: effects.seed, macro: number, purpose: .cell)
    let deviation = Self.steps(effects.fabrication, effects)
    return (0..<geometry.rows * 2).flatMap { line in
      (0..<geometry.wavelengths).map { ring in
        (deviation * GaussianTable.value(cells.word(UInt32(line), UInt32(ring)))).roundedShiftRight(
          by: GaussianTable.fractionBits)
      }
    }
  }

  /// Nanometres as detuning steps, with so many fraction bits more.
  static func steps(_ nanometres: Double, _ effects: RingEffects, bits: Int = 0) -> Int64 {
    let scaled = nanometres / effects.spectrum.halfLinewidth * detuningSteps * Double(1 << bits)
    let limit = bits == 0 ? 0x1p24 : 0x1p29
    return Int64(min(max(scaled.rounded(.toNearestOrEven), -limit), limit))
  }

  static func factor(_ value: Double, bits: Int = 16) -> Int64 {
    Int64((value * Double(1 << bits)).rounded(.toNearestOrEven))
  }

  /// The integers of a bank.
  static func coefficients(_ geometry: RingBankGeometry, _ effects: RingEffects) -> systole_rings {
    let spectrum = effects.spectrum
    let span = spectrum.transmission(detuning: effects.greatestShift) - spectrum.leastTransmission
    let top = Double(1 << effects.tuningBits - 1)
    var kept = 1.0
    for _ in 0..<geometry.wavelengths { kept *= 1 - effects.throughLoss }
    return systole_rings(
      rows: Int32(geometry.rows), wavelengths: Int32(geometry.wavelengths), greatest: Int32(geometry.greatest),
      fraction_bits: Int32(effects.fractionBits), lorentzian: effects.tuning == .lorentzian ? 1 : 0,
      crosstalk: Int32(RingEffects.Crosstalk.allCases.firstIndex(of: effects.crosstalk) ?? 0),
      imprint: effects.imprintsByRings ? 1 : 0, separate: geometry.detection == .separate ? 1 : 0,
      converter_bits: Int32(geometry.converterBits), converter_shift: Int32(geometry.converterShift),
      spacing: steps(spectrum.spacing, effects), least: factor(spectrum.leastTransmission),
      step: steps(effects.greatestShift / top, effects, bits: 16),
      unit: factor(Double(geometry.greatest) / span), loss: factor(kept), gain: factor(effects.gain),
      relative_noise: factor(effects.relativeNoise), detector_noise: factor(effects.detectorNoise))
  }

  private func line(_ row: Int, _ arm: Int) -> Int { (row * 2 + arm) * geometry.wavelengths }

  /// Stores the codes of the rings of a row, of both arms; what a code means depends on ``RingEffects/Tuning``.
  public mutating func write(row: Int, positive: [Int], negative: [Int]) {
    for (arm, new) in [positive, negative].enumerated() {
      precondition(new.count == geometry.wavelengths, "a row has \(geometry.wavelengths) rings, not \(new.count)")
      for (ring, code) in new.enumerated() {
        precondition((0...greatestCode).contains(code), "code \(code) of a ring is not 0 to \(greatestCode)")
        codes[line(row, arm) + ring] = Int32(code)
      }
    }
    seen = nil
  }

  /// Sets the heaters of the rings of a row around their bias, −2048 to 2047.
  public mutating func heat(row: Int, positive: [Int], negative: [Int]) {
    for (arm, new) in [positive, negative].enumerated() {
      precondition(new.count == geometry.wavelengths, "a row has \(geometry.wavelengths) rings, not \(new.count)")
      for (ring, code) in new.enumerated() {
        precondition((-2048...2047).contains(code), "code \(code) of a heater is not -2048 to 2047")
        heaters[line(row, arm) + ring] = Int32(code)
      }
    }
    seen = nil
  }

  /// The greatest code of a ring.
  public var greatestCode: Int {
    effects.tuning == .lorentzian ? 1 << effects.tuningBits - 1 : geometry.greatest << effects.fractionBits
  }
  /// The greatest code of an activation.
  public var greatestActivation: Int { geometry.greatest << effects.fractionBits }

  /// Where the resonances of a row and arm are, in 1/1024 of half a linewidth from the light they belong to, codes apart.
  public func detunings(row: Int, arm: Int, temperature: Int8 = 0) -> [Int] {
    detuned(row, arm, temperature).map { Int($0) }
  }

  private func detuned(_ row: Int, _ arm: Int, _ temperature: Int8) -> [Int64] {
    let start = line(row, arm)
    let drift = (Self.steps(effects.drift / Self.temperatureSteps, effects, bits: 8) * Int64(temperature))
      .roundedShiftRight(by: 8)
    // What a heater's step does at each distance.
    var shares = [Self.steps(effects.heaterStep, effects, bits: 8)]
    let share = Self.factor(effects.heating)
    while shares.count < geometry.wavelengths {
      shares.append((shares[shares.count - 1] * share).roundedShiftRight(by: 16))
    }
    return (0..<geometry.wavelengths).map { ring in
      var heat: Int64 = 0
      for other in 0..<geometry.wavelengths { heat += shares[abs(ring - other)] * Int64(heaters[start + other]) }
      return min(max(fabricated[start + ring] + heat.roundedShiftRight(by: 8) + drift, -(1 << 24)), 1 << 24)
    }
  }

  /// The weights that the light of each wavelength sees in a row and arm, in 1/65,536 of a step.
  public func weights(row: Int, arm: Int, temperature: Int8 = 0) -> [Int] {
    weights(row, arm, temperature).map { Int($0) }
  }

  private func weights(_ row: Int, _ arm: Int, _ temperature: Int8) -> [Int32] {
    let start = line(row, arm)
    var result = [Int32](repeating: 0, count: geometry.wavelengths)
    withUnsafePointer(to: rings) {
      systole_rings_weights(
        $0, Array(codes[start..<start + geometry.wavelengths]), detuned(row, arm, temperature), &result)
    }
    return result
  }

  /// The codes of all rows for the magnitudes of a pass.
  ///
  /// - Parameters:
  ///   - activations: a code for each wavelength, 0 to ``greatestActivation``.
  ///   - event: number of the pass; another number gives other noise.
  ///   - temperature: steps of 0.05 K from where the bank was calibrated.
  ///   - continues: whether the current is added to that of the pass before.
  /// - Returns: the signed code of each row; the difference of two codes for ``RingBankGeometry/Detection/separate``.
  public mutating func codes(
    activations: [Int], event: UInt32 = 0, temperature: Int8 = 0, continues: Bool = false
  ) -> [Int] {
    armCodes(activations: activations, event: event, temperature: temperature, continues: continues).map {
      $0.count == 2 ? $0[0] - $0[1] : $0[0]
    }
  }

  /// The codes of the converters of all rows: one of a row, or one of each arm.
  public mutating func armCodes(
    activations: [Int], event: UInt32 = 0, temperature: Int8 = 0, continues: Bool = false
  ) -> [[Int]] {
    precondition(
      activations.count == geometry.wavelengths && activations.allSatisfy { (0...greatestActivation).contains($0) },
      "a pass has \(geometry.wavelengths) codes of 0 to \(greatestActivation)")
    let count = Int32(geometry.wavelengths)
    if seen?.temperature != temperature {
      let all = (0..<geometry.rows * 2).flatMap { weights($0 / 2, $0 % 2, temperature) }
      seen = (temperature, all)
    }
    let all = seen?.weights ?? []
    var light = [Int32](repeating: 0, count: geometry.wavelengths)
    withUnsafePointer(to: rings) { systole_rings_activations($0, activations.map { Int32($0) }, &light) }
    return (0..<geometry.rows).map { row in
      for arm in 0..<2 {
        let sum = systole_rings_sum(light, Array(all[line(row, arm)..<line(row, arm) + Int(count)]), count)
        held[2 * row + arm] = continues ? held[2 * row + arm] &+ sum : sum
      }
      let random = reads.word(event, UInt32(row))
      let sums =
        geometry.detection == .balanced
        ? [held[2 * row] &- held[2 * row + 1]] : [held[2 * row], held[2 * row + 1]]
      return withUnsafePointer(to: rings) { rings in
        sums.enumerated().map { arm, sum in
          let current = systole_rings_current(rings, sum, random, Int32(arm), GaussianTable.magnitudes)
          return Int(systole_rings_code(rings, current))
        }
      }
    }
  }

  /// The integers that the bank computes with, by the names of the macro's parameters.
  public static func parameters(_ geometry: RingBankGeometry, _ effects: RingEffects) -> [(name: String, value: Int)] {
    let rings = coefficients(geometry, effects)
    return [
      ("FRACTION_BITS", Int(rings.fraction_bits)), ("LORENTZIAN", Int(rings.lorentzian)),
      ("CROSSTALK", Int(rings.crosstalk)), ("IMPRINT", Int(rings.imprint)), ("SPACING", Int(rings.spacing)),
      ("LEAST", Int(rings.least)), ("STEP", Int(rings.step)), ("UNIT", Int(rings.unit)), ("LOSS", Int(rings.loss)),
      ("GAIN", Int(rings.gain)), ("RELATIVE_NOISE", Int(rings.relative_noise)),
      ("DETECTOR_NOISE", Int(rings.detector_noise)), ("FABRICATION", Int(steps(effects.fabrication, effects))),
      ("HEATER", Int(steps(effects.heaterStep, effects, bits: 8))), ("HEATING", Int(factor(effects.heating))),
      ("DRIFT", Int(steps(effects.drift / temperatureSteps, effects, bits: 8))),
    ]
  }
}
