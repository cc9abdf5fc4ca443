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

  /// Running sums of products.
  static let floatingAccumulator = Entry<FloatingMultiplyAccumulator, CountWorkload>(
    "floating-accumulator", "Running sum of floating point products: exact inside, rounded once on its way out.",
    configurations: [
      ("e4m3", FloatingMultiplyAccumulator { ($0.format, $0.headroom) = (.float8E4M3, 6) }),
      ("pipelined", FloatingMultiplyAccumulator { ($0.format, $0.headroom, $0.stages) = (.float8E5M2, 5, 3) }),
    ],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Products"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let operands = FloatingOperands(format: unit.format)
    var bench = try PinBench(
      request.interface, latency: unit.latency, inputs: ["a", "b", "is_valid", "is_first"], name: request.name,
      index: request.index, seed: request.seed)
    var random = bench.random("operands")
    var (left, right): ([UInt64], [UInt64]) = ([], [])
    for step in 0..<request.workload.count {
      var pair = operands.factors(step, &random)
      if let a = left.last, let b = right.last, random.integer(below: 3) == 0 {
        pair = [random.neighbour(of: unit.format.negated(a), unit.format), random.neighbour(of: b, unit.format)]
      }
      let isValid = step == 0 || random.integer(below: 4) > 0
      // Beyond 2^headroom products a sum may wrap.
      let isLong = left.count >= min(1 << unit.headroom, 64)
      let isFirst = step == 0 || random.integer(below: 8) == 0 || isLong
      if isValid {
        if isFirst { (left, right) = ([], []) }
        left.append(pair[0])
        right.append(pair[1])
      }
      try bench.append(
        pair + [isValid ? 1 : 0, isFirst ? 1 : 0], expecting: [unit.format.dot(left, right)])
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    try model.addClasses(of: [("a", unit.format), ("b", unit.format), ("sum", unit.format)])
    try model.point("valid", over: try model.pin("is_valid"), .bit)
    try model.point("first", over: try model.pin("is_first"), .bit)
    try model.cross("valid × first", ["valid", "first"])
  }
  .scored(on: "e4m3")

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
