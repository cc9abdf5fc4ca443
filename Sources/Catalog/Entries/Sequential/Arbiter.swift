import Catalog
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

  private static let coverArbiter: Entry<Arbiter, CountWorkload>.AddCoverage = { unit, model throws(CoverageError) in
    let request = try model.pin("request")
    let count = unit.count
    try addPairs(count, &model) { model, first, second throws(CoverageError) in
      try model.point(
        "requests \(first) and \(second)", over: [request], .named(["none", "\(first)", "\(second)", "both"])
      ) { ($0[0] >> first & 1) | ($0[0] >> second & 1) << 1 }
    }
    let (index, isGranted, advance) = (
      try model.pin("index"), try model.pin("is_granted"), try model.pin("advance")
    )
    // Who is served after whom.
    try model.point("served", over: [index, isGranted, advance], transitions(count)) {
      $0[1] == 1 && $0[2] == 1 ? $0[0] : nil
    }
    try model.point("asks without advance", over: [isGranted, advance], .bit) { $0[0] & ($0[1] ^ 1) }
  }
}
