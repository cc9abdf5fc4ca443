/// What makes a bank of rings differ from integers, each knob by itself and off by default.
///
/// Strengths are real numbers here; the bank computes with integers, see ``RingBank``.
public struct RingEffects: Hashable, Sendable, Codable {
  /// How a weight is set.
  public enum Tuning: String, Hashable, Sendable, Codable, CaseIterable {
    /// The transmission is the code.
    case linear
    /// The code shifts the resonance, and the transmission follows the ring's curve.
    case lorentzian
  }

  /// What the rings of other wavelengths do to the light of one.
  public enum Crosstalk: String, Hashable, Sendable, Codable, CaseIterable {
    /// Nothing.
    case none
    /// Ring j takes φᵢⱼ (1 − wⱼ) of wavelength i, φᵢⱼ by the distance of the wavelengths: the published model.
    case matrix
    /// Ring j takes what its curve says at the place to which it is shifted. For ``Tuning/lorentzian``.
    case spectral
  }

  /// The rings and the comb.
  public var spectrum = RingSpectrum()
  /// Seed of all random words.
  public var seed: UInt64 = 1
  /// How a weight is set.
  public var tuning = Tuning.linear
  /// Bits of a weight's code below its step for linear tuning, 0 to 8; of activations too.
  public var fractionBits = 0
  /// Bits of a shift's code, 4 to 16, for Lorentzian tuning.
  public var tuningBits = 12
  /// The greatest shift in nm, for Lorentzian tuning: where the range of weights ends. 0.05 to 5.
  public var greatestShift = 0.45
  /// Crosstalk of the weights.
  public var crosstalk = Crosstalk.none
  /// Whether activations are set by rings too, with the matrix of crosstalk, instead of by the lasers.
  public var imprintsByRings = false
  /// Standard deviation of a resonance's place as fabricated, in nm, 0 to 10; for Lorentzian tuning, as the next three.
  public var fabrication = 0.0
  /// Shift for a step of a heater's code in nm, 0 to 1.
  public var heaterStep = 0.0
  /// Share of a heater's shift at the neighbouring ring; at distance n its n-th power. 0 to 0.9.
  public var heating = 0.0
  /// Shift for a kelvin away from the calibrated temperature in nm, −0.2 to 0.2.
  public var drift = 0.0
  /// Loss of each ring passed, relative, 0 to 0.1.
  public var throughLoss = 0.0
  /// Gain of the receiver, 0.25 to 8: what calibration makes up for losses.
  public var gain = 1.0
  /// Standard deviation of the current relative to it, 0 to 0.25: intensity noise of lasers.
  public var relativeNoise = 0.0
  /// Standard deviation of the current in steps of the products, 0 to 16384: thermal and shot noise of detector and amplifier.
  public var detectorNoise = 0.0

  /// All off.
  public init() {}

  /// Whether nothing differs from integers.
  public var isIdeal: Bool {
    tuning == .linear && crosstalk == .none && !imprintsByRings && throughLoss == 0 && gain == 1 && relativeNoise == 0
      && detectorNoise == 0
  }

  /// What is wrong with the values; nil when nothing is.
  public var fault: String? {
    let ranges: [(String, Double, ClosedRange<Double>)] = [
      ("qualityFactor", spectrum.qualityFactor, 100...1e6), ("wavelength", spectrum.wavelength, 400...3000),
      ("spacing", spectrum.spacing, 0.05...50), ("leastTransmission", spectrum.leastTransmission, 0...0.5),
      ("fractionBits", Double(fractionBits), 0...8), ("tuningBits", Double(tuningBits), 4...16),
      ("greatestShift", greatestShift, 0.01...5), ("fabrication", fabrication, 0...10),
      ("heaterStep", heaterStep, 0...1), ("heating", heating, 0...0.9), ("drift", drift, -0.2...0.2),
      ("throughLoss", throughLoss, 0...0.1), ("gain", gain, 0.25...8), ("relativeNoise", relativeNoise, 0...0.25),
      ("detectorNoise", detectorNoise, 0...16384),
    ]
    for (name, value, range) in ranges where !range.contains(value) {
      return "\(name) is \(value), and must be \(range.lowerBound) to \(range.upperBound)"
    }
    guard tuning == .linear else {
      let range = spectrum.transmission(detuning: greatestShift) - spectrum.leastTransmission
      return range >= 0.05 ? nil : "greatestShift of \(greatestShift) nm leaves weights a range of less than 0.05"
    }
    if crosstalk == .spectral { return "crosstalk by spectra needs Lorentzian tuning: set tuning or take the matrix" }
    for (name, value) in [("fabrication", fabrication), ("heaterStep", heaterStep), ("drift", drift)] where value != 0 {
      return "\(name) moves resonances, and linear tuning has none: set Lorentzian tuning"
    }
    return nil
  }
}
