import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
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

  private static let coverStreamArbiter: Entry<StreamArbiter, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    var valids: [CoverVariable] = []
    for input in 0..<unit.count { valids.append(try model.pin("push_\(input)_valid")) }
    try addPairs(unit.count, &model) { model, first, second throws(CoverageError) in
      try model.point(
        "requests \(first) and \(second)", over: [valids[first], valids[second]],
        .named(["none", "\(first)", "\(second)", "both"])
      ) { $0[0] | $0[1] << 1 }
    }
    try model.point(
      "served", over: [try model.pin("pop_source"), try model.pin("pop_valid"), try model.pin("pop_ready")],
      transitions(unit.count)
    ) { $0[1] == 1 && $0[2] == 1 ? $0[0] : nil }
  }
}
