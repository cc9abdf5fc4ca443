import AnalogMacros
import HeTraX
import HeTraXHardware
import TestFiles
import Testbench
import Testing
import Verilator
import XFormer

@testable import Machines

/// Programs on the whole machine.
@Suite struct HeTraXRunTests {
  private static func program(
    layers: Int = 1, tokens: Int = 5, inner: Int = 32, _ change: (inout HeTraXSizes) -> Void = { _ in }
  ) throws -> (program: HeTraXProgram, layers: [XFormerLayer], input: [[Int32]]) {
    var sizes = HeTraXSizes.micro
    change(&sizes)
    let all = XFormerLayer.random(layers: layers, features: 16, heads: 2, inner: inner)
    let input = XFormerLayer.randomInput(tokens: tokens, features: 16)
    return (try HeTraXCompiler(sizes).program(all, input: input), all, input)
  }

  /// Cycles, work of every engine and flits of every node are those of the cycle model; counts are the golden machine's.
  static func check(_ run: HeTraXRun, _ outcome: HeTraXOutcome) throws {
    let sizes = run.program.sizes
    #expect(outcome.isExact, "\(outcome.difference ?? "\(outcome.bytesCompared) of \(outcome.bytes)")")
    if run.stalls == 0 {
      let estimate = try HeTraXCycleModel(latency: run.latency).estimate(run.program)
      #expect(estimate.inference.cycles == outcome.cycles)
      #expect(estimate.deployment?.cycles ?? 0 == outcome.deploymentCycles)
      for engine in 0..<sizes.engines {
        #expect(estimate.inference.busy[engine] == outcome.counters["busy\(engine)"], "engine \(engine)")
      }
      for node in sizes.machine.cores.indices {
        #expect(estimate.inference.flits[node] == outcome.counters["flits\(node)"], "node \(node)")
      }
    }
    let counts = run.golden.counts
    func total(_ name: String) -> Int { (outcome.counters[name] ?? 0) + (outcome.deployment[name] ?? 0) }
    for core in 0..<sizes.resistiveCores {
      let engine = sizes.number(of: .crossbars(core))
      #expect(total("vectors\(engine)") == counts.unitVectors[core])
      #expect(total("rows\(engine)") == counts.rowWrites[core])
      #expect(
        outcome.wear[core] == Double(run.program.inferenceWrites[core].reduce(0, +))
          / Double(sizes.resistive.unitsPerEngine))
    }
    for core in 0..<sizes.streamingCores {
      #expect(total("vectors\(sizes.number(of: .matrix(core)))") == counts.matrixVectors[core])
    }
    #expect(total("normalizedRows") == counts.normalizedRows.reduce(0, +))
  }

  /// One multiprocessor, one core of crossbars, three routers; cells vary and warm up.
  private static let small: HeTraXSizes = {
    var sizes = HeTraXSizes.micro
    (sizes.streamingCores, sizes.streaming.unitsPerEngine) = (1, 2)
    (sizes.resistive.projectionEngines, sizes.resistive.unitsPerEngine) = (1, 2)
    sizes.sharedBytes = 256
    sizes.resistive.crossbar.effects.temperatureCoefficient = 5e-3
    sizes.resistive.crossbar.effects.relativeProgramming = 0.05
    return sizes
  }()

  private static func small(layers: Int, tokens: Int, normalizesInputs: Bool = false) throws -> HeTraXProgram {
    let all = XFormerLayer.random(
      layers: layers, features: 8, heads: 1, inner: 8, normalizesInputs: normalizesInputs)
    return try HeTraXCompiler(small).program(all, input: XFormerLayer.randomInput(tokens: tokens, features: 8))
  }

  @Test func `Layers on a small machine: every store, every cycle, and the closed loop of heat`() throws {
    let target = HeTraXRun.Target.verilator(try ModelBuilder())
    // Two layers are more than the crossbars hold.
    let cold = try HeTraXRun(Self.small(layers: 2, tokens: 3))
    let result = try HeTraXThermalRun(cold).settle(on: target)
    try Self.check(result.run, result.outcome)
    #expect(result.outcome.deploymentCycles == 0 && result.outcome.wear[0] == 2)
    #expect(result.isSettled && result.codes.count == 2)
    #expect(result.codes[0] == [0] && result.codes[1][0] > 36)
    #expect(result.kelvins.count == 3 && result.kelvins.allSatisfy { $0 > 318 && $0 < 400 })
    // Temperature is in the numbers.
    #expect(cold.golden.stores != result.run.golden.stores)
    // Crossbars that hold all weights, and a memory that stalls.
    var held = try HeTraXRun(Self.small(layers: 1, tokens: 3, normalizesInputs: true))
    (held.stalls, held.latency) = (0.3, 3)
    let outcome = try held.run(on: target)
    try Self.check(held, outcome)
    #expect(outcome.deploymentCycles > 0 && outcome.wear == [0])
  }

  @Test func `Rows of two words stream from the banks in the clocks of the model`() throws {
    var sizes = Self.small
    (sizes.streaming.headFeatures, sizes.sharedBytes) = (16, 512)
    let layer = XFormerLayer.random(features: 16, heads: 1, inner: 16)
    let run = try HeTraXRun(
      HeTraXCompiler(sizes).program([layer], input: XFormerLayer.randomInput(tokens: 3, features: 16)))
    #expect(run.golden.stores.contains { $0.core != nil && $0.bytes.count == 16 })
    let outcome = try run.run(on: .native)
    try Self.check(run, outcome)
  }

  @Test(.enabled(if: Tier.isFull)) func `Layers on five routers, with shared memories and without`() throws {
    for (layers, shared) in [(2, 1024), (1, 0)] {
      let run = try HeTraXRun(Self.program(layers: layers) { $0.sharedBytes = shared }.program)
      let outcome = try run.run(on: .verilator(ModelBuilder()))
      try Self.check(run, outcome)
      #expect((outcome.deploymentCycles > 0) == (layers == 1))
    }
  }

  @Test func `The golden machine is the integer transformer, with shared memories and without`() throws {
    for shared in [1024, 0] {
      let (program, layers, input) = try Self.program(layers: 2) { $0.sharedBytes = shared }
      let golden = try HeTraXExecution(program)
      var rows = input
      for layer in layers {
        rows = layer(rows, block: 2, isCausal: false, numbers: SoftmaxNumbers(program.sizes.streaming)).wide
      }
      let place = try #require(program.results.last { $0.place.name == "layer.1.output.wide" }).place
      #expect(golden.numbers(place) == rows)
      #expect(golden.stores.contains { $0.core != nil } == (shared > 0))
      let again = try Self.program(layers: 2) { $0.sharedBytes = shared }.program
      #expect(again.memory == program.memory && again.inference == program.inference)
    }
  }

  @Test func `A store that is wrong, missing or too much is found`() throws {
    let (program, _, _) = try Self.program()
    let golden = try HeTraXExecution(program)
    func compare(_ change: (inout [HeTraXExecution.Store]) -> Void) -> HeTraXStores {
      let stores = HeTraXStores(program, golden)
      var all = golden.stores
      change(&all)
      for store in all {
        for (place, byte) in store.bytes.enumerated() { stores.take(core: store.core, store.address + place, byte, 7) }
      }
      return stores
    }
    let right = compare { _ in }
    #expect(right.difference == nil && right.count == right.total)
    #expect(compare { $0.removeLast() }.count < right.total)
    #expect(compare { $0.append($0[3]) }.difference?.contains("nothing more belongs") == true)
    #expect(compare { $0[3].bytes[1] ^= 1 }.difference?.contains("the golden machine has") == true)
    #expect(compare { $0[0].core = 1 - ($0[0].core ?? 0) }.difference != nil)
  }
}
