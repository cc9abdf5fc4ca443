import Catalog
import Testbench

extension BenchRequest where Workload == CountWorkload {
  /// Operands of `widths` bits each: all combinations when there are no more of them than the workload counts, otherwise
  /// as many draws as it counts, biased towards the values that break arithmetic.
  func operands(_ widths: [Int], _ random: inout Xoshiro256) -> [[UInt64]] {
    let total = widths.reduce(0, +)
    guard total <= 16, 1 << total <= workload.count else {
      return (0..<workload.count).map { _ in widths.map { random.operand(bits: $0) } }
    }
    return (0..<1 << total).map { number in
      var rest = UInt64(number)
      return widths.map { width in
        defer { rest >>= UInt64(width) }
        return rest & (UInt64.max >> UInt64(64 - width))
      }
    }
  }

  /// A bench that drives `operands` of all inputs and expects what `golden` makes of them, `latency` clocks later.
  func operandBench(
    _ widths: [Int], latency: Int = 0, golden: ([UInt64]) -> [UInt64]
  ) throws(BenchError) -> PinBench {
    var bench = try pipelineBench(latency: latency)
    var random = bench.random("operands")
    for values in operands(widths, &random) { try bench.append(values, expecting: golden(values)) }
    return bench
  }
}
