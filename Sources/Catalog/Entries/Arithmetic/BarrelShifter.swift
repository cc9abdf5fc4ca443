import Catalog
import Components
import Golden
import HDL
import Testbench
import Units

extension Catalog {
  /// Shifts by a variable amount.
  public static let barrelShifter = Entry<BarrelShifter, CountWorkload>(
    "barrel-shifter", "Shifts or rotates a word by a variable number of bits.",
    benched: ["width": .integer(1...64)],
    configurations: [
      ("rotate", BarrelShifter(width: 12) { ($0.operation, $0.direction) = (.rotate, .right) }),
      ("arithmetic", BarrelShifter(width: 13) { ($0.operation, $0.direction) = (.arithmetic, .right) }),
    ],
    workload: CountWorkload(count: 65536), workloadParameters: CountWorkload.parameters("Words; all of up to 16 bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let shifter = request.generator
    let golden = WordOperations(width: shifter.width)
    let left = shifter.direction == .left
    let amountWidth = request.interface.ports.first { $0.name == "amount" }?.width ?? 1
    return try request.operandBench([shifter.width, amountWidth]) { values in
      let amount = Int(values[1])
      return switch shifter.operation {
      case .rotate: [golden.rotated(values[0], by: amount, left: left)]
      case .logical, .arithmetic:
        [golden.shifted(values[0], by: amount, left: left, keepsSign: shifter.operation == .arithmetic)]
      }
    }
  }
  .checked(proving: BarrelShifter(width: 21) { ($0.operation, $0.direction) = (.arithmetic, .right) }) { shifter in
    [
      Checker("shift", "The result is that of the language's own operator.") { io, m in
        let (value, width) = (io.value, shifter.width)
        // An amount is less than twice the width.
        let amount = io.amount.extended(to: io.amount.width + 1)
        let rest = mux(amount .>= UInt(width), amount &- UInt(width), amount)
        let expected: Bits
        switch (shifter.operation, shifter.direction) {
        case (.rotate, .left):
          expected = (concatenate(value, value).asUnsigned &<< rest).asBits[width..<(2 * width)]
        case (.rotate, .right): expected = (concatenate(value, value).asUnsigned >> rest).asBits[0..<width]
        case (_, .left): expected = (value.asUnsigned &<< io.amount).asBits
        case (.logical, .right): expected = (value.asUnsigned >> io.amount).asBits
        case (.arithmetic, .right): expected = (value.asSigned >> io.amount).asBits
        }
        m.assert(io.result .== expected, "is_shifted", "the result is not the value shifted by the amount")
      }
    ]
  }
  .covering(coverBarrelShifter)

  private static let coverBarrelShifter: Entry<BarrelShifter, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    let amounts = 1 << model.width("amount")
    let width = unit.width
    try model.point("amount", over: try model.pin("amount"), .each(0..<min(amounts, 64)))
    try model.point("top bit", over: [try model.pin("value")], .bit) { $0[0] >> (width - 1) & 1 }
    try model.cross("amount × top bit", ["amount", "top bit"])
  }
}
