import Components
import Formal
import Golden
import Testbench

extension Catalog {
  private static let policies: [(String, ArbitrationPolicy)] = [("roundRobin", .roundRobin), ("priority", .priority)]

  /// Requests and grants.
  public static let arbiter = Entry<Arbiter, CountWorkload>(
    "arbiter", "Grants one of several requests in each clock.",
    parameters: [
      .integer("count", \.count, "Requests", benched: 1...64),
      .choice("policy", \.policy, policies, "Who is granted"),
    ],
    configurations: [("priority", Arbiter(count: 5, policy: .priority))],
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
  .proving(Arbiter(count: 4)) { arbiter in
    let count = arbiter.count
    let safe = Property(
      "one-hot", "One grant when somebody asks, to one who asks, with its number.",
      verilog: """
        always @* begin
          assert (is_granted == (request != 0));
          assert ((grant & (grant - 1'b1)) == 0 && (grant & ~request) == 0 && (grant != 0) == is_granted);
          if (is_granted) assert (grant == ({\(count){1'b0}} | 1'b1) << index);
        end
        """)
    guard arbiter.policy == .roundRobin, count > 1 else {
      return [
        safe,
        Property(
          "lowest", "The lowest request is granted.",
          verilog: "always @* assert (grant == (request & (~request + 1'b1)));"),
      ]
    }
    return [safe]
      + (0..<count).map { member in
        fairness(
          member, of: count, asks: "request[\(member)]", served: "grant[\(member)]", passes: "advance & is_granted")
      }
  }
  .covering(coverArbiter)

  /// Streams merged.
  public static let streamArbiter = Entry<StreamArbiter, CountWorkload>(
    "stream-arbiter", "Merges streams item by item, in turn or by priority.",
    parameters: [
      .integer("width", \.width, "Bits of an item", benched: 1...64),
      .integer("count", \.count, "Inputs"),
      .choice("policy", \.policy, policies, "Who is first"),
    ],
    configurations: [("priority", StreamArbiter(width: 8, count: 4, policy: .priority))],
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
  .proving(StreamArbiter(width: 2, count: 3)) { arbiter in
    (0..<arbiter.count).flatMap { input -> [Property] in
      var order = OrderProperty(
        width: arbiter.width, capacity: 0,
        push: ("input_\(input)_valid & input_\(input)_ready", "input_\(input)_data"),
        pop: ("output_valid & output_ready & (output_source == \(input))", "1'b1", "output_data"))
      order.isThrough = true
      let whole = order.named("order-\(input)", "Items of input \(input) leave once, in order, whole.")
      guard arbiter.policy == .roundRobin, arbiter.count > 1 else { return [whole] }
      return [
        whole,
        fairness(
          input, of: arbiter.count, asks: "input_\(input)_valid", served: "output_source == \(input)",
          passes: "output_valid & output_ready"),
      ]
    }
  }
  .covering(coverStreamArbiter)

  /// Nobody waits for more than all others once.
  private static func fairness(
    _ member: Int, of count: Int, asks: String, served: String, passes: String
  ) -> Property {
    Property(
      "fair-\(member)", "While \(member) asks, at most \(count - 1) others are served.",
      verilog: """
        reg [15:0] overtaken = 0;
        always @(posedge clock)
          if (in_reset | !(\(asks)) | ((\(served)) & (\(passes)))) overtaken <= 0;
          else if (\(passes)) overtaken <= overtaken + 1;
        always @* assert (overtaken <= \(count - 1));
        """)
  }
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench for a module that merges streams in any order in which the items of each keep theirs.
  fileprivate func mergeBench(width: Int, count: Int) throws(BenchError) -> StreamBench {
    var bench = try streamBench()
    try bench.orderByKey("source", on: "output")
    var random = bench.random("items")
    for _ in 0..<workload.count {
      let (input, item) = (random.integer(below: count), random.items(1, width: width)[0])
      try bench.send([item], on: "input_\(input)")
      try bench.expect([item, UInt64(input)], on: "output")
    }
    return bench
  }
}
