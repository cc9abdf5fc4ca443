import Catalog
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Floating point to integers.
  static let floatingToFixed = Entry<FloatingToFixed, CountWorkload>(
    "floating-to-fixed", "A floating point number, times a scale or not, as an integer: rounded once, saturated.",
    configurations: [
      ("scaled", FloatingToFixed { ($0.scale, $0.isSymmetric, $0.stages) = (.bfloat16, true, 3) }),
      ("unsigned", FloatingToFixed { ($0.source, $0.target, $0.fractionBits) = (.float16, .uint16, 4) }),
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Numbers"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let power = RealValue(Dyadic(1 as Int64, exponent: unit.fractionBits))
    return try request.unitBench(["value"] + (unit.scale == nil ? [] : ["scale"]), latency: unit.latency) {
      step, random in
      // Three of four products are about as large as codes.
      let place = unit.source.bias - unit.fractionBits + random.integer(in: -3...unit.target.width + 1)
      guard let scale = unit.scale else {
        return [Int(step % 4 == 0 ? random.code(unit.source) : random.code(unit.source, field: place))]
      }
      if step % 4 == 0 { return [Int(random.code(unit.source)), Int(random.code(scale))] }
      let factor = random.code(scale)
      return [Int(random.code(unit.source, field: place - scale.field(of: factor) + scale.bias)), Int(factor)]
    } golden: { operands in
      var value = unit.source.value(of: UInt64(operands[0])) * power
      if let scale = unit.scale { value = value * scale.value(of: UInt64(operands[1])) }
      let code = Int(unit.target.integer(of: unit.target.code(for: value)))
      return [unit.isSymmetric && unit.target.isSigned ? max(code, -Int(unit.target.maximum)) : code]
    }
  }
  .exhaustive(
    also: [
      ("uint8", FloatingToFixed { $0.target = .uint8 }),
      ("int16", FloatingToFixed { $0.target = .int16 }),
      ("e4m3-scaled-by-e4m3", FloatingToFixed { ($0.source, $0.scale) = (.float8E4M3, .float8E4M3) }),
    ]
  ) { $0.exhaustiveChecks }
  .covering { unit, model throws(CoverageError) in
    try model.addClasses(of: [("value", unit.source)] + (unit.scale.map { [("scale", $0)] } ?? []))
    let (least, greatest) = (Int(unit.target.minimum), Int(unit.target.maximum))
    let first = unit.isSymmetric && unit.target.isSigned ? -greatest : least
    try model.point(
      "code", over: try model.pin("code"),
      [.value("least", first)] + (first < 0 ? [.range("negative", first + 1 ... -1), .value("zero", 0)] : [])
        + [.range("positive", 1...greatest - 1), .value("greatest", greatest)])
  }
}
