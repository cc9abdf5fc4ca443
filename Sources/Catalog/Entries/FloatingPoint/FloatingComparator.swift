import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Order.
  static let floatingComparator = Entry<FloatingComparator, CountWorkload>(
    "floating-comparator", "Order, minimum and maximum of two floating point numbers.",
    configurations: [("ignoring-nan", FloatingComparator { ($0.ignoresNaN, $0.stages) = (true, 1) })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Pairs"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let operands = FloatingOperands(format: unit.format)
    return try request.unitBench(
      ["a", "b"], latency: unit.latency, draw: { operands.terms($0, &$1).integers }
    ) { values in
      let (a, b) = (UInt64(values[0]), UInt64(values[1]))
      let order = unit.format.compare(a, b)
      let rule: NaNRule = unit.ignoresNaN ? .ignore : .propagate
      return [
        order == .less ? 1 : 0, order == .equal ? 1 : 0, order == nil ? 1 : 0,
        Int(unit.format.minimum(a, b, nan: rule)), Int(unit.format.maximum(a, b, nan: rule)),
      ]
    }
  }
  .exhaustive(
    also: [("e4m3", FloatingComparator { $0.format = .float8E4M3 })]
  ) { $0.exhaustiveChecks }
  .covering { unit, model throws(CoverageError) in
    try model.addClasses(of: [("a", unit.format), ("b", unit.format)])
    try model.cross("class of a × class of b", ["class of a", "class of b"])
  }
}
