import AccelTran
import AccelTranHardware
import NumberFormats
import SmallModels
import Testing
import Transformer

@testable import Machines

struct AccelTranIntegerTests {
  private func codes(_ count: Int, _ greatest: Int32, seed: UInt64) -> [Int32] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      Bool.random(using: &random) ? Int32.random(in: -greatest - 1...greatest, using: &random) : 0
    }
  }

  @Test(arguments: ["bijk", "kijb"], [0, 12])
  func `Products of int8 codes are requantised once, to the nearest or by chance`(
    name: String, noise: Int
  ) throws {
    var sizes = EngineSizes.tinyInt8
    (sizes.activationChunks, sizes.weightChunks, sizes.sumGroups, sizes.noiseBits) = (16, 4, 4, noise)
    var finish = EngineProgram.Finish()
    // About 2^−8, so that some results saturate.
    (finish.factor, finish.bias) = (71_234, codes(11, 127, seed: 3))
    (finish.resultLimit, finish.leftLimit) = (3, 20)
    let (left, right) = (codes(9 * 37, 127, seed: 1), codes(37 * 11, 127, seed: 2))
    let (program, _) = try EngineProgram.product(
      sizes, left: left, right: right, rows: 9, inner: 37, columns: 11, order: LoopOrder(name), finish: finish)
    let outcome = try AccelTranRun(program).run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "incomplete")")
    let results = program.regions[0].codes
    #expect(results.contains(127) && results.contains(-128) && results.contains(0))
    // The definition: exact sums, one rounding.
    var wrong = 0
    for row in 0..<9 {
      for column in 0..<11 {
        var sum = Int64(finish.bias?[column] ?? 0)
        for inner in 0..<37 {
          let factor = left[row * 37 + inner]
          if factor.magnitude > 20 { sum += Int64(factor) * Int64(right[inner * 11 + column]) }
        }
        let exact = Double(sum) * 71_234 / 0x1p24
        let code = Double(results[row * 11 + column])
        let nearest = min(max(exact.rounded(.toNearestOrEven), -128), 127)
        if noise == 0 { wrong += code == (abs(nearest) <= 3 ? 0 : nearest) ? 0 : 1 }
        if noise > 0 {
          let isNear = abs(code - min(max(exact, -128), 127)) < 1 || code == 0 && abs(exact) < 4
          wrong += isNear ? 0 : 1
        }
      }
    }
    #expect(wrong == 0)
  }

  @Test func `Stochastic rounding in fixed point is that of the golden source, and unbiased`() throws {
    var sizes = EngineSizes.tiny
    sizes.noiseBits = 16
    var finish = EngineProgram.Finish()
    finish.factor = 1 << 14
    let (left, right) = (codes(24 * 16, 30_000, seed: 5), codes(16 * 24, 30_000, seed: 6))
    let (program, _) = try EngineProgram.product(
      sizes, left: left, right: right, rows: 24, inner: 16, columns: 24, finish: finish)
    #expect(try AccelTranRun(program).run(on: .native).isExact)
    sizes.noiseBits = 0
    let (nearest, _) = try EngineProgram.product(
      sizes, left: left, right: right, rows: 24, inner: 16, columns: 24, finish: finish)
    let (one, other) = (program.regions[0].codes, nearest.regions[0].codes)
    let differences = zip(one, other).map { Int($0) - Int($1) }
    #expect(differences.allSatisfy { abs($0) <= 1 } && differences.contains(1) && differences.contains(-1))
    // 576 differences of at most 1, of which the mean is below 3 of its deviations.
    #expect(abs(differences.reduce(0, +)) < 36)
  }

  @Test func `A model does not run on integers`() throws {
    let model = try SmallTransformer(hidden: 16, layers: 1, heads: 2, feedForward: 24).model()
    #expect(throws: AccelTranError.self) {
      try EngineProgram.layers(.tinyInt8, FixedPointMachine(model), TokenSequence(ids: [1, 2]), layers: 0..<1)
    }
    var noisy = EngineSizes.tiny
    noisy.noiseBits = 8
    #expect(throws: AccelTranError.self) {
      try EngineProgram.layers(noisy, FixedPointMachine(model), TokenSequence(ids: [1, 2]), layers: 0..<1)
    }
  }
}
