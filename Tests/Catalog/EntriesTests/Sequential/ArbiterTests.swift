import Catalog
import Components
import Entries
import Golden
import Testing

@Suite struct ArbiterTests {
  static let policies = [ArbitrationPolicy.roundRobin, .priority]

  @Test(arguments: [1, 2, 3, 8, 64], policies)
  func `Grants are those of the golden model`(count: Int, policy: ArbitrationPolicy) throws {
    try Catalog.arbiter.expectPassed(Arbiter { ($0.count, $0.policy) = (count, policy) }, CountWorkload(count: 3000))
  }

  @Test(arguments: [1, 2, 3, 5, 9], policies)
  func `Streams are merged as the golden model says`(count: Int, policy: ArbitrationPolicy) throws {
    try Catalog.streamArbiter.expectPassed(
      StreamArbiter(width: 20) { ($0.count, $0.policy) = (count, policy) }, CountWorkload(count: 3000))
  }

  @Test func `The golden model is fair`() {
    var golden = Arbitration(count: 4, isRoundRobin: true)
    var served = [Int](repeating: 0, count: 4)
    for _ in 0..<40 {
      guard let winner = golden.granted([true, true, true, true]) else { return }
      served[winner] += 1
      golden.pass(after: winner)
    }
    #expect(served == [10, 10, 10, 10])
    #expect(golden.granted([false, false, false, false]) == nil)
    #expect(Arbitration(count: 3, isRoundRobin: false).granted([false, true, true]) == 1)
  }
}
