import Testing
import Transformer

@Suite struct ApproximationErrorTests {
  @Test func `The figures follow their formulas`() {
    let error = ApproximationError(of: [1, 2, 2.5], reference: [1, 2, 2])
    #expect(abs(error.cosine - 10 / (11.25 * 9).squareRoot()) < 1e-12)
    #expect(error.maximum == 0.5)
    #expect(abs(error.signalToNoise - 15.563025) < 1e-6)
    #expect("\(error)" == "cosine 0.993808, greatest error 0.5, signal to noise 15.6 dB")
  }

  @Test func `Equal, opposite and zero vectors have defined figures`() {
    #expect(ApproximationError(of: [3, 4], reference: [3, 4]).cosine == 1)
    #expect(ApproximationError(of: [3, 4], reference: [3, 4]).signalToNoise == .infinity)
    #expect(ApproximationError(of: [-3, -4], reference: [3, 4]).cosine == -1)
    #expect(ApproximationError(of: [0, 0], reference: [0, 0]).cosine == 1)
    #expect(ApproximationError(of: [0, 0], reference: [1, 0]).cosine == 0)
  }
}
