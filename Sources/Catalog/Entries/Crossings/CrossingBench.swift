import Catalog
import Components
import Costs
import HDL
import Testbench

extension Catalog {
  /// Places on one side, an output register on the other, and registers between them each way.
  static func crossing(capacity: Int, stages: Int) -> [QueueTiming.Stage] {
    [
      .init(capacity: capacity, latency: stages + 1, returnDelay: stages + 1), .init(capacity: 1, returnDelay: 0),
    ]
  }
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench for a module that gives each bit `delay` clocks later, and `reset` until then; clocks tick together.
  ///
  /// - Parameter areApart: Whether a 1 is never followed by another one.
  func delayBench(by delay: Int, reset: UInt64, areApart: Bool = false) throws(BenchError) -> PinBench {
    var bench = try PinBench(interface, latency: 0, name: name, index: index, seed: seed)
    var random = bench.random("bits")
    var due = [UInt64](repeating: reset, count: delay)
    var last: UInt64 = 0
    for _ in 0..<workload.count {
      let bit = areApart && last == 1 ? 0 : random.next() & 1
      last = bit
      due.append(bit)
      try bench.append([bit], expecting: [due.removeFirst()])
    }
    return bench
  }
}
