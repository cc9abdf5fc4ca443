import Costs
import Testing

@Suite struct QueueTimingTests {
  /// Offers items 1, 2, 3 … while `offers` says 1; each clock as `ready item`.
  private func run(_ stages: [QueueTiming.Stage], offers: String, takes: String) -> [String] {
    var timing = QueueTiming(stages)
    var item: UInt64 = 1
    return zip(offers, takes).map { offer, take in
      let shown = timing.step(input: offer == "1" ? item : nil, ready: take == "1")
      if offer == "1", shown.inputReady { item += 1 }
      return "\(shown.inputReady ? 1 : 0)\(shown.output.map(String.init) ?? "-")"
    }
  }

  @Test func `A queue shows an item a clock later, and takes no more than its capacity`() {
    #expect(
      run([.init(capacity: 2)], offers: "11110000", takes: "00001110") == [
        "1-", "11", "01", "01", "01", "12", "1-", "1-",
      ])
  }

  @Test func `A register in a stream takes an item in the clock in which it gives one away`() {
    #expect(
      run([.init(capacity: 1, returnDelay: 0)], offers: "1111", takes: "0111") == ["1-", "11", "12", "13"])
  }

  @Test func `A queue without latency shows what passes it`() {
    #expect(
      run([.init(capacity: 1, latency: 0)], offers: "1110", takes: "1001") == ["11", "12", "02", "02"])
  }

  @Test func `A place that comes back late holds items up`() {
    #expect(
      run([.init(capacity: 1, latency: 2, returnDelay: 3)], offers: "11111111", takes: "11111111") == [
        "1-", "0-", "01", "0-", "0-", "1-", "0-", "02",
      ])
  }

  @Test func `Queues in a row hold what they hold together`() {
    var timing = QueueTiming([.init(capacity: 2), .init(capacity: 1, returnDelay: 0)])
    let taken = (0..<8).count { _ in timing.step(input: 7, ready: false).inputReady }
    #expect(taken == 3)
    let shown = timing.step(input: nil, ready: false)
    #expect(shown.occupied == [2, 1])
    #expect(shown.visible == [2, 1])
    #expect(shown.used == [2, 1])
  }
}
