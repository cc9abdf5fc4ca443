import Testbench

/// The pins of an array cycle by cycle: what is driven, and which sums must show when.
struct SystolicArrayTimeline {
  private(set) var inputs: [[Int64]] = []
  private var sums: [Int: [Int: Int64]] = [:]

  /// Cycles so far.
  var cycle: Int { inputs.count }

  /// Drives one cycle.
  mutating func drive(_ values: [Int64]) { inputs.append(values) }

  /// Expects `sum` in `column` for what is driven in cycle `cycle`, before the latency of the array.
  mutating func expect(_ sum: Int64, column: Int, cycle: Int) { sums[cycle, default: [:]][column] = sum }

  /// Moves everything into the bench; `idle` fills the cycles until the last sum has shown.
  func fill(_ bench: inout PinBench, columns: Int, idle: [Int64]) throws(BenchError) {
    let end = max(inputs.count, (sums.keys.max() ?? 0) + 1)
    for cycle in 0..<end {
      let expected = sums[cycle] ?? [:]
      try bench.append(
        cycle < inputs.count ? inputs[cycle] : idle, expecting: (0..<columns).map { expected[$0] ?? 0 },
        care: (0..<columns).map { expected[$0] == nil ? 0 : .max })
    }
  }
}
