import Catalog
import Testbench

extension BenchRequest where Workload == CountWorkload {
  /// A bench that drives operands in each clock and expects a result of each, `latency` clocks later; of clocks in which the
  /// port `enable` is 1, where the unit has that port.
  ///
  /// - Parameters:
  ///   - operands: The input ports in the order of the operands.
  ///   - draw: Makes the operands of a step.
  ///   - golden: The values of all outputs.
  func unitBench(
    _ operands: [String], latency: Int, hasEnable: Bool = false, draw: (Int, inout Xoshiro256) -> [Int],
    golden: ([Int]) throws -> [Int]
  ) throws -> PinBench {
    guard hasEnable else {
      var bench = try PinBench(
        interface, latency: latency, inputs: operands, name: name, index: index, seed: seed)
      if !judgesTiming { bench.longestLatency = latency + 64 }
      var random = bench.random("operands")
      for step in 0..<workload.count {
        let values = draw(step, &random)
        try bench.append(values, expecting: try golden(values))
      }
      return bench
    }
    var bench = try PinBench(
      interface, latency: 0, inputs: operands + ["enable"], name: name, index: index, seed: seed)
    var random = bench.random("operands")
    // What is in the pipeline, the newest first.
    var pipeline = [[Int]?](repeating: nil, count: latency)
    for step in 0..<workload.count {
      let values = draw(step, &random)
      let isEnabled = random.integer(below: 4) > 0
      let result = try golden(values)
      let shown = latency == 0 ? result : pipeline[latency - 1]
      let expected = shown ?? result.map { _ in 0 }
      try bench.append(
        values + [isEnabled ? 1 : 0], expecting: expected, care: expected.map { _ in shown == nil ? 0 : .max })
      if isEnabled, latency > 0 { pipeline = [result] + pipeline.dropLast() }
    }
    return bench
  }
}

extension [UInt64] {
  /// The codes as a bench takes them.
  var integers: [Int] { map { Int($0) } }
}

extension [Int] {
  /// The codes as a format takes them.
  var codes: [UInt64] { map { UInt64($0) } }
}

/// A lane of a vector that is as a whole 0, 1, its top bit alone, or all ones, in turn by `number`.
func cornerLane(_ lane: Int, of count: Int, width: Int, number: Int) -> UInt64 {
  switch number % 4 {
  case 0: 0
  case 1: lane == 0 ? 1 : 0
  case 2: lane == count - 1 ? 1 << UInt64(width - 1) : 0
  default: .max >> UInt64(64 - width)
  }
}
