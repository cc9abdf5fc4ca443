import Engine
import HDL
import NumberFormats
import Simulator
import TestFiles
import Testbench
import Testing

/// Compares every result of a unit with the one expected, on the native engine, many sets of operands a clock.
///
/// Reports the first one that differs.
func compare(
  _ unit: UnitUnderTest, _ cases: [[UInt64]], sourceLocation: SourceLocation = #_sourceLocation,
  _ expected: ([UInt64]) -> UInt64
) throws {
  // As many as the native engine gains by; wide sums have enough to do each.
  let lanes = if case .dotProduct = unit { 8 } else { min(64, max(1, cases.count / 8)) }
  let engine = try NativeModel(try UnitLanes(unit: unit, lanes: lanes).elaborate())
  let inputs = try (0..<(lanes * unit.operands.count)).map { try #require(engine.pin("operands_\($0)")) }
  let outputs = try (0..<lanes).map { try #require(engine.pin("results_\($0)")) }
  let rounds = (cases.count + lanes - 1) / lanes
  for round in 0..<(rounds + unit.latency) {
    let given = cases.dropFirst(round * lanes).prefix(lanes)
    for (lane, operands) in given.enumerated() {
      for (index, operand) in operands.enumerated() { inputs[lane * operands.count + index].unsigned = operand }
    }
    engine.settle()
    if round >= unit.latency {
      for (lane, operands) in cases.dropFirst((round - unit.latency) * lanes).prefix(lanes).enumerated() {
        let (found, wanted) = (outputs[lane].unsigned, expected(operands))
        guard found == wanted else {
          let shown = operands.map { String($0, radix: 16) }.joined(separator: ", ")
          Issue.record(
            "(\(shown)): \(String(found, radix: 16)) instead of \(String(wanted, radix: 16))",
            sourceLocation: sourceLocation)
          return
        }
      }
    }
    try engine.run(cycles: 1)
  }
}

extension Minifloat {
  /// Every code.
  var codes: [UInt64] { (0..<(1 << UInt64(width))).map { $0 } }

  /// Codes of every class: zeros, ends and middles of the subnormal and normal ranges, infinities, NaN; of both signs.
  var samples: [UInt64] {
    let step = UInt64(1) << UInt64(fractionBits)
    let one = UInt64(clamping: bias) << UInt64(fractionBits)
    let top = UInt64(1) << UInt64(width - 1)
    let magnitudes: [UInt64] = [
      0, 1, step / 2, step - 1, step, step + 1, 2 * step - 1, one &- 1, one, one + 1, one + step / 2,
      one + step, one + 5 * step + 3, greatestFiniteCode &- step, greatestFiniteCode, greatestFiniteCode + 1,
      greatestFiniteCode + 2, top - 1,
    ]
    return Set(magnitudes.filter { $0 < top }.flatMap { [$0, $0 | top] }).sorted()
  }
}

extension Xoshiro256 {
  /// A code of any exponent and sign, and of a fraction like that of `code`, `places` exponents above it or less.
  mutating func code(near code: UInt64, within places: Int, _ format: Minifloat) -> UInt64 {
    let distance = UInt64(integer(below: 2 * places + 1)) << UInt64(format.fractionBits)
    let lowest = UInt64(places) << UInt64(format.fractionBits)
    let noise = UInt64(unsigned(bits: 2))
    let sign = UInt64(unsigned(bits: 1)) << UInt64(format.width - 1)
    return ((code &+ distance &- lowest) ^ noise ^ sign) & format.codeMask
  }
}

/// All pairs of two lists; of more than `limit` about that many, evenly chosen.
func pairs(_ left: [UInt64], _ right: [UInt64], atMost limit: Int = .max) -> [[UInt64]] {
  let count = left.count * right.count
  // An odd step, so that no residue is left out.
  let step = Tier.isFull ? 1 : max(1, count / limit) | 1
  return stride(from: 0, to: count, by: step).map { [left[$0 / right.count], right[$0 % right.count]] }
}
