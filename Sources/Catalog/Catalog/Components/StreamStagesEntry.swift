import Components
import HDL

extension Catalog {
  /// A register in a stream.
  public static let pipeStage = Entry<PipeStage, CountWorkload>(
    "pipe-stage", "Register for valid and payload of a stream.",
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 4 * work.count }
  ) { try $0.relayBench(width: $0.generator.width, timing: [.init(capacity: 1, returnDelay: 0)]) }
  .checked(proving: PipeStage(width: 2)) { _ in
    [
      Checker("order", "Items leave once, in order, whole, a clock later.") { io, m in
        m.checkOrder(from: io.push, to: io.pop, capacity: 1, latency: 1)
      }
    ]
  }
  .covering(coverPipeStage)

  /// Two registers in a stream.
  public static let skidBuffer = Entry<SkidBuffer, CountWorkload>(
    "skid-buffer", "Registers for valid, payload and ready of a stream.",
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 4 * work.count }
  ) { try $0.relayBench(width: $0.generator.width, timing: [.init(capacity: 2)]) }
  .checked(proving: SkidBuffer(width: 2)) { _ in
    [
      Checker("order", "Items leave once, in order, whole, a clock later.") { io, m in
        m.checkOrder(from: io.push, to: io.pop, capacity: 2, latency: 1)
      }
    ]
  }
  .covering(coverSkidBuffer)

  /// A stream over a distance.
  public static let creditLink = Entry<CreditLink, CountWorkload>(
    "credit-link", "Stream over registers there and back, kept in flow by credits.",
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 4 * work.count }
  ) { request in
    let link = request.generator
    return try request.relayBench(
      width: link.width,
      timing: [.init(capacity: link.credits, latency: link.distance + 1, returnDelay: link.distance + 1)])
  }
  .checked(proving: CreditLink(width: 1) { ($0.credits, $0.distance) = (2, 1) }) { link in
    [
      Checker("order", "Items leave once, in order, whole; there are no more of them than credits.") { io, m in
        m.checkOrder(from: io.push, to: io.pop, capacity: link.credits, latency: link.distance + 1)
      }
    ]
  }
  .covering(coverCreditLink)
}
