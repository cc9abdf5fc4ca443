import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Sums.
  static let floatingAdder = Entry<FloatingAdder, CountWorkload>(
    "floating-adder", "Sum or difference of two floating point numbers, rounded once to nearest even.",
    configurations: [
      ("pipelined", FloatingAdder { ($0.operation, $0.stages, $0.hasEnable) = (.either, 3, true) }),
      ("e4m3", FloatingAdder { ($0.format, $0.operation, $0.stages) = (.float8E4M3, .subtract, 1) }),
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Sums"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let operands = FloatingOperands(format: unit.format)
    let isChosen = unit.operation == .either
    return try request.unitBench(
      ["a", "b"] + (isChosen ? ["subtract"] : []), latency: unit.latency, hasEnable: unit.hasEnable,
      draw: { (operands.terms($0, &$1) + (isChosen ? [$1.next() & 1] : [])).integers }
    ) { operands in
      let values = operands.codes
      let subtracts = isChosen ? values[2] == 1 : unit.operation == .subtract
      return [Int(subtracts ? unit.format.subtract(values[0], values[1]) : unit.format.add(values[0], values[1]))]
    }
  }
  .exhaustive(
    also: [("subtract", FloatingAdder { $0.operation = .subtract })]
  ) { $0.exhaustiveChecks }
  .covering { unit, model throws(CoverageError) in
    try model.addClasses(of: [("a", unit.format), ("b", unit.format), ("sum", unit.format)])
    try model.cross("class of a × class of b", ["class of a", "class of b"])
    try model.addDistance(unit.format)
  }
}
