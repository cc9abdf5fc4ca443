import Components
import HDL
import Testbench

extension Catalog {
  /// A list in order.
  public static let sortingNetwork = Entry<SortingNetwork, CountWorkload>(
    "sorting-network", "Sorts a list by a network of comparators.",
    parameters: [
      .integer("count", \.count, "Length of the list"),
      .integer("width", \.width, "Bits of a number", benched: 1...64),
      .choice("network", \.network, words(), "Which comparators"),
      .flag("isPipelined", \.isPipelined, "A register behind every level of comparators"),
    ],
    configurations: [("bitonic", SortingNetwork(count: 7, width: 5, network: .bitonic, isPipelined: true))],
    workload: CountWorkload(count: 65536), workloadParameters: CountWorkload.parameters("Lists; all of up to 16 bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let widths = [Int](repeating: unit.width, count: unit.count)
    return try request.operandBench(widths, latency: unit.latency) { $0.sorted() }
  }
  .checked(proving: SortingNetwork(count: 5, width: 3)) { unit in
    guard unit.latency == 0, unit.count > 1 else { return [] }
    return [
      Checker("order", "The list is in order.") { io, m in
        for (index, (low, high)) in zip(io.sorted, io.sorted.dropFirst()).enumerated() {
          m.assert(low .<= high, "is_in_order_\(index)", "numbers \(index) and \(index + 1) are in the wrong order")
        }
      },
      Checker("same-numbers", "Every number stands in the list as often as before.") { io, m in
        let key = m.anything("key", UInt.self, width: unit.width)
        let before = sum(io.value.map { ($0 .== key).asUnsigned })
        let after = sum(io.sorted.map { ($0 .== key).asUnsigned })
        m.assert(before .== after, "keeps_numbers", "a number is lost or made up")
      },
    ]
  }
  .covering(coverSortingNetwork)
}
