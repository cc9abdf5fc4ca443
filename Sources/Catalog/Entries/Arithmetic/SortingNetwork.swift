import Catalog
import Components
import HDL
import Testbench
import Units

extension Catalog {
  /// A list in order.
  public static let sortingNetwork = Entry<SortingNetwork, CountWorkload>(
    "sorting-network", "Sorts a list by a network of comparators.",
    benched: ["width": .integer(1...64)],
    configurations: [
      ("bitonic", SortingNetwork(width: 5) { ($0.count, $0.network, $0.isPipelined) = (7, .bitonic, true) })
    ],
    workload: CountWorkload(count: 65536), workloadParameters: CountWorkload.parameters("Lists; all of up to 16 bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let widths = [Int](repeating: unit.width, count: unit.count)
    return try request.operandBench(widths, latency: unit.latency) { $0.sorted() }
  }
  .checked(proving: SortingNetwork(width: 3) { $0.count = 5 }) { unit in
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

  private static let coverSortingNetwork: Entry<SortingNetwork, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    guard unit.count >= 2 else { return }
    let count = unit.count
    var values: [CoverVariable] = []
    for index in 0..<count { values.append(try model.pin("value_\(index)")) }
    if count <= 8 {
      try model.point("order", over: values, [.value("sorted", 0), .value("reversed", 1), .value("mixed", 2)]) {
        values in
        let steps = (1..<count).map { values[$0] - values[$0 - 1] }
        if steps.allSatisfy({ $0 >= 0 }) { return 0 }
        return steps.allSatisfy { $0 <= 0 } ? 1 : 2
      }
    }
    try model.point("equal numbers", over: values, [.value("none", 0), .value("some", 1)]) { values in
      Set((0..<count).map { values[$0] }).count < count ? 1 : 0
    }
  }
}
