import Testbench
import Testing

@testable import Fuzzing

@Suite struct InvalidCaseTests {
  @Test func `Invalid programs, parameters and files are refused with words`() {
    var refused: [InvalidCase.Kind: Int] = [:]
    for index in 0..<360 {
      let attempt = InvalidCase(seed: 5, index: index)
      switch attempt.run() {
      case .accepted: break
      case .refused: refused[attempt.kind, default: 0] += 1
      case .wordless(let words): Issue.record("case \(index) (\(attempt.kind)) says nothing: \(words)")
      }
    }
    for kind in InvalidCase.Kind.allCases { #expect(refused[kind, default: 0] > 20, "\(kind)") }
  }

  @Test func `A case ends in the same way again`() {
    for index in 0..<24 {
      #expect(InvalidCase(seed: 8, index: index).run() == InvalidCase(seed: 8, index: index).run())
    }
  }
}
