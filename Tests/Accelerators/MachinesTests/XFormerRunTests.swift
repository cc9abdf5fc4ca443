import Machines
import NumberFormats
import TestFiles
import Testing
import Verilator
import XFormer

/// Layers on the generated X-Former machine, every store compared with the golden machine's.
@Suite struct XFormerRunTests {
  /// A layer whose matrices have units of the smallest machine at once.
  private static let small = XFormerLayer.random(features: 8, heads: 1, inner: 8)

  private static func run(
    _ layer: XFormerLayer, _ schedule: XFormerSchedule, tokens: Int, isCausal: Bool = false, temperature: UInt8 = 0,
    on target: XFormerRun.Target,
    _ change: (inout XFormerSizes) -> Void = { _ in }
  ) throws -> XFormerOutcome {
    var sizes = XFormerSizes.micro
    change(&sizes)
    var program = try XFormerCompiler(sizes, schedule: schedule, isCausal: isCausal).program(
      [layer], input: XFormerLayer.randomInput(tokens: tokens, features: layer.features))
    program.temperature = temperature
    let run = try XFormerRun(program)
    let outcome = try run.run(on: target)
    let estimate = XFormerCycleModel(latency: run.latency).estimate(program)
    #expect(estimate.inference.cycles == outcome.cycles)
    #expect(estimate.deployment?.cycles ?? 0 == outcome.deploymentCycles)
    for engine in 0..<sizes.engines {
      #expect(estimate.inference.busy[engine] == outcome.counters["busy\(engine)"], "engine \(engine)")
      #expect(estimate.inference.waits[engine] == outcome.counters["waits\(engine)"], "engine \(engine)")
    }
    let counts = run.golden.counts
    #expect(outcome.difference == nil)
    #expect(outcome.isExact)
    #expect(
      counts.unitVectors == outcome.counters["unitVectors"]
        && counts.normalizedRows == outcome.counters["normalizedRows"])
    #expect(counts.scoreWords == outcome.counters["scoreWords"] && counts.valueWords == outcome.counters["valueWords"])
    #expect(
      counts.rowWrites == (outcome.counters["rowWrites"] ?? 0) + (outcome.deployment["rowWrites"] ?? 0))
    #expect(
      counts.writePulses == (outcome.counters["writePulses"] ?? 0) + (outcome.deployment["writePulses"] ?? 0))
    #expect(
      counts.failedWrites == (outcome.counters["failedWrites"] ?? 0) + (outcome.deployment["failedWrites"] ?? 0))
    return outcome
  }

  @Test(arguments: [XFormerSchedule.kvFirst, .wavefront])
  func `A layer stores what the golden machine stores`(schedule: XFormerSchedule) throws {
    let outcome = try Self.run(Self.small, schedule, tokens: 5, on: .native)
    #expect(outcome.deploymentCycles > 0)
    #expect(outcome.counters["rowWrites"] == 0)
  }

  @Test func `A causal layer with noisy crossbars is as exact, and so is one whose weights do not fit at once`() throws
  {
    let noisy = try Self.run(Self.small, .wavefront, tokens: 3, isCausal: true, temperature: 80, on: .native) {
      $0.crossbar.encoding = .flippedOffset
      $0.crossbar.geometry.converterBits = 6
      $0.crossbar.effects.relativeProgramming = 0.05
      $0.crossbar.effects.readNoise = 0.5
      $0.crossbar.effects.stuckLowest = 0.004
      ($0.crossbar.effects.verifyTolerance, $0.crossbar.effects.verifyPulses) = (0.1, 3)
      $0.crossbar.effects.temperatureCoefficient = -0.002
      $0.crossbar.geometry.codeFractionBits = 1
    }
    let rows = noisy.deployment["rowWrites"] ?? 0
    #expect((rows + 1...3 * rows).contains(noisy.deployment["writePulses"] ?? 0))
    #expect((1..<rows).contains(noisy.deployment["failedWrites"] ?? 0))
    let outcome = try Self.run(
      .random(features: 16, heads: 2, inner: 32), .kvFirst, tokens: 2, on: .native)
    #expect(outcome.deploymentCycles == 0)
  }

  @Test func `Layers that normalise what they read, and keep their sums, are as exact`() throws {
    var layer = XFormerLayer.random(layers: 1, features: 8, heads: 1, inner: 8, normalizesInputs: true)[0]
    layer.output.scales = try layer.output.scales.map {
      try RequantizationScale(multiplier: $0.multiplier, shift: $0.shift - 2)
    }
    let tokens = 4
    // Some sums are clamped, at both ends.
    let exact = layer(
      XFormerLayer.randomInput(tokens: tokens, features: 8), block: XFormerSizes.micro.block, isCausal: true,
      numbers: SoftmaxNumbers(.micro))
    let sums = (exact.steps["hidden.wide"] ?? []) + exact.wide.flatMap(\.self)
    #expect(sums.contains(32767) && sums.contains(-32768))
    _ = try Self.run(layer, .kvFirst, tokens: tokens, isCausal: true, on: .native)
  }

  /// With few fraction bits and a great scale half a unit of a sum is seen in the codes.
  @Test func `Sums are rounded where a later block has a greater score`() throws {
    var layer = Self.small
    layer.contextScale = try RequantizationScale(6.0 / 65536)
    _ = try Self.run(layer, .kvFirst, tokens: 9, on: .native) { $0.weightFractionBits = 4 }
  }

  /// Two layers of shared weights and other scales, so that a sequence that is a layer ahead needs its own.
  @Test func `Sequences that take turns store what the golden machine stores, sooner than one after the other`() throws
  {
    var sizes = XFormerSizes.micro
    (sizes.heldBlocks, sizes.unitsPerEngine) = (16, 8)
    var second = Self.small
    for matrix in [\XFormerLayer.query, \.key, \.value, \.output, \.up, \.down] {
      second[keyPath: matrix].scales = try second[keyPath: matrix].scales.map {
        try RequantizationScale(multiplier: $0.multiplier, shift: $0.shift - 1)
      }
    }
    second.function = second.function.map { $0 / 2 }
    second.outputNorm = XFormerLayer.random(features: 8, heads: 1, inner: 8, seed: 4).outputNorm
    second.inputNarrowing = Self.small.outputNorm.narrowing
    let layers = [Self.small, second]
    let inputs = [3, 5].map { XFormerLayer.randomInput(tokens: $0, features: 8, seed: UInt64($0)) }
    let compiler = XFormerCompiler(sizes, schedule: .kvFirst)
    let program = try compiler.program(layers, inputs: inputs)
    let run = try XFormerRun(program)
    let outcome = try run.run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "")")
    let estimate = XFormerCycleModel(latency: run.latency).estimate(program)
    #expect(estimate.inference.cycles == outcome.cycles)
    // Each sequence has the bits it has alone.
    var alone = 0
    for (number, input) in inputs.enumerated() {
      let single = try compiler.program(layers, input: input)
      let golden = try XFormerMachine.executed(single)
      for result in single.results {
        let name = "sequence.\(number).\(result.name)"
        let place = try #require(program.results.first { $0.name == name })
        let length = result.rows * result.stride
        #expect(
          run.golden.memory[place.address..<place.address + length]
            == golden.memory[result.address..<result.address + length], "\(name)")
      }
      alone += XFormerCycleModel(latency: run.latency).estimate(single).inference.cycles
    }
    #expect(outcome.cycles < alone)
  }

  @Test(.enabled(if: Tier.isFull))
  func `Two tiles and stalling buses, in Verilator`() throws {
    let sizes = { (sizes: inout XFormerSizes) in (sizes.attentionTiles, sizes.unitsPerEngine) = (2, 8) }
    let layer = XFormerLayer.random(features: 16, heads: 2, inner: 32)
    for schedule in XFormerSchedule.allCases {
      _ = try Self.run(
        layer, schedule, tokens: 7, on: .verilator(ModelBuilder(cache: ModelCache(folder: ".systole/test-cache"))),
        sizes)
    }
  }
}
