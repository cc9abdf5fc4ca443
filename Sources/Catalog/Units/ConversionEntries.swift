import NumberFormats
import Testbench
import Units

extension Catalog {
  /// One floating point format to another.
  static let floatingConverter = Entry<FloatingConverter, CountWorkload>(
    "floating-converter", "A number of one floating point format in another one, rounded once to nearest even.",
    configurations: [
      ("widening", FloatingConverter { ($0.source, $0.target) = (.bfloat16, .float32) }),
      ("e4m3", FloatingConverter { ($0.source, $0.target, $0.stages) = (.bfloat16, .float8E4M3, 2) }),
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Numbers"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    return try request.unitBench(["value"], latency: unit.latency) { step, random in
      // Two of three are near a number of the target, a tie, or the middle of both.
      if step % 3 == 0 { return [Int(random.code(unit.source))] }
      let near = unit.source.convert(random.code(unit.target), from: unit.target)
      return [Int(near ^ random.lowBits(upTo: unit.source.fractionBits))]
    } golden: {
      [Int(unit.target.convert(UInt64($0[0]), from: unit.source))]
    }
  }
  .exhaustive(
    also: [
      ("bfloat16-to-float16", FloatingConverter { ($0.source, $0.target) = (.bfloat16, .float16) }),
      ("float16-to-bfloat16", FloatingConverter { ($0.source, $0.target) = (.float16, .bfloat16) }),
      ("e4m3-to-bfloat16", FloatingConverter { ($0.source, $0.target) = (.float8E4M3, .bfloat16) }),
      ("e5m2-to-bfloat16", FloatingConverter { ($0.source, $0.target) = (.float8E5M2, .bfloat16) }),
    ]
  ) { $0.exhaustiveChecks }
  .covering { unit, model throws(CoverageError) in
    try model.addClasses(of: [("value", unit.source), ("result", unit.target)])
    let isInside = unit.target.exponentBits > unit.source.exponentBits
    if isInside || unit.target.exponentBits == unit.source.exponentBits, unit.target.subnormals == .kept,
      unit.source.subnormals == .flushed
    {
      try model.exclude("class of result", ["subnormal"], because: "no normal number of the source is so small")
    }
    let lost = unit.target.fractionBits - unit.source.fractionBits
    if lost > 0, unit.source.subnormals == .flushed || unit.target.exponentBits == unit.source.exponentBits {
      try model.excludeBits("result", 0..<lost, because: "the source has no such digits")
    }
  }

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

extension Xoshiro256 {
  /// A few of the lowest bits: those of a tie between numbers with fewer digits, or of its neighbours, or any.
  mutating func lowBits(upTo count: Int) -> UInt64 {
    asOneDraw { random in
      let bits = 1 + random.integer(below: max(1, count))
      let half = UInt64(1) << UInt64(bits - 1)
      switch random.integer(below: 5) {
      case 0: return 0
      case 1: return half
      case 2: return half | 1
      case 3: return half - 1
      default: return random.next() >> UInt64(64 - bits)
      }
    }
  }

  /// An integer of any size; of two of three the digits below the first `digits` are those of a tie, or next to it.
  mutating func value(_ format: IntegerFormat, nearTieOf digits: Int, _ step: Int) -> Int {
    Int(
      asOneSignedDraw { random in
        let width = format.width - (format.isSigned ? 1 : 0)
        let size = 1 + random.integer(below: width)
        var magnitude = Int64(random.next() >> UInt64(64 - size)) | 1 << Int64(size - 1)
        if step % 3 != 0, size > digits {
          let below = size - digits
          let tie = Int64(1) << Int64(below - 1) + Int64(random.integer(in: -1...1))
          magnitude = (magnitude >> Int64(below)) << Int64(below) | tie
        }
        switch random.integer(below: 32) {
        case 0: return 0
        case 1: return format.minimum
        case 2: return Int64(format.maximum)
        default: return format.wrap(format.isSigned && random.integer(below: 2) == 0 ? -magnitude : magnitude)
        }
      })
  }
}
