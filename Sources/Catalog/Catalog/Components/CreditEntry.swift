import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// The end that sends.
  public static let creditSender = Entry<CreditSender, CountWorkload>(
    "credit-sender", "Sends items of a stream while it has credits.",
    benched: ["width": .integer(1...64)],
    configurations: [("single", CreditSender(width: 3) { $0.credits = 1 })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Clocks"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    var golden = CreditModel(total: unit.credits)
    var bench = try PinBench(
      request.interface, latency: 0, inputs: ["push_valid", "push_data", "credit"],
      outputs: ["push_ready", "send", "data"], name: request.name, index: request.index, seed: request.seed)
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
  .checked(proving: CreditSender(width: 2) { $0.credits = 3 }) { sender in
    [
      Checker("credits-come-back", "A credit comes back for an item that was sent, once.") { io, m in
        let spent = m.balance("spent", up: io.send, down: io.credit, width: 17)
        m.assume(!io.credit | (spent .!= 0), "was_spent", "a credit comes back that was not spent")
      },
      Checker("order", "Items are sent once, in order, whole.") { io, m in
        m.checkOrder(
          "items", OrderChecker(width: sender.width) { ($0.capacity, $0.isThrough) = (0, true) },
          push: (io.push.transfers.asUnsigned, io.push.payload.packed),
          pop: (io.send.asUnsigned, 1, io.data.packed))
      },
      Checker("credits", "No more items are under way than there are credits, and none waits while there is one.") {
        io, m in
        let underWay = m.balance("under_way", up: io.send, down: io.credit, width: 17)
        m.assert(
          underWay .<= UInt(sender.credits), "keeps_to_credits", "more items are under way than there are credits")
        m.assert(
          io.push.ready .== (underWay .< UInt(sender.credits)), "uses_credits",
          "an item waits while there is a credit, or is taken without one")
      },
    ]
  }
  .covering(coverCreditSender)

  /// The end that receives.
  public static let creditReceiver = Entry<CreditReceiver, CountWorkload>(
    "credit-receiver", "Receives items into places for which there were credits.",
    benched: ["width": .integer(1...64)],
    configurations: [("single", CreditReceiver(width: 3) { $0.credits = 1 })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Clocks"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    var golden = QueueModel(capacity: unit.credits)
    var bench = try PinBench(
      request.interface, latency: 0, inputs: ["arrives", "data", "pop_ready"],
      outputs: ["pop_valid", "pop_data", "credit"], name: request.name, index: request.index,
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
  .checked(proving: CreditReceiver(width: 2) { $0.credits = 3 }) { receiver in
    [
      Checker("arrives-with-credit", "An item arrives only where a credit was there for it.") { io, m in
        let inside = m.balance("held", up: io.arrives, down: io.credit, width: 17)
        m.assume(!io.arrives | (inside .< UInt(receiver.credits)), "had_a_credit", "an item arrives without a credit")
      },
      Checker("order", "Items leave once, in order, whole, a clock later.") { io, m in
        m.checkOrder(
          "items", OrderChecker(width: receiver.width) { ($0.capacity, $0.latency) = (receiver.credits, 1) },
          push: (io.arrives.asUnsigned, io.data.packed),
          pop: (io.pop.valid.asUnsigned, io.pop.ready, io.pop.payload.packed))
      },
      Checker("credit", "A credit comes back with each item that leaves.") { io, m in
        m.assert(io.credit .== io.pop.transfers, "comes_back", "a credit is lost or made up")
      },
    ]
  }
  .covering(coverCreditReceiver)
}
