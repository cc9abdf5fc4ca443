import Foundation
import TRON
import TestFiles
import Testing

/// Spectra beside those of sax, a circuit simulator: Tests/Reference/photonics/ring_spectra.py wrote them.
@Suite struct RingReferenceTests {
  struct Vectors: Decodable {
    struct Case: Decodable {
      var quality, spacing, period, least, amplitude, through, measuredQuality, measuredLeast, crosstalk: Double
      var rings: Int
      var detunings, transmissions: [Double]
    }
    var cases: [Case]
  }

  @Test func `Spectra and sums of crosstalk are those of a circuit simulator within one percent`() throws {
    let vectors = try Checkout.vectors("ring-spectra.json", as: Vectors.self)
    #expect(vectors.cases.count == 6)
    for item in vectors.cases {
      var spectrum = RingSpectrum(qualityFactor: item.quality, spacing: item.spacing)
      (spectrum.freeSpectralRange, spectrum.leastTransmission) = (item.period, item.least)
      // Linewidth and depth were measured on the simulated curve, and the loop that gives them is ours.
      #expect(abs(item.measuredQuality / item.quality - 1) < 1e-3)
      #expect(abs(item.measuredLeast - item.least) < 1e-4)
      #expect(abs(spectrum.loop.amplitude - item.amplitude) < 1e-4)
      #expect(abs(spectrum.loop.coupling - item.through) < 1e-4)
      for (detuning, transmission) in zip(item.detunings, item.transmissions) {
        let loop = spectrum.loopTransmission(detuning: detuning)
        #expect(abs(loop / transmission - 1) < 0.01, "\(item.quality) at \(detuning) nm: \(loop), \(transmission)")
        if abs(detuning) <= 1 {
          #expect(abs(spectrum.transmission(detuning: detuning) - transmission) < 0.01)
        }
      }
      let sum = spectrum.loopCrosstalkSum(rings: item.rings)
      #expect(abs(sum / item.crosstalk - 1) < 0.01, "\(item.quality), \(item.spacing) nm: \(sum), \(item.crosstalk)")
      // The formula near resonance, which the published bits come from, is below it by up to 15 percent.
      let near = spectrum.crosstalkSum(rings: item.rings)
      #expect(near < sum && near > 0.85 * sum)
    }
  }
}
