import TRON
import Testing

/// What fails a design, in its exact words.
@Suite struct DesignCheckTests {
  private static func texts(_ check: DesignCheck) -> [String] { check.findings.map(\.description) }

  private static func design(
    rows: Int = 10, wavelengths: Int = 15, calibrated: Bool = true, factor: Bool = false,
    _ change: (inout RingEffects) -> Void = { _ in }
  ) -> DesignCheck {
    var effects = RingEffects()
    change(&effects)
    return DesignCheck(
      RingBankGeometry(rows: rows, wavelengths: wavelengths), effects, isCalibrated: calibrated, amplitudeFactor: factor
    )
  }

  @Test func `The reference closes with calibration`() { #expect(Self.texts(Self.design()) == []) }

  @Test func `Crosstalk without calibration fails`() {
    #expect(
      Self.texts(Self.design(calibrated: false)) == [
        "crosstalk leaves 5.67 bits of 15 rings at a quality factor of 8000, 1.20 nm apart, and operands have 8: calibrate, use a "
          + "spacing of 2.70 nm, or a quality factor of 18000"
      ])
    #expect(Self.texts(Self.design(wavelengths: 6, calibrated: false) { $0.spectrum.spacing = 2.6 }) == [])
  }

  @Test func `A comb wider than the free spectral range fails`() {
    #expect(
      Self.texts(Self.design(wavelengths: 16)) == [
        "16 wavelengths 1.20 nm apart take 19.20 nm, and the free spectral range is 18.00 nm: use at most 15 wavelengths, or a "
          + "spacing of at most 1.12 nm"
      ])
  }

  @Test func `A link that does not close fails`() {
    #expect(
      Self.texts(Self.design(factor: true)) == [
        "the link needs 24.32 dBm, with 2^8 for the bits of an amplitude, and the laser gives 20.00 dBm: use fewer rows than 10, "
          + "fewer wavelengths than 15, or a laser of greater power"
      ])
    var check = Self.design()
    check.link.greatestPower = 0
    check.rate = 1e6
    #expect(check.findings.map(\.kind) == [.link, .sensitivity])
  }

  @Test func `A rate beyond the detector fails`() {
    var check = Self.design()
    check.rate = 5e9
    #expect(
      Self.texts(check) == [
        "8 bits at 5000.0 MS/s are beyond any power: intensity noise ends at 7.10 bits: lower the rate or the operandBits, or use "
          + "a laser of less intensity noise"
      ])
    check.rate = 1e9
    check.link.greatestPower = 15
    #expect(
      Self.texts(check) == [
        "8 bits at 1000.0 MS/s need -0.52 dBm at the detector, and the greatest laser power leaves -10.23 dBm: lower the rate, the "
          + "operandBits, or the losses"
      ])
  }

  @Test func `A shift beyond half of the spacing fails`() {
    #expect(
      Self.texts(
        Self.design {
          $0.tuning = .lorentzian
          $0.greatestShift = 0.7
        }) == [
          "rings shift by up to 0.70 nm, more than half of the spacing of 1.20 nm: use a greatestShift of at most 0.60 nm, or a "
            + "greater spacing"
        ])
  }
}
