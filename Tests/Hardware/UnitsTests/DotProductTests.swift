import HDL
import NumberFormats
import Simulator
import TestFiles
import Testbench
import Testing
import Units

@Suite struct DotProductTests {
  /// Terms of which many cancel: each second one is the first with the other sign, or nearly.
  private func cases(_ format: Minifloat, terms: Int, count: Int) -> [[UInt64]] {
    var random = Seed(6).generator("terms")
    let samples = format.samples
    let sign = UInt64(1) << UInt64(format.width - 1)
    return (0..<count).map { index in
      var operands: [UInt64] = []
      for term in 0..<terms {
        if term % 2 == 1, index % 4 != 0 {
          let (a, b) = (operands[operands.count - 2], operands[operands.count - 1])
          operands += [a ^ sign, index % 4 == 1 ? b : random.code(near: b, within: 1, format)]
        } else if index % 4 == 3 {
          operands += [samples[random.integer(below: samples.count)], samples[random.integer(below: samples.count)]]
        } else {
          operands += [UInt64(random.unsigned(bits: format.width)), UInt64(random.unsigned(bits: format.width))]
        }
      }
      return operands
    }
  }

  private func dot(_ format: Minifloat, _ operands: [UInt64]) -> UInt64 {
    let pairs = stride(from: 0, to: operands.count, by: 2)
    return format.dot(pairs.map { operands[$0] }, pairs.map { operands[$0 + 1] })
  }

  @Test(arguments: FloatingArithmeticTests.small) func `Sums of products in a small format`(format: Minifloat) throws {
    let cases = cases(format, terms: 3, count: Tier.isFull ? 20_000 : 64)
    try compare(.dotProduct(.init { ($0.format, $0.count) = (format, 3) }), cases) { dot(format, $0) }
  }

  @Test(arguments: zip([.bfloat16, .float16] as [Minifloat], [3, 0]))
  func `Sums of products in a wide format`(format: Minifloat, stages: Int) throws {
    let cases = cases(format, terms: 4, count: Tier.isFull ? 5_000 : 32)
    try compare(.dotProduct(.init { ($0.format, $0.count, $0.stages) = (format, 4, stages) }), cases) {
      dot(format, $0)
    }
  }

  @Test func `One product alone is a multiplication`() throws {
    let format = Minifloat.float8E5M2
    try compare(
      .dotProduct(.init { ($0.format, $0.count) = (format, 1) }), pairs(format.samples, format.samples, atMost: 100)
    ) {
      format.multiply($0[0], $0[1])
    }
  }

  @Test(arguments: zip([.bfloat16, .float8E4M3, .float8E4M3] as [Minifloat], 1...3))
  func `An accumulator sums what is valid since the first pair`(format: Minifloat, stages: Int) throws {
    let unit = FloatingMultiplyAccumulator { ($0.format, $0.headroom, $0.stages) = (format, 8, stages) }
    let model = try Simulation(unit)
    var random = Seed(8).generator("pairs")
    let pins = try ["a", "b", "sum"].map { try #require(model.engine.pin($0)) }
    let (a, b, sum) = (pins[0], pins[1], pins[2])
    var sums: [UInt64] = []
    var (left, right): ([UInt64], [UInt64]) = ([], [])
    for step in 0..<60 {
      let isFirst = step == 0 || random.integer(below: 12) == 0
      let isValid = step == 0 || random.integer(below: 4) > 0
      let code = UInt64(random.unsigned(bits: format.width))
      let cancels = !left.isEmpty && random.integer(below: 3) == 0
      // What was added before, with the other sign.
      let (x, y) =
        cancels
        ? (left[0] ^ 1 << UInt64(format.width - 1), right[0]) : (code, random.code(near: code, within: 2, format))
      (a.unsigned, b.unsigned) = (x, y)
      (model.isValid, model.isFirst) = (isValid ? 1 : 0, isFirst ? 1 : 0)
      if isValid {
        if isFirst { (left, right) = ([], []) }
        left.append(x)
        right.append(y)
      }
      sums.append(format.dot(left, right))
      try model.step()
      if step >= stages - 1 { #expect(sum.unsigned == sums[step - stages + 1], "step \(step)") }
    }
  }
}
