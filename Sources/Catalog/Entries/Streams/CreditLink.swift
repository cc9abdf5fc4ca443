import Catalog
import Components
import HDL
import Testbench

extension Catalog {
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

  private static let coverCreditLink: Entry<CreditLink, CountWorkload>.AddCoverage = {
    link, model throws(CoverageError) in
    try model.addQueue(capacity: link.credits, latency: link.distance + 1)
  }
}
