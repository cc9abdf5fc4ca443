import Catalog
import Components
import Entries
import Golden
import HDL
import Simulator
import Testbench
import Testing

@Suite struct SaturatingPairTests {
  @Test(arguments: [1, 2, 3, 7, 12, 1000, 65535])
  func `Counts are those of the golden model`(limit: Int) throws {
    try Catalog.saturatingPair.expectPassed(SaturatingPair { $0.limit = limit }, CountWorkload(count: 3000))
  }

  @Test func `An item passes a cycle, a cycle later`() throws {
    let result = try Catalog.saturatingPair.expectPassed(SaturatingPair(), stalls: .never)
    #expect(result.streams.map(\.throughput) == [1, 1])
    #expect(result.latencies.first?.minimum == 1 && result.latencies.first?.maximum == 1)
  }

  @Test func `A count stops at the limit, and the other one goes on`() throws {
    let circuit = try SaturatingPair { $0.limit = 3 }.elaborate().simplified()
    var bench = try StreamBench(circuit.top.interface, seed: 1)
    try bench.send([1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0], on: "push")
    try bench.expect([1, 0, 2, 0, 3, 1, 3, 1, 3, 2, 3, 3, 3, 3], on: "pop")
    let result = try bench.run(on: NativeModel(circuit))
    #expect(result.verdict == .passed, "\(result.text())")
  }

  @Test func `The golden model counts to the limit`() {
    var golden = SaturatingPairModel(limit: 2)
    let counts = (0..<4).map { golden.take(first: true, second: $0 == 3) }
    #expect(counts.map(\.first) == [1, 2, 2, 2])
    #expect(counts.map(\.second) == [0, 0, 0, 1])
  }
}
