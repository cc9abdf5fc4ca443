import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Nobody waits for more than all others once.
  static func fairness<G: Generator>(
    _ member: Int, of count: Int,
    _ ports: @escaping @Sendable (Observation<G.Ports>) -> (asks: Bit, isServed: Bit, passes: Bit)
  ) -> Checker<G> {
    Checker("fair-\(member)", "While \(member) asks, at most \(count - 1) others are served.") { io, m in
      let (asks, isServed, passes) = ports(io)
      let overtaken = m.register("overtaken", UInt.self, width: 16, reset: 0)
      m.when(!asks | (isServed & passes)) { overtaken.next <== 0 }
        .otherwise(when: passes) { overtaken.next <== overtaken &+ 1 }
      m.assert(overtaken .<= UInt(count - 1), "is_fair", "one who asks is overtaken by more than all others once")
    }
  }
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench for a module that merges streams in any order in which the items of each keep theirs.
  func mergeBench(width: Int, count: Int) throws(BenchError) -> StreamBench {
    var bench = try streamBench()
    try bench.orderByKey("source", on: "pop")
    var random = bench.random("items")
    for _ in 0..<workload.count {
      let (input, item) = (random.integer(below: count), random.items(1, width: width)[0])
      try bench.send([item], on: "push_\(input)")
      try bench.expect([item, UInt64(input)], on: "pop")
    }
    return bench
  }
}
