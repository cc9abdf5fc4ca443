import Catalog
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Integers to floating point.
  static let fixedToFloating = Entry<FixedToFloating, CountWorkload>(
    "fixed-to-floating", "An integer, times a scale or not, as a floating point number, rounded once to nearest even.",
    configurations: [
      ("scaled", FixedToFloating { ($0.scale, $0.stages) = (.bfloat16, 3) }),
      (
        "e4m3",
        FixedToFloating { ($0.source, $0.fractionBits, $0.target, $0.stages) = (.uint8, 6, .float8E4M3, 1) }
      ),
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Numbers"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let power = RealValue(Dyadic(1 as Int64, exponent: -unit.fractionBits))
    return try request.unitBench(["code"] + (unit.scale == nil ? [] : ["scale"]), latency: unit.latency) {
      step, random in
      let code = random.value(unit.source, nearTieOf: unit.target.fractionBits + 1, step)
      guard let scale = unit.scale else { return [code] }
      return [code, Int(step % 4 == 0 ? random.code(scale) : random.code(scale, field: scale.bias - step % 40))]
    } golden: { operands in
      var value = RealValue(Int64(operands[0])) * power
      if let scale = unit.scale { value = value * scale.value(of: UInt64(operands[1])) }
      return [Int(unit.target.code(for: value))]
    }
  }
  .exhaustive(
    also: [
      ("int16", FixedToFloating { $0.source = .int16 }),
      ("int8-scaled-by-e4m3", FixedToFloating { ($0.source, $0.scale) = (.int8, .float8E4M3) }),
    ]
  ) { $0.exhaustiveChecks }
  .covering { unit, model throws(CoverageError) in
    if let scale = unit.scale {
      try model.addClasses(of: [("scale", scale), ("result", unit.target)])
    } else {
      try model.point("sign of the code", over: try model.pin("code"), .signs)
      if !unit.source.isSigned {
        try model.exclude("sign of the code", ["negative"], because: "the code is unsigned")
        try model.excludeBits("result", [unit.target.width - 1], because: "the code is unsigned")
      }
      try model.excludeUnreached("result", by: unit.magnitudes.map { unit.target.code(for: $0) })
    }
  }
}

extension FixedToFloating {
  /// Numbers that show every bit of a result without a scale: powers of two, their neighbours, and ends.
  fileprivate var magnitudes: [RealValue] {
    let power = Dyadic(1 as Int64, exponent: -fractionBits)
    var codes: [Int64] = [0]
    for bit in 0..<source.width {
      for fraction in 0..<(1 << min(bit, target.fractionBits)) {
        codes.append(1 << Int64(bit) | Int64(fraction) << Int64(bit - min(bit, target.fractionBits)))
      }
    }
    return codes.filter { source.contains($0) || source.isSigned && source.contains(-$0) }.flatMap {
      let value = RealValue(Dyadic($0) * power)
      return source.isSigned ? [value, -value] : [value]
    }
  }
}
