import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
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

  private static let coverCreditReceiver: Entry<CreditReceiver, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try model.point("item comes", over: try model.pin("arrives"), .bit)
    try model.point("credit given", over: try model.pin("credit"), .bit)
    let single = "there is one place, and an item comes when it is free"
    try model.cross(
      "item × credit", ["item comes", "credit given"],
      unit.credits == 1 ? [.excluded("1", "1", because: single)] : [])
    if unit.credits == 1 { try model.excludeBackToBack(["pop"], because: single) }
  }
}
