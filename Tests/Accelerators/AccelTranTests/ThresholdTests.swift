import AccelTran
import Golden
import Models
import Testing
import Transformer

/// The threshold calculator and its closed loop.
struct ThresholdTests {
  @Test func `A curve counts what a strict threshold prunes, and is turned round by a line`() throws {
    let curve = try ThresholdCurve(profiling: [0, 0.1, -0.1, 0.2, -0.3, 0.4, 0.5, 0.6], at: [0, 0.1, 0.2, 0.4])
    // |x| = τ is pruned.
    #expect(curve.sparsities == [0.125, 0.375, 0.5, 0.75])
    #expect(curve.threshold(for: 0.375) == 0.1 && curve.threshold(for: 0) == 0 && curve.threshold(for: 0.9) == 0.4)
    #expect(abs(curve.threshold(for: 0.625) - 0.3) < 1e-12)
    #expect(abs(curve.sparsity(at: 0.15) - 0.4375) < 1e-12 && curve.sparsity(at: 9) == 0.75)
    #expect(ThresholdCurve.publishedGrid.count == 20 && abs(ThresholdCurve.publishedGrid[19] - 0.095) < 1e-12)
  }

  @Test func `A table that is not monotone is refused`() {
    func message(_ thresholds: [Double], _ sparsities: [Double]) -> String {
      "\(Result { try ThresholdCurve(thresholds: thresholds, sparsities: sparsities) })"
    }
    #expect(message([], []).contains("0 thresholds and 0 shares: give as many of both, at least one"))
    #expect(message([0, 0.1], [0]).contains("2 thresholds and 1 shares"))
    #expect(message([0, 0], [0, 1]).contains("do not ascend from 0 on"))
    #expect(message([0, 1], [0.5, 0.4]).contains("fall, or are not between 0 and 1"))
    #expect("\(Result { try ThresholdCurve(profiling: []) })".contains("there is nothing to profile"))
  }

  @Test func `Thresholds for each place give the share of zeros that was asked for`() throws {
    let small = SmallBERT(hidden: 32, layers: 2, heads: 4, feedForward: 48)
    let model = try small.model()
    let machine = FixedPointMachine(model)
    let grid = (0..<40).map { Double($0) * 0.05 }
    let texts = (0..<3).map { small.sequence(20, padding: Int($0), seed: $0) }
    let calculator = try ThresholdCalculator(profiling: machine, over: texts, at: grid)
    let places: Set<PruningPlan.Place> = [.query, .key, .value, .context, .feedForwardHidden]
    var pruning = machine
    pruning.plan = calculator.plan(sparsity: 0.4, at: places)
    let run = try pruning.run(small.sequence(20, seed: 50))
    for (site, count) in run.sparsity where places.contains(site.place) {
      // Data that was not profiled, and one layer's pruning changes the next one's numbers.
      #expect(abs(count.sparsity - 0.4) < 0.15, "\(site)")
    }
    let dense = try machine.run(small.sequence(20, seed: 50))
    #expect(run.total.effectual < dense.total.effectual * 4 / 5)
  }

  @Test func `The closed loop holds the share within a point where the profile is wrong`() throws {
    var random = SeededNumbers(seed: 4)
    func numbers(_ spread: Double) -> [Double] {
      (0..<4000).map { _ in Double.random(in: -spread...spread, using: &random) }
    }
    let curve = try ThresholdCurve(profiling: numbers(1), at: (0..<64).map { Double($0) / 64 })
    // The data is half as wide as the profile: the open loop prunes twice as much.
    var controller = ThresholdController(curve: curve, target: 0.3)
    func share(_ threshold: Double) -> Double {
      let values = numbers(0.5)
      return Double(values.count { abs($0) <= threshold }) / Double(values.count)
    }
    #expect(share(controller.threshold) > 0.55)
    var last: [Double] = []
    for step in 0..<60 {
      let measured = share(controller.threshold)
      controller.observe(measured)
      if step >= 40 { last.append(measured) }
    }
    #expect(abs(last.reduce(0, +) / Double(last.count) - 0.3) < 0.01)
    #expect(last.allSatisfy { abs($0 - 0.3) < 0.04 })
  }
}

@Suite struct PruningLoopTests {
  /// A machine with loops of which every table has thresholds `scale` times as great as the profile's.
  private func deviation(
    scale: Double, target: Double, gainShift: Int
  ) throws -> Double {
    let model = try SmallBERT(hidden: 64, feedForward: 128).model()
    let sequence = SmallBERT(hidden: 64, feedForward: 128).sequence(24, seed: 5)
    var machine = FixedPointMachine(model, function: .quadraticSigmoid)
    var loops = try PruningLoops(profiling: machine, over: [sequence], target: target, gainShift: gainShift)
    for (site, table) in loops.tables {
      loops.tables[site] = try ThresholdTable(
        table.entries.map {
          ThresholdTable.Entry(share: $0.share, threshold: UInt64(min(Double($0.threshold) * scale, 500_000)))
        })
    }
    machine.loops = loops
    // Small buffers: results come in blocks of 4 × 4 numbers.
    var sizes = EngineSizes.tiny
    (sizes.activationChunks, sizes.weightChunks, sizes.sumGroups) = (16, 4, 4)
    let (_, run) = try EngineProgram.layers(sizes, machine, sequence, layers: 0..<2)
    var places: [PruningPlan.Place: SparsityCount] = [:]
    // Places of which the results come in a hundred blocks and more.
    let many: Set<PruningPlan.Place> = [.query, .key, .value, .feedForwardHidden]
    for (site, count) in run.sparsity where many.contains(site.place) {
      places[site.place, default: SparsityCount()] += count
    }
    return places.values.map { abs($0.sparsity - target) }.max() ?? 1
  }

  @Test(arguments: [0.5, 2], [0.3, 0.6]) func `Loops hold a share within a point where the profile is wrong by two`(
    scale: Double, target: Double
  ) throws {
    let (closed, open) = try (
      deviation(scale: scale, target: target, gainShift: 2),
      deviation(scale: scale, target: target, gainShift: 7)
    )
    #expect(closed < 0.01, "\(closed)")
    #expect(open > 0.05, "nearly without a loop: \(open)")
  }
}
