import Foundation
import TRON
import Testing

/// The worked numbers of rings, detectors and links.
@Suite struct RingPhysicsTests {
  private static func isNear(_ value: Double, _ expected: Double, _ tolerance: Double) -> Bool {
    abs(value - expected) <= tolerance
  }

  @Test(arguments: [
    (8000.0, 1.0, 15, 5.15), (8000, 1.2, 15, 5.67), (8000, 1.2, 8, 5.79), (8000, 2.25, 8, 7.60), (20000, 1.2, 15, 8.31),
    (3100, 1.0, 15, 2.47),
  ])
  func `Crosstalk leaves the bits of the table`(quality: Double, spacing: Double, rings: Int, bits: Double) {
    let spectrum = RingSpectrum(qualityFactor: quality, spacing: spacing)
    #expect(Self.isNear(spectrum.resolutionBits(rings: rings), bits, 0.006), "\(spectrum.resolutionBits(rings: rings))")
  }

  @Test func `Eight bits at a quality factor of 8000 need 2.6 nm, which is seven rings`() {
    let spectrum = RingSpectrum()
    #expect(Self.isNear(spectrum.leastSpacing(bits: 8, rings: 7), 2.6, 0.05))
    #expect(spectrum.leastSpacing(bits: 8, rings: 15) > spectrum.leastSpacing(bits: 8, rings: 7))
    #expect(Int(spectrum.freeSpectralRange / spectrum.leastSpacing(bits: 8, rings: 7)) < 8)
    #expect(RingSpectrum().resolutionBits(rings: 1) == .infinity)
  }

  @Test func `A weight has the shift of the ring's curve`() {
    let spectrum = RingSpectrum()
    #expect(Self.isNear(spectrum.halfLinewidth, 0.097, 0.0002))
    #expect(Self.isNear(spectrum.shift(for: 0.5), 0.097, 0.002))
    #expect(Self.isNear(spectrum.shift(for: 0.9), 0.29, 0.002))
    #expect(Self.isNear(spectrum.shift(for: 254.0 / 255), 1.5, 0.06))
    #expect(spectrum.shift(for: 1) == .infinity)
    #expect(spectrum.shift(for: 0.005) == 0)
    for weight in stride(from: 0.01, through: 0.99, by: 0.07) {
      #expect(Self.isNear(spectrum.transmission(detuning: spectrum.shift(for: weight)), weight, 1e-12))
    }
  }

  static let sensitivities: [(Double, [Double?])] = [
    (0.1e9, [-32.0, -23.0, -16.9, -10.55]), (1e9, [-27.0, -18.0, -11.7, -0.5]), (5e9, [-23.5, -14.4, -7.25, nil]),
    (10e9, [-22.0, -12.8, -4.25, nil]),
  ]

  @Test(arguments: sensitivities)
  func `A detector needs the power of the table, or there is none`(rate: Double, powers: [Double?]) {
    let detector = DetectorSensitivity()
    for (bits, power) in zip([1.0, 4, 6, 8], powers) {
      let found = detector.sensitivity(bits: bits, rate: rate)
      if let power, let found {
        #expect(Self.isNear(found, power, 0.1), "\(bits) bits at \(rate): \(found)")
        #expect(Self.isNear(detector.bits(power: found, rate: rate), bits, 1e-6))
      } else {
        #expect(found == nil && power == nil, "\(bits) bits at \(rate)")
      }
    }
    #expect(Self.isNear(detector.mostBits(rate: 5e9), 7.1, 0.05))
    #expect(Self.isNear(detector.mostBits(rate: 10e9), 6.6, 0.05))
  }

  @Test func `A laser for 15 wavelengths and 10 rows gives about a milliwatt, or 270 with the factor for amplitudes`() {
    var link = LinkBudget(rows: 10, wavelengths: 15)
    #expect(Self.isNear(link.loss, 13.5, 0.05), "\(link.loss)")
    #expect(Self.isNear(link.laserPower, 0.23, 0.01), "\(link.laserPower)")
    #expect(Self.isNear(link.opticalWatts * 1e3, 1.05, 0.006))
    #expect(Self.isNear(link.wallWatts * 1e3, 5.3, 0.05))
    link.amplitudeBits = 8
    #expect(Self.isNear(link.wallWatts, 1.35, 0.01))
    // Without fan-out, as published, the same link needs a tenth.
    #expect(Self.isNear(link.losses[0].decibels, 10, 1e-9))
    #expect(link.losses.count == 6)
  }

  @Test func `The loop's curve has the linewidth, depth and period that it is made from`() {
    let spectrum = RingSpectrum()
    let (a, r) = spectrum.loop
    #expect(a > r && a < 1 && r > 0.9)
    #expect(Self.isNear(spectrum.loopTransmission(detuning: 0), spectrum.leastTransmission, 1e-9))
    #expect(Self.isNear(spectrum.loopTransmission(detuning: 18), spectrum.leastTransmission, 1e-9))
    // Near resonance it is the Lorentzian, and between resonances nothing is taken.
    for detuning in stride(from: -1.0, through: 1.0, by: 0.05) {
      let (loop, curve) = (
        spectrum.loopTransmission(detuning: detuning), spectrum.transmission(detuning: detuning)
      )
      #expect(abs(loop - curve) < 0.01, "at \(detuning) nm: \(loop) and \(curve)")
    }
    #expect(spectrum.loopTransmission(detuning: 9) > 0.999)
  }

  @Test func `Heaters that are solved together undo each other's heat`() {
    let wanted = [1.0, -0.5, 2, 0, 0.25, -1.5]
    for heating in [0.0, 0.1, 0.4] {
      let powers = RingLock.solved(shifts: wanted, heating: heating)
      for (shift, target) in zip(RingLock.shifts(powers: powers, heating: heating), wanted) {
        #expect(Self.isNear(shift, target, 1e-12))
      }
      if heating > 0 {
        #expect(zip(RingLock.shifts(powers: wanted, heating: heating), wanted).contains { abs($0 - $1) > 0.05 })
      }
    }
  }
}
