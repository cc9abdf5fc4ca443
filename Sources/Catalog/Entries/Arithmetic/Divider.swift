import Catalog
import Components
import Golden
import HDL
import Testbench
import Units

extension Catalog {
  /// Quotients.
  public static let divider = Entry<Divider, CountWorkload>(
    "divider", "Divides integers, a bit of the quotient in each clock.",
    benched: ["width": .integer(2...64)],
    configurations: [("unsigned", Divider(width: 6) { $0.isSigned = false })],
    workload: CountWorkload(count: 2000),
    workloadParameters: CountWorkload.parameters("Divisions; all of up to 16 bits"),
    expectedCycles: { unit, work in (unit.width + 4) * work.count }
  ) { request in
    let unit = request.generator
    func quotient(_ operands: [UInt64]) -> [UInt64] {
      let golden = IntegerDivision(operands[0], by: operands[1], width: unit.width, isSigned: unit.isSigned)
      return [golden.quotient, golden.remainder]
    }
    if request.checksTiming {
      return try request.timingBench([.init(capacity: 1, latency: unit.width + 1)]) { random in
        let operands = [random.operand(bits: unit.width), random.operand(bits: unit.width)]
        return (operands, quotient(operands))
      }
    }
    var bench = try request.streamBench()
    var random = bench.random("operands")
    for operands in request.operands([unit.width, unit.width], &random) {
      try bench.withStimuli { stimuli throws(BenchError) in
        try stimuli.send(words: operands, on: "push")
        try stimuli.expect(words: quotient(operands), on: "pop")
      }
    }
    return bench
  }
  .checked(proving: Divider(width: 3) { $0.isSigned = false }) { unit in
    guard !unit.isSigned else { return [] }
    return [
      Checker(
        "quotient", "quotient × divisor + remainder is the dividend, and the remainder is less than the divisor."
      ) { io, m in
        let operands = io.push.payload
        let dividend = m.register("dividend", operands.dividend.asUnsigned, when: io.push.transfers)
        let divisor = m.register("divisor", operands.divisor.asUnsigned, when: io.push.transfers)
        let quotient = io.pop.payload.quotient.asUnsigned
        let remainder = io.pop.payload.remainder.asUnsigned
        m.when(io.pop.valid) {
          let isZero = divisor .== 0
          m.assert(
            isZero | (quotient * divisor + remainder .== dividend), "is_quotient",
            "quotient × divisor + remainder is not the dividend")
          m.assert(isZero | (remainder .< divisor), "is_remainder", "the remainder is not less than the divisor")
          m.assert(
            !isZero | (quotient.all & (remainder .== dividend)), "divides_by_zero",
            "a quotient by zero is not all ones, or its remainder not the dividend")
        }
      },
      iterationLatency(unit.width + 1) { ($0.push.valid, $0.push.ready, $0.pop.valid, $0.pop.ready) },
    ]
  }
  .covering(coverDivider)

  private static let coverDivider: Entry<Divider, CountWorkload>.AddCoverage = { unit, model throws(CoverageError) in
    let (dividend, divisor) = (try model.field("push", "dividend"), try model.field("push", "divisor"))
    let (quotient, remainder) = (try model.field("pop", "quotient"), try model.field("pop", "remainder"))
    let (width, isSigned) = (unit.width, unit.isSigned)
    @Sendable func number(_ bits: Int) -> Int { isSigned ? (bits << (64 - width)) >> (64 - width) : bits }
    for (name, variable) in [("dividend", dividend), ("divisor", divisor)] {
      try model.point("sign of \(name)", over: [variable], .signs) { number($0[0]).signum() }
    }
    if !isSigned {
      for name in ["dividend", "divisor"] {
        try model.exclude("sign of \(name)", ["negative"], because: "the numbers are unsigned")
      }
    }
    try model.cross("signs", ["sign of dividend", "sign of divisor"])
    try model.point(
      "size", over: [dividend, divisor],
      [.value("dividend is less", 0), .value("equal", 1), .value("dividend is more", 2)]
    ) { values in
      let (first, second) = (number(values[0]).magnitude, number(values[1]).magnitude)
      return first < second ? 0 : first == second ? 1 : 2
    }
    var special: [CoverBin] = [.value("division by zero", 0), .value("remainder zero", 1), .value("with remainder", 2)]
    if isSigned { special.append(.value("overflow: smallest by minus one", 3)) }
    let smallest = -(1 << (width - 1))
    try model.point("kind of division", over: [dividend, divisor, quotient, remainder], special) { values in
      if number(values[1]) == 0 { return 0 }
      if isSigned, number(values[0]) == smallest, number(values[1]) == -1 { return 3 }
      return values[3] == 0 ? 1 : 2
    }
    try model.excludeBackToBack(["push", "pop"], because: "a division takes a clock for each bit")
  }
}
