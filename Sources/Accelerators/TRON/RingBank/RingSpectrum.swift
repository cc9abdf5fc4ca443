import Foundation

/// A microring as light sees it: wavelengths in nanometres, transmissions of power.
///
/// Defaults are those of a published non-coherent accelerator of the same group: quality factor 8000, a free spectral range of
/// 18 nm. The drift with temperature is the usual one of silicon, 0.07 to 0.1 nm/K.
public struct RingSpectrum: Hashable, Sendable, Codable {
  /// Wavelength of the light.
  public var wavelength = 1550.0
  /// Wavelength over full linewidth.
  public var qualityFactor = 8000.0
  /// Distance of neighbouring wavelengths.
  public var spacing = 1.2
  /// Distance of a ring's resonances.
  public var freeSpectralRange = 18.0
  /// Transmission on resonance, 0 to 1.
  public var leastTransmission = 0.01
  /// Shift of a resonance for a kelvin.
  public var driftPerKelvin = 0.08

  /// The defaults.
  public init() {}

  /// A ring of a quality factor in a comb of a spacing.
  public init(qualityFactor: Double, spacing: Double) {
    (self.qualityFactor, self.spacing) = (qualityFactor, spacing)
  }

  /// Half of the linewidth at half of the depth: wavelength / 2Q.
  public var halfLinewidth: Double { wavelength / (2 * qualityFactor) }

  /// The transmission at a distance from resonance, near it: 1 − (1 − Tmin) d² / (Δ² + d²).
  public func transmission(detuning: Double) -> Double {
    1 - (1 - leastTransmission) * absorption(detuning: detuning)
  }

  /// d² / (Δ² + d²), the share of light taken by a ring that is black on resonance.
  public func absorption(detuning: Double) -> Double {
    let square = halfLinewidth * halfLinewidth
    return square / (detuning * detuning + square)
  }

  /// The distance from resonance at which the transmission is `weight`: d √((1 − Tmin) / (1 − w) − 1).
  ///
  /// Infinite at 1, so the greatest weights need a compressed range; 0 at Tmin and below.
  public func shift(for weight: Double) -> Double {
    guard weight < 1 else { return .infinity }
    return halfLinewidth * max(0, (1 - leastTransmission) / (1 - weight) - 1).squareRoot()
  }

  /// The share of a wavelength's light that the ring `distance` places away takes.
  public func crosstalk(distance: Int) -> Double { absorption(detuning: Double(distance) * spacing) }

  /// The greatest sum of the crosstalk of a comb of so many rings, that of the ring in the middle.
  public func crosstalkSum(rings: Int) -> Double {
    let middle = (rings - 1) / 2
    return (0..<rings).reduce(0) { $0 + ($1 == middle ? 0 : crosstalk(distance: $1 - middle)) }
  }

  /// The same with the loop's own curve instead of the one near resonance: other orders of the rings count, and far rings take
  /// more than the Lorentzian says.
  public func loopCrosstalkSum(rings: Int) -> Double {
    let middle = (rings - 1) / 2
    return (0..<rings).reduce(0) { sum, place in
      guard place != middle else { return sum }
      let taken = 1 - loopTransmission(detuning: Double(place - middle) * spacing)
      return sum + taken / (1 - leastTransmission)
    }
  }

  /// Bits that amplitudes resolve where crosstalk is not corrected: log₂(1 / Σ φ). Infinite for one ring.
  public func resolutionBits(rings: Int) -> Double { -log2(crosstalkSum(rings: rings)) }

  /// The least spacing at which so many rings resolve `bits` without correction.
  public func leastSpacing(bits: Double, rings: Int) -> Double {
    var (low, high) = (1e-3, 1e3)
    for _ in 0..<80 {
      var other = self
      other.spacing = (low * high).squareRoot()
      if other.resolutionBits(rings: rings) < bits { low = other.spacing } else { high = other.spacing }
    }
    return high
  }

  /// The ring as a loop with one coupler: round-trip amplitude a and coupler's through amplitude r, a > r.
  ///
  /// They follow from linewidth, free spectral range and depth: (1 − ra) / √(ra) = π · linewidth / range, and
  /// ((a − r) / (1 − ra))² = Tmin.
  public var loop: (amplitude: Double, coupling: Double) {
    let x = Double.pi * 2 * halfLinewidth / freeSpectralRange
    let root = (-x + (x * x + 4).squareRoot()) / 2
    let product = root * root
    let difference = leastTransmission.squareRoot() * (1 - product)
    let amplitude = (difference + (difference * difference + 4 * product).squareRoot()) / 2
    return (amplitude, product / amplitude)
  }

  /// The transmission of the loop at a distance from resonance, over all resonances:
  /// (a² − 2ra cos φ + r²) / (1 − 2ra cos φ + (ra)²).
  public func loopTransmission(detuning: Double) -> Double {
    let (a, r) = loop
    let cosine = cos(2 * Double.pi * detuning / freeSpectralRange)
    return (a * a - 2 * r * a * cosine + r * r) / (1 - 2 * r * a * cosine + r * r * a * a)
  }
}
