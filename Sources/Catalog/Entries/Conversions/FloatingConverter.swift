import Catalog
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
    let lost = unit.source.fractionBits - unit.target.fractionBits
    return try request.unitBench(["value"], latency: unit.latency) { step, random in
      // Two of three are near a number of the target, a tie, or the middle of both.
      if step % 3 == 0 { return [Int(random.code(unit.source))] }
      let near = unit.source.convert(random.code(unit.target), from: unit.target)
      return [Int(near ^ random.lowBits(upTo: unit.source.fractionBits, losing: lost))]
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
}
