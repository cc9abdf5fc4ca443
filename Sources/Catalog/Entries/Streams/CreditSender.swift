import Catalog
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

  private static let coverCreditSender: Entry<CreditSender, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try model.point("item sent", over: try model.pin("send"), .bit)
    try model.point("credit back", over: try model.pin("credit"), .bit)
    let single = "there is one credit, which comes back after its item"
    try model.cross(
      "item × credit", ["item sent", "credit back"],
      unit.credits == 1 ? [.excluded("1", "1", because: single)] : [])
    try model.point(
      "out of credits", over: try model.handshake("push"),
      [.mask("item waits", 1, mask: 3), .mask("credit waits", 2, mask: 3)])
    if unit.credits == 1 { try model.excludeBackToBack(["push"], because: single) }
  }
}
