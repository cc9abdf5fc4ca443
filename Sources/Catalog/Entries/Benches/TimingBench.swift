import Catalog
import Costs
import Testbench

/// An output beside the streams of a module that the traffic decides.
struct TimingGauge {
  /// Name of the port.
  var port: String
  /// Its value.
  var value: (QueueTiming.Shown) -> Int
}

/// An output beside the streams of a queue, and what it may show whatever the timing.
struct QueueGauge {
  /// Name of the port.
  var port: String
  /// What it may show after so many items were taken and given.
  var shows: @Sendable (_ taken: Int, _ given: Int) -> SideOutput.Expectation
}

extension BenchRequest {
  /// Whether this run looks at each clock instead of each item: every other one does, unless stalls are asked for or the
  /// function alone is judged.
  var checksTiming: Bool { judgesTiming && index % 2 == 1 && stalls == nil }

  /// A bench for a module of which an output follows from one vector of inputs, `latency` clocks later: where the
  /// function alone is judged, at any latency.
  func pipelineBench(latency: Int) throws(BenchError) -> PinBench {
    var bench = try PinBench(interface, latency: latency, name: name, index: index, seed: seed)
    if !judgesTiming { bench.longestLatency = latency + 64 }
    return bench
  }
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench for a module with a stream `input` and a stream `output`: valid, ready and payload in every clock, all
  /// clocks of the module together.
  ///
  /// - Parameters:
  ///   - stages: The queues that the module behaves as.
  ///   - gauges: Further outputs.
  ///   - item: Makes the payload of an item and that of its result.
  func timingBench(
    _ stages: [QueueTiming.Stage], gauges: [TimingGauge] = [],
    item: (inout Xoshiro256) -> (sent: [UInt64], shown: [UInt64])
  ) throws(BenchError) -> PinBench {
    let streams = try StreamShape.all(in: interface)
    func payload(_ name: String) -> [String] {
      streams.first { $0.name == name }?.payload.fields.map(\.port) ?? []
    }
    let (input, output) = (payload("push"), payload("pop"))
    var bench = try PinBench(
      interface, latency: 0, inputs: ["push_valid"] + input + ["pop_ready"],
      outputs: ["push_ready", "pop_valid"] + output + gauges.map(\.port), name: name, index: index, seed: seed)
    var random = bench.random("traffic")
    let items = (0..<workload.count).map { _ in item(&random) }
    var timing = QueueTiming(stages)
    var (offers, takes) = (BurstThrottle(), BurstThrottle())
    var (sent, taken) = (0, 0)
    var isOffering = false
    while taken < items.count {
      let ready = takes.moves(&random)
      if sent < items.count, !isOffering { isOffering = offers.moves(&random) }
      let shown = timing.step(input: isOffering ? UInt64(sent) : nil, ready: ready)
      let inputs =
        [isOffering ? 1 : 0] + (isOffering ? items[sent].sent : input.map { _ in 0 }) + [ready ? 1 : 0] as [UInt64]
      let result = shown.output.map { items[Int($0)].shown } ?? output.map { _ in 0 }
      let outputs = [shown.inputReady ? 1 : 0, shown.output == nil ? 0 : 1] + result as [UInt64]
      try bench.append(
        inputs, expecting: outputs + gauges.map { UInt64($0.value(shown)) },
        care: [.max, .max] + output.map { _ in shown.output == nil ? 0 : .max } + gauges.map { _ in .max })
      if isOffering, shown.inputReady {
        sent += 1
        isOffering = false
      }
      if shown.output != nil, ready { taken += 1 }
    }
    return bench
  }
}
