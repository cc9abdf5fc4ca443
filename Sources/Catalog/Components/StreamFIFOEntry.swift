import Components
import Formal
import Golden

extension Catalog {
  /// A queue between two streams.
  public static let streamFIFO = Entry<StreamFIFO, CountWorkload>(
    "stream-fifo", "First-in first-out queue between two ready/valid streams.",
    parameters: [
      .integer("width", \.width, "Bits of an item"),
      .integer("depth", \.depth, "Words of the storage"),
      .choice("storage", \.storage, [("memory", .memory), ("registers", .registers)], "What holds the items"),
      .flag("isFallThrough", \.isFallThrough, "An item may pass an empty queue within the clock"),
      .flag("showsOccupancy", \.showsOccupancy, "The number of items inside is an output"),
    ],
    configurations: [
      ("registers", StreamFIFO(width: 8, depth: 4, storage: .registers)),
      (
        "fall-through",
        StreamFIFO(width: 8, depth: 3, storage: .registers, isFallThrough: true, showsOccupancy: true)
      ),
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 4 * work.count }
  ) { request in
    let queue = request.generator
    let timing =
      switch queue.storage {
      // A word that leaves the memory stands in its output register.
      case .memory: [QueueTiming.Stage(capacity: queue.depth), .init(capacity: 1, returnDelay: 0)]
      case .registers: [QueueTiming.Stage(capacity: queue.depth, latency: queue.isFallThrough ? 0 : 1)]
      }
    let occupancy = TimingGauge(port: "occupancy") { $0.occupied.reduce(0, +) }
    return try request.relayBench(
      width: queue.width, timing: timing, gauges: queue.showsOccupancy ? [occupancy] : [],
      sides: queue.showsOccupancy ? [QueueGauge(port: "occupancy") { .count($0 - $1) }] : [])
  }
  .proving(StreamFIFO(width: 2, depth: 4, showsOccupancy: true)) { queue in
    var order = OrderProperty(from: "input", to: "output", width: queue.width, capacity: queue.capacity)
    order.latency = queue.storage == .memory ? 2 : 1
    order.isThrough = queue.isFallThrough
    let ordered = order.named("order", "Items leave once, in order, whole; the queue holds no more than its capacity.")
    guard queue.showsOccupancy else { return [ordered] }
    return [
      ordered,
      Property(
        "occupancy", "The occupancy is what was taken and has not left.",
        verilog: """
          reg [31:0] inside = 0;
          always @(posedge clock)
            inside <= in_reset ? 0 : inside + (input_valid & input_ready) - (output_valid & output_ready);
          always @* if (!in_reset) assert (occupancy == inside);
          """),
    ]
  }
  .covering(coverStreamFIFO)
}
