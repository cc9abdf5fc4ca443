import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Requests and grants.
  public static let arbiter = Entry<Arbiter, CountWorkload>(
    "arbiter", "Grants one of several requests in each clock.",
    benched: ["count": .integer(1...64)],
    configurations: [("priority", Arbiter { ($0.count, $0.policy) = (5, .priority) })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Clocks"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let count = request.generator.count
    var golden = Arbitration(count: count, isRoundRobin: request.generator.policy == .roundRobin)
    var bench = try PinBench(
      request.interface, latency: 0, name: request.name, index: request.index, seed: request.seed)
    var random = bench.random("requests")
    for _ in 0..<request.workload.count {
      let requests = random.operand(bits: count)
      let advances = random.integer(below: 4) != 0
      let granted = golden.granted((0..<count).map { requests >> UInt64($0) & 1 == 1 })
      try bench.append(
        [requests, advances ? 1 : 0],
        expecting: [granted.map { 1 << UInt64($0) } ?? 0, UInt64(granted ?? 0), granted == nil ? 0 : 1])
      if let granted, advances { golden.pass(after: granted) }
    }
    return bench
  }
  .checked(proving: Arbiter { $0.count = 4 }) { arbiter in
    let count = arbiter.count
    let safe = Checker<Arbiter>("one-hot", "One grant when somebody asks, to one who asks, with its number.") { io, m in
      let chosen = concatenate((0..<count).reversed().map { io.index .== UInt($0) })
      m.assert(io.isGranted .== io.request.any, "grants_when_asked", "there is no grant, or one for nobody")
      m.assert(io.isGranted | !io.grant.any, "grants_nobody", "a grant is given while there is none")
      m.assert(!(io.grant & ~io.request).any, "grants_who_asks", "a grant goes to one who does not ask")
      m.assert(!io.isGranted | (io.grant .== chosen), "names_the_grant", "the index is not that of the one grant")
    }
    guard arbiter.policy == .roundRobin, count > 1 else {
      return [
        safe,
        Checker("lowest", "The lowest request is granted.") { io, m in
          let lowest = io.request.asUnsigned & (~io.request.asUnsigned &+ 1)
          m.assert(io.grant .== lowest.asBits, "grants_the_lowest", "another request than the lowest is granted")
        },
      ]
    }
    return [safe]
      + (0..<count).map { member in
        fairness(member, of: count) { io in (io.request[member], io.grant[member], io.advance & io.isGranted) }
      }
  }
  .covering(coverArbiter)

  /// Streams merged.
  public static let streamArbiter = Entry<StreamArbiter, CountWorkload>(
    "stream-arbiter", "Merges streams item by item, in turn or by priority.",
    benched: ["width": .integer(1...64)],
    configurations: [("priority", StreamArbiter(width: 8) { ($0.count, $0.policy) = (4, .priority) })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Clocks"),
    expectedCycles: { _, work in work.count }
  ) { request -> any Bench in
    let (width, count) = (request.generator.width, request.generator.count)
    if !request.judgesTiming { return try request.mergeBench(width: width, count: count) }
    var golden = Arbitration(count: count, isRoundRobin: request.generator.policy == .roundRobin)
    var bench = try PinBench(
      request.interface, latency: 0, name: request.name, index: request.index, seed: request.seed)
    var random = bench.random("traffic")
    var offered = [UInt64?](repeating: nil, count: count)
    var held: Int?
    for cycle in 0..<request.workload.count {
      // Times in which nearly all ask alternate with times in which hardly anybody does.
      let eagerness = cycle / 64 % 2 == 0 ? 7 : 1
      for input in 0..<count where offered[input] == nil && random.integer(below: 8) < eagerness {
        offered[input] = random.items(1, width: width)[0]
      }
      let isReady = random.integer(below: 4) != 0
      let chosen = held ?? golden.granted(offered.map { $0 != nil })
      let offers = offered.flatMap { [$0 == nil ? 0 : 1, $0 ?? 0] as [UInt64] }
      let ready = (0..<count).map { UInt64($0 == chosen && isReady ? 1 : 0) }
      let item = chosen.flatMap { offered[$0] }
      let shown: [UInt64] = [item == nil ? 0 : 1, item ?? 0, UInt64(chosen ?? 0)]
      let care = [UInt64](repeating: .max, count: count + 1) + (item == nil ? [0, 0] : [.max, .max])
      try bench.append(offers + [isReady ? 1 : 0], expecting: ready + shown, care: care)
      held = isReady ? nil : chosen
      if let chosen, isReady {
        golden.pass(after: chosen)
        offered[chosen] = nil
      }
    }
    return bench
  }
  .checked(proving: StreamArbiter(width: 2) { $0.count = 3 }) { arbiter in
    (0..<arbiter.count).flatMap { input -> [Checker<StreamArbiter>] in
      let whole = Checker<StreamArbiter>(
        "order-\(input)", "Items of input \(input) leave once, in order, whole."
      ) { io, m in
        let output = io.pop
        let isFromHere = output.transfers & (output.payload.source .== UInt(input))
        m.checkOrder(
          "items", OrderChecker(width: arbiter.width) { ($0.capacity, $0.isThrough) = (0, true) },
          push: (io.push[input].transfers.asUnsigned, io.push[input].payload.packed),
          pop: (isFromHere.asUnsigned, 1, output.payload.data.packed))
      }
      guard arbiter.policy == .roundRobin, arbiter.count > 1 else { return [whole] }
      return [
        whole,
        fairness(input, of: arbiter.count) { io in
          (io.push[input].valid, io.pop.payload.source .== UInt(input), io.pop.transfers)
        },
      ]
    }
  }
  .covering(coverStreamArbiter)

  /// Nobody waits for more than all others once.
  private static func fairness<G: Generator>(
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
  fileprivate func mergeBench(width: Int, count: Int) throws(BenchError) -> StreamBench {
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
