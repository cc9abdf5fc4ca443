import Components
import Golden
import HDL
import Testbench

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
      latency(unit.width + 1) { ($0.push.valid, $0.push.ready, $0.pop.valid, $0.pop.ready) },
    ]
  }
  .covering(coverDivider)

  /// Roots.
  public static let squareRoot = Entry<SquareRoot, CountWorkload>(
    "square-root", "Integer square roots with remainder, a bit of the root in each clock.",
    benched: ["width": .integer(2...64)],
    configurations: [("odd", SquareRoot(width: 7))],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Roots; all of up to 16 bits"),
    expectedCycles: { unit, work in (unit.width / 2 + 4) * work.count }
  ) { request in
    let unit = request.generator
    func root(_ number: UInt64) -> [UInt64] {
      let root = integerSquareRoot(number)
      return [root, number - root * root]
    }
    if request.checksTiming {
      return try request.timingBench([.init(capacity: 1, latency: (unit.width + 1) / 2 + 1)]) { random in
        let number = random.operand(bits: unit.width)
        return ([number], root(number))
      }
    }
    var bench = try request.streamBench()
    var random = bench.random("operands")
    for operands in request.operands([unit.width], &random) {
      try bench.withStimuli { stimuli throws(BenchError) in
        try stimuli.send(words: operands, on: "push")
        try stimuli.expect(words: root(operands[0]), on: "pop")
      }
    }
    return bench
  }
  .checked(proving: SquareRoot(width: 5)) { unit in
    [
      Checker("root", "root² + remainder is the number, and (root + 1)² is greater.") { io, m in
        let number = m.register("number", io.push.payload, when: io.push.transfers)
        let (root, remainder) = (io.pop.payload.root, io.pop.payload.remainder)
        m.when(io.pop.valid) {
          m.assert(root * root + remainder .== number, "is_root", "root² + remainder is not the number")
          m.assert(remainder .<= root + root, "is_greatest", "a greater root would do")
        }
      },
      latency((unit.width + 1) / 2 + 1) { ($0.push.valid, $0.push.ready, $0.pop.valid, $0.pop.ready) },
    ]
  }
  .covering(coverSquareRoot)

  /// That a result shows `cycles` clock edges after its operands were taken, and no second one.
  private static func latency<G: Generator>(
    _ cycles: Int,
    _ ports: @escaping @Sendable (Observation<G.Ports>) -> (valid: Bit, ready: Bit, isShown: Bit, isTaken: Bit)
  ) -> Checker<G> {
    Checker("latency", "A result shows \(cycles) clock edges after its operands were taken, and only then.") { io, m in
      let (valid, ready, isShown, isTaken) = ports(io)
      let age = m.register("age", UInt.self, width: 16, reset: 0)
      let isBusy = m.register("is_busy", Bit.self, reset: 0)
      m.when(valid & ready) {
        isBusy.next <== 1
        age.next <== 1
      }
      .otherwise(when: isShown & isTaken) { isBusy.next <== 0 }
      .otherwise(when: age .< UInt(cycles)) { age.next <== age &+ 1 }
      m.assert(
        isShown .== (isBusy & (age .== UInt(cycles))), "is_in_time",
        "a result shows too early, too late or twice")
      m.assert(ready .== !isBusy, "takes_when_free", "operands wait for nothing, or are taken too soon")
    }
  }
}
