import Components
import Formal

extension Catalog {
  /// A register in a stream.
  public static let pipeStage = Entry<PipeStage, CountWorkload>(
    "pipe-stage", "Register for valid and payload of a stream.",
    parameters: [.integer("width", \.width, "Bits of an item")],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 4 * work.count }
  ) { try $0.relayBench(width: $0.generator.width, timing: [.init(capacity: 1, returnDelay: 0)]) }
  .proving(PipeStage(width: 2)) { stage in
    var order = OrderProperty(from: "input", to: "output", width: stage.width, capacity: 1)
    order.latency = 1
    return [order.named("order", "Items leave once, in order, whole, a clock later.")]
  }
  .covering(coverPipeStage)

  /// Two registers in a stream.
  public static let skidBuffer = Entry<SkidBuffer, CountWorkload>(
    "skid-buffer", "Registers for valid, payload and ready of a stream.",
    parameters: [.integer("width", \.width, "Bits of an item")],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 4 * work.count }
  ) { try $0.relayBench(width: $0.generator.width, timing: [.init(capacity: 2)]) }
  .proving(SkidBuffer(width: 2)) { buffer in
    var order = OrderProperty(from: "input", to: "output", width: buffer.width, capacity: 2)
    order.latency = 1
    return [order.named("order", "Items leave once, in order, whole, a clock later.")]
  }
  .covering(coverSkidBuffer)

  /// A stream over a distance.
  public static let creditLink = Entry<CreditLink, CountWorkload>(
    "credit-link", "Stream over registers there and back, kept in flow by credits.",
    parameters: [
      .integer("width", \.width, "Bits of an item"),
      .integer("credits", \.credits, "Places at the receiver"),
      .integer("distance", \.distance, "Registers on each way"),
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 4 * work.count }
  ) { request in
    let link = request.generator
    return try request.relayBench(
      width: link.width,
      timing: [.init(capacity: link.credits, latency: link.distance + 1, returnDelay: link.distance + 1)])
  }
  .proving(CreditLink(width: 1, credits: 2, distance: 1)) { link in
    var order = OrderProperty(from: "input", to: "output", width: link.width, capacity: link.credits)
    order.latency = link.distance + 1
    return [order.named("order", "Items leave once, in order, whole; there are no more of them than credits.")]
  }
  .covering(coverCreditLink)
}
