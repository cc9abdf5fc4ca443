import Foundation

/// What makes a photonic design impossible before a gate of it is made.
///
/// Each finding names the number, the limit, and the parameter to change.
public struct DesignCheck: Hashable, Sendable {
  /// What is checked.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The laser's power against what the losses ask for.
    case link
    /// The comb against the free spectral range.
    case comb
    /// Crosstalk against the bits of an operand, without calibration.
    case resolution
    /// The detector against bits and rate.
    case sensitivity
    /// The greatest shift against the spacing.
    case shift
  }

  /// A finding.
  public struct Finding: Hashable, Sendable, CustomStringConvertible {
    /// What was checked.
    public var kind: Kind
    /// What is wrong, with the number and the limit.
    public var message: String
    /// The parameter to change, and to what.
    public var fix: String
    /// Both in a sentence.
    public var description: String { "\(message): \(fix)" }
  }

  /// Rings and operands.
  public var geometry: RingBankGeometry
  /// The comb, and how weights are set.
  public var effects: RingEffects
  /// Whether crosstalk is corrected by calibration.
  public var isCalibrated: Bool
  /// Losses and laser.
  public var link: LinkBudget
  /// The detector.
  public var detector = DetectorSensitivity()
  /// Passes in a second that a detector sees.
  public var rate: Double

  /// The checks of a bank.
  ///
  /// - Parameters:
  ///   - amplitudeFactor: whether the laser is raised to 2^bits times for the bits of an operand.
  ///   - rate: passes in a second; the default is one in 21.3 ns.
  public init(
    _ geometry: RingBankGeometry, _ effects: RingEffects, isCalibrated: Bool, amplitudeFactor: Bool = false,
    rate: Double = 1 / 21.3e-9
  ) {
    (self.geometry, self.effects, self.isCalibrated, self.rate) = (geometry, effects, isCalibrated, rate)
    link = LinkBudget(rows: geometry.rows, wavelengths: geometry.wavelengths)
    link.amplitudeBits = amplitudeFactor ? geometry.operandBits : nil
  }

  /// All findings; none where the design is possible.
  public var findings: [Finding] {
    var found: [Finding] = []
    func fixed(_ value: Double, _ digits: Int = 2) -> String {
      value.isFinite ? String(format: "%.\(digits)f", value) : value < 0 ? "-inf" : "inf"
    }
    if link.laserPower > link.greatestPower {
      let factor = link.amplitudeBits.map { ", with 2^\($0) for the bits of an amplitude" } ?? ""
      found.append(
        Finding(
          kind: .link,
          message:
            "the link needs \(fixed(link.laserPower)) dBm\(factor), and the laser gives \(fixed(link.greatestPower)) dBm",
          fix:
            "use fewer rows than \(geometry.rows), fewer wavelengths than \(geometry.wavelengths), or a laser of greater power"
        ))
    }
    let spectrum = effects.spectrum
    let width = Double(geometry.wavelengths) * spectrum.spacing
    // Resonances of the next order repeat at the free spectral range.
    if width > spectrum.freeSpectralRange * (1 + 1e-12) {
      found.append(
        Finding(
          kind: .comb,
          message:
            "\(geometry.wavelengths) wavelengths \(fixed(spectrum.spacing)) nm apart take \(fixed(width)) nm, and the free "
            + "spectral range is \(fixed(spectrum.freeSpectralRange)) nm",
          fix:
            "use at most \(Int(spectrum.freeSpectralRange / spectrum.spacing + 1e-9)) wavelengths, or a spacing of at most "
            + "\(fixed(floor(spectrum.freeSpectralRange / Double(geometry.wavelengths) * 100) / 100)) nm"))
    }
    let bits = spectrum.resolutionBits(rings: geometry.wavelengths)
    if !isCalibrated, bits < Double(geometry.operandBits) {
      let spacing = spectrum.leastSpacing(bits: Double(geometry.operandBits), rings: geometry.wavelengths)
      let quality = spectrum.qualityFactor * pow(2, (Double(geometry.operandBits) - bits) / 2)
      found.append(
        Finding(
          kind: .resolution,
          message: "crosstalk leaves \(fixed(bits)) bits of \(geometry.wavelengths) rings at a quality factor of "
            + "\(fixed(spectrum.qualityFactor, 0)), \(fixed(spectrum.spacing)) nm apart, and operands have \(geometry.operandBits)",
          fix: "calibrate, use a spacing of \(fixed(ceil(spacing * 100) / 100)) nm, or a quality factor of "
            + "\(fixed(ceil(quality / 100) * 100, 0))"))
    }
    if let needed = detector.sensitivity(bits: Double(geometry.operandBits), rate: rate) {
      let given = link.greatestPower - link.loss - 10 * log10(Double(geometry.wavelengths))
      if needed > given {
        found.append(
          Finding(
            kind: .sensitivity,
            message:
              "\(geometry.operandBits) bits at \(fixed(rate / 1e6, 1)) MS/s need \(fixed(needed)) dBm at the detector, and the "
              + "greatest laser power leaves \(fixed(given)) dBm",
            fix: "lower the rate, the operandBits, or the losses"))
      }
    } else {
      found.append(
        Finding(
          kind: .sensitivity,
          message:
            "\(geometry.operandBits) bits at \(fixed(rate / 1e6, 1)) MS/s are beyond any power: intensity noise ends at "
            + "\(fixed(detector.mostBits(rate: rate))) bits",
          fix: "lower the rate or the operandBits, or use a laser of less intensity noise"))
    }
    if effects.tuning == .lorentzian, effects.greatestShift > spectrum.spacing / 2 {
      found.append(
        Finding(
          kind: .shift,
          message:
            "rings shift by up to \(fixed(effects.greatestShift)) nm, more than half of the spacing of \(fixed(spectrum.spacing)) nm",
          fix: "use a greatestShift of at most \(fixed(spectrum.spacing / 2)) nm, or a greater spacing"))
    }
    return found
  }
}
