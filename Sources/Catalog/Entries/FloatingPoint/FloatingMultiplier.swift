import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Products.
  static let floatingMultiplier = Entry<FloatingMultiplier, CountWorkload>(
    "floating-multiplier", "Product of two floating point numbers, rounded once to nearest even.",
    configurations: [
      ("pipelined", FloatingMultiplier { ($0.stages, $0.hasEnable) = (3, true) }),
      ("e4m3", FloatingMultiplier { ($0.format, $0.stages) = (.float8E4M3, 1) }),
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Products"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let operands = FloatingOperands(format: unit.format)
    return try request.unitBench(
      ["a", "b"], latency: unit.latency, hasEnable: unit.hasEnable, draw: { operands.factors($0, &$1).integers }
    ) { [Int(unit.format.multiply(UInt64($0[0]), UInt64($0[1])))] }
  }
  .exhaustive { $0.exhaustiveChecks }
  .covering { unit, model throws(CoverageError) in
    try model.addClasses(of: [("a", unit.format), ("b", unit.format), ("product", unit.format)])
    try model.cross("class of a × class of b", ["class of a", "class of b"])
  }
}
