import Components
import Formal
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
  .proving(SortingNetwork(count: 5, width: 3)) { unit in
    guard unit.latency == 0, unit.count > 1 else { return [] }
    func count(_ port: String) -> String {
      (0..<unit.count).map { "(\(port)_\($0) == key)" }.joined(separator: " + ")
    }
    let order = (1..<unit.count).map { "assert (sorted_\($0 - 1) <= sorted_\($0));" }
    return [
      Property("order", "The list is in order.", verilog: "always @* begin \(order.joined(separator: " ")) end"),
      Property(
        "same-numbers", "Every number stands in the list as often as before.",
        freeInputs: [.init("key", width: unit.width)],
        verilog: """
          wire [8:0] before = \(count("value"));
          wire [8:0] after = \(count("sorted"));
          always @* assert (before == after);
          """),
    ]
  }
  .covering(coverSortingNetwork)
}
