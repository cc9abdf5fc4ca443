import Catalog
import Costs
import HDL
import Testbench

extension BenchRequest {
  /// A bench for the streams of the module, with the stalls that were asked for.
  func streamBench() throws(BenchError) -> StreamBench {
    try StreamBench(interface, name: name, index: index, seed: seed, stalls: stalls ?? .mixed)
  }

  /// Lets the other side of a bus take or offer addresses and words of writes in any order, unless stalls are asked for.
  func varyWriteOrder(_ bench: inout StreamBench, bus: String, last: String? = nil) throws(BenchError) {
    guard stalls == nil else { return }
    try bench.varyWriteOrder(address: bus + "aw", words: bus + "w", last: last)
  }
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench for a module that gives on `output` what it takes on `input`, in order.
  ///
  /// - Parameters:
  ///   - timing: When it does so: every other run checks that, clock by clock.
  ///   - gauges: Further outputs that this decides.
  ///   - sides: What the same outputs may show whatever the timing, from the items that were taken and given.
  func relayBench(
    width: Int, timing: [QueueTiming.Stage]? = nil, gauges: [TimingGauge] = [],
    sides: [QueueGauge] = []
  ) throws(BenchError) -> any Bench {
    if let timing, checksTiming {
      return try timingBench(timing, gauges: gauges) { random in
        let item = random.operand(bits: min(width, 64))
        return ([item], [item])
      }
    }
    var bench = try streamBench()
    var random = bench.random("items")
    let items = random.items(workload.count, width: width)
    try bench.withStimuli { stimuli throws(BenchError) in
      try stimuli.send(words: items, on: "push")
      try stimuli.expect(words: items, on: "pop")
    }
    for side in sides {
      try bench.watch(side.port, counting: ["push", "pop"]) { side.shows($0[0], $0[1]) }
    }
    return bench
  }
}
