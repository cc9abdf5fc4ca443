import Components
import Formal
import Golden
import Testbench

extension Catalog {
  /// The end that sends.
  public static let creditSender = Entry<CreditSender, CountWorkload>(
    "credit-sender", "Sends items of a stream while it has credits.",
    parameters: [
      .integer("width", \.width, "Bits of an item", benched: 1...64),
      .integer("credits", \.credits, "Credits at the start"),
    ],
    configurations: [("single", CreditSender(width: 3, credits: 1))],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Clocks"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    var golden = CreditModel(total: unit.credits)
    var bench = try PinBench(
      request.interface, latency: 0, inputs: ["input_valid", "input_data", "credit"],
      outputs: ["input_ready", "send", "data"], name: request.name, index: request.index, seed: request.seed)
    var random = bench.random("items")
    var offered: UInt64?
    for cycle in 0..<request.workload.count {
      // Times in which credits come back at once alternate with times in which they hardly do.
      let returns = golden.spent > 0 && random.integer(below: 8) < (cycle / 64 % 2 == 0 ? 6 : 1)
      if offered == nil, random.integer(below: 4) != 0 { offered = random.items(1, width: unit.width)[0] }
      let (isReady, item) = (golden.available > 0, offered ?? 0)
      let sends = isReady && offered != nil
      try bench.append(
        [offered == nil ? 0 : 1, item, returns ? 1 : 0], expecting: [isReady ? 1 : 0, sends ? 1 : 0, item],
        care: [.max, .max, sends ? .max : 0])
      golden.clock(sends: sends, returns: returns)
      if sends { offered = nil }
    }
    return bench
  }
  .proving(
    CreditSender(width: 2, credits: 3),
    assumptions: { _ in
      """
      reg [16:0] systole_spent = 0;
      always @(posedge clock) systole_spent <= in_reset ? 0 : systole_spent + send - credit;
      always @* assume (!credit | systole_spent != 0);

      """
    },
    { sender in
      var order = OrderProperty(
        width: sender.width, capacity: 0, push: ("input_valid & input_ready", "input_data"),
        pop: ("send", "1'b1", "data"))
      order.isThrough = true
      return [
        order.named("order", "Items are sent once, in order, whole."),
        Property(
          "credits", "No more items are under way than there are credits, and none waits while there is one.",
          verilog: """
            reg [16:0] under_way = 0;
            always @(posedge clock) under_way <= in_reset ? 0 : under_way + send - credit;
            always @* if (!in_reset)
              assert (under_way <= \(sender.credits) && input_ready == (under_way < \(sender.credits)));
            """),
      ]
    }
  )
  .covering(coverCreditSender)

  /// The end that receives.
  public static let creditReceiver = Entry<CreditReceiver, CountWorkload>(
    "credit-receiver", "Receives items into places for which there were credits.",
    parameters: [
      .integer("width", \.width, "Bits of an item", benched: 1...64),
      .integer("credits", \.credits, "Places of the queue"),
    ],
    configurations: [("single", CreditReceiver(width: 3, credits: 1))],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Clocks"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    var golden = QueueModel(capacity: unit.credits)
    var bench = try PinBench(
      request.interface, latency: 0, inputs: ["arrives", "data", "output_ready"],
      outputs: ["output_valid", "output_data", "credit"], name: request.name, index: request.index,
      seed: request.seed)
    var random = bench.random("items")
    for cycle in 0..<request.workload.count {
      let arrives = golden.hasRoom && random.integer(below: 4) != 0
      let isReady = random.integer(below: 8) < (cycle / 64 % 2 == 0 ? 6 : 1)
      let item = random.items(1, width: unit.width)[0]
      let oldest = golden.items.first
      let leaves = oldest != nil && isReady
      try bench.append(
        [arrives ? 1 : 0, item, isReady ? 1 : 0], expecting: [oldest == nil ? 0 : 1, oldest ?? 0, leaves ? 1 : 0],
        care: [.max, oldest == nil ? 0 : .max, .max])
      golden.clock(comes: arrives ? item : nil, leaves: leaves)
    }
    return bench
  }
  .proving(
    CreditReceiver(width: 2, credits: 3),
    assumptions: { receiver in
      """
      reg [16:0] systole_inside = 0;
      always @(posedge clock) systole_inside <= in_reset ? 0 : systole_inside + arrives - credit;
      always @* assume (!arrives | systole_inside < \(receiver.credits));

      """
    },
    { receiver in
      var order = OrderProperty(
        width: receiver.width, capacity: receiver.credits, push: ("arrives", "data"),
        pop: ("output_valid", "output_ready", "output_data"))
      order.latency = 1
      return [
        order.named("order", "Items leave once, in order, whole, a clock later."),
        Property(
          "credit", "A credit comes back with each item that leaves.",
          verilog: "always @* if (!in_reset) assert (credit == (output_valid & output_ready));"),
      ]
    }
  )
  .covering(coverCreditReceiver)
}
