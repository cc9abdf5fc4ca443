import Foundation
import NumberFormats
import Testing

@testable import Models

struct ElementaryFunctionTests {
  private func error(_ value: Double, _ reference: Double) -> Double {
    value == reference ? 0 : abs(value - reference) / max(abs(reference), 0x1p-1000)
  }

  @Test func `Functions agree with the C library's within 2^-40`() {
    var greatest = ["exp": 0.0, "log": 0, "sine": 0, "cosine": 0, "normal": 0, "tanh": 0]
    for step in -4000...4000 {
      let x = Double(step) / 97
      func note(_ name: String, _ value: Double, _ reference: Double) {
        greatest[name] = max(greatest[name] ?? 0, error(value, reference))
      }
      note("exp", ElementaryFunctions.exp(x), Foundation.exp(x))
      if step > 0, step != 97 { note("log", ElementaryFunctions.log(x), Foundation.log(x)) }
      note("tanh", ElementaryFunctions.tanh(x), Foundation.tanh(x))
      if abs(x) < 37 {
        note("normal", ElementaryFunctions.normalDistribution(x), Foundation.erfc(-x / 2.0.squareRoot()) / 2)
      }
      // Near their zeros only the absolute error means something.
      for angle in [x, x * 1000] {
        let (sine, cosine) = ElementaryFunctions.sineAndCosine(angle)
        greatest["sine"] = max(greatest["sine"] ?? 0, abs(sine - Foundation.sin(angle)))
        greatest["cosine"] = max(greatest["cosine"] ?? 0, abs(cosine - Foundation.cos(angle)))
      }
    }
    for (name, error) in greatest { #expect(error < 0x1p-40, "\(name): \(error)") }
    #expect(ElementaryFunctions.exp(1000) == .infinity && ElementaryFunctions.exp(-1000) == 0)
    #expect(ElementaryFunctions.exp(.nan).isNaN && ElementaryFunctions.exp(0) == 1)
    #expect(ElementaryFunctions.exp(-740) > 0 && ElementaryFunctions.exp(-740) < 0x1p-1060)
  }

  /// Rounded to bfloat16, over all its numbers: where this differs from the C library, one of both is near a tie.
  @Test func `Every bfloat16 number has the same exponential and the same GELU as by the C library`() {
    for pattern in UInt16(0)...UInt16.max {
      let x = Double(BFloat16(bitPattern: pattern).floatValue)
      guard x.isFinite else { continue }
      if x <= 0 {
        #expect(BFloat16(ElementaryFunctions.exp(x)) == BFloat16(Foundation.exp(x)))
      }
      #expect(
        BFloat16(GraphOperation.Activation.gelu.exact(x)) == BFloat16(x * Foundation.erfc(-x / 2.0.squareRoot()) / 2))
    }
  }
}
