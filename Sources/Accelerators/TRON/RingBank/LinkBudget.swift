import Foundation

/// The light's way from laser to detector: losses, and the power that the laser needs.
///
/// Losses in dB. The published equation, P_laser − S ≥ P_loss + 10 log₁₀ N, has no term for the fan-out to K rows; here it has
/// one, 10 log₁₀ K. Whether b bits of amplitude ask for 2^b times the power is a switch: the two conventions of the literature
/// differ by two orders of magnitude.
public struct LinkBudget: Hashable, Sendable, Codable {
  /// Rows that share the light, and wavelengths.
  public var rows, wavelengths: Int
  /// Losses of a splitter's stage, the combiner, a ring passed, a ring that modulates.
  public var splitter = 0.13, combiner = 0.9, through = 0.02, modulation = 0.72
  /// Losses of waveguides for a centimetre, passive and under electro-optic tuning.
  public var propagation = 1.0, electroOptic = 6.0
  /// Distance of rings in micrometres.
  public var pitch = 5.0
  /// The power that the detector needs, in dBm.
  public var sensitivity = -25.0
  /// Light over electric power.
  public var wallPlugEfficiency = 0.2
  /// Bits of amplitude for which the power is raised to 2^b times; nil for no such factor.
  public var amplitudeBits: Int?
  /// The greatest power that a laser gives, in dBm.
  public var greatestPower = 20.0

  /// The published losses.
  public init(rows: Int, wavelengths: Int) { (self.rows, self.wavelengths) = (rows, wavelengths) }

  /// A loss of the way, in dB.
  public struct Loss: Hashable, Sendable {
    /// What takes the light.
    public var name: String
    /// How much.
    public var decibels: Double
  }

  /// All losses of a wavelength on its way to one row's detector: two banks are passed, one that imprints activations and one that
  /// weighs them.
  public var losses: [Loss] {
    let stages = rows > 1 ? Double(Int.bitWidth - (rows - 1).leadingZeroBitCount) : 0
    let centimetres = Double(wavelengths) * pitch * 1e-4
    return [
      Loss(name: "fan-out to \(rows) rows", decibels: 10 * log10(Double(rows))),
      Loss(name: "splitters", decibels: stages * splitter), Loss(name: "combiner", decibels: combiner),
      Loss(name: "rings passed", decibels: 2 * Double(wavelengths - 1) * through),
      Loss(name: "modulation", decibels: 2 * modulation),
      Loss(name: "waveguides", decibels: centimetres * (propagation + electroOptic)),
    ]
  }

  /// The sum of the losses.
  public var loss: Double { losses.reduce(0) { $0 + $1.decibels } }

  /// The power that a laser for all wavelengths needs, in dBm.
  public var laserPower: Double {
    sensitivity + loss + 10 * log10(Double(wavelengths)) + Double(amplitudeBits ?? 0) * 10 * log10(2)
  }

  /// The same as light, in watts.
  public var opticalWatts: Double { pow(10, laserPower / 10) * 1e-3 }
  /// What the laser takes, in watts.
  public var wallWatts: Double { opticalWatts / wallPlugEfficiency }
}
