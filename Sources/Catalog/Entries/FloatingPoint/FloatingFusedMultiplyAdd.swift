import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Products and sums together.
  static let floatingMultiplyAdd = Entry<FloatingFusedMultiplyAdd, CountWorkload>(
    "floating-multiply-add", "Product of two floating point numbers plus a third, rounded once to nearest even.",
    configurations: [
      ("pipelined", FloatingFusedMultiplyAdd { ($0.stages, $0.hasEnable) = (3, true) }),
      ("e4m3", FloatingFusedMultiplyAdd { ($0.format, $0.stages) = (.float8E4M3, 2) }),
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Results"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let operands = FloatingOperands(format: unit.format)
    return try request.unitBench(
      ["a", "b", "c"], latency: unit.latency, hasEnable: unit.hasEnable,
      draw: { operands.productAndAddend($0, &$1).integers }
    ) { operands in
      let values = operands.codes
      return [Int(unit.format.fusedMultiplyAdd(values[0], values[1], values[2]))]
    }
  }
  .exhaustive { $0.exhaustiveChecks }
  .covering { unit, model throws(CoverageError) in
    try model.addClasses(of: ["a", "b", "c", "result"].map { ($0, unit.format) })
    try model.cross("class of a × class of b × class of c", ["class of a", "class of b", "class of c"])
  }
}
