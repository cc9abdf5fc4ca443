import Foundation

/// What a photodetector with its amplifier resolves: bits for a power and a rate, and the power that bits need.
///
/// b = (20 log₁₀(RP / ((√(2q(RP + Id) + 4kT/RL + (RP)² RIN) + √(2qId + 4kT/RL)) √(DR/√2))) − 1.76) / 6.02, equation 8 of a
/// published study of how such accelerators scale.
public struct DetectorSensitivity: Hashable, Sendable, Codable {
  /// Amperes for a watt.
  public var responsivity = 1.2
  /// Dark current in amperes.
  public var darkCurrent = 35e-9
  /// Load in ohms.
  public var load = 50.0
  /// Relative intensity noise of the laser in dB/Hz.
  public var relativeIntensityNoise = -140.0
  /// Kelvins.
  public var temperature = 300.0

  /// The published constants.
  public init() {}

  /// Bits at a power in dBm and a rate in samples for a second.
  public func bits(power: Double, rate: Double) -> Double {
    let (charge, boltzmann) = (1.602176634e-19, 1.380649e-23)
    let current = responsivity * pow(10, power / 10) * 1e-3
    let thermal = 4 * boltzmann * temperature / load
    let relative = pow(10, relativeIntensityNoise / 10)
    let bright = (2 * charge * (current + darkCurrent) + thermal + current * current * relative).squareRoot()
    let dark = (2 * charge * darkCurrent + thermal).squareRoot()
    let noise = (bright + dark) * (rate / 2.0.squareRoot()).squareRoot()
    return (20 * log10(current / noise) - 1.76) / 6.02
  }

  /// Bits that no power exceeds, for intensity noise grows with it.
  public func mostBits(rate: Double) -> Double { bits(power: 100, rate: rate) }

  /// The least power in dBm at which `bits` are resolved; nil where no power does.
  public func sensitivity(bits wanted: Double, rate: Double) -> Double? {
    guard mostBits(rate: rate) > wanted else { return nil }
    var (low, high) = (-80.0, 100.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if bits(power: middle, rate: rate) < wanted { low = middle } else { high = middle }
    }
    return high
  }
}
