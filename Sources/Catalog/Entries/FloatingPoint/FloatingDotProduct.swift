import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Sums of products.
  static let floatingDotProduct = Entry<FloatingDotProduct, CountWorkload>(
    "floating-dot-product", "Sum of floating point products: exact, rounded once to nearest even.",
    configurations: [
      ("e4m3", FloatingDotProduct { ($0.format, $0.count) = (.float8E4M3, 3) }),
      (
        "pipelined",
        FloatingDotProduct { ($0.format, $0.count, $0.stages, $0.hasEnable) = (.float8E5M2, 2, 3, true) }
      ),
    ],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Sums"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let operands = FloatingOperands(format: unit.format)
    let ports = ["a", "b"].flatMap { name in (0..<unit.count).map { "\(name)_\($0)" } }
    return try request.unitBench(
      ports, latency: unit.latency, hasEnable: unit.hasEnable, draw: { operands.products(unit.count, $0, &$1).integers }
    ) { operands in
      let values = operands.codes
      return [Int(unit.format.dot(Array(values.prefix(unit.count)), Array(values.suffix(unit.count))))]
    }
  }
  .exhaustive(
    also: [("e2m1", FloatingDotProduct { ($0.format, $0.count) = (.float4E2M1, 3) })]
  ) { $0.exhaustiveChecks }
  .covering { unit, model throws(CoverageError) in
    try model.addClasses(of: [("a_0", unit.format), ("b_0", unit.format), ("result", unit.format)])
    try model.cross("class of a_0 × class of b_0", ["class of a_0", "class of b_0"])
  }
  .scored(on: "e4m3")
}
