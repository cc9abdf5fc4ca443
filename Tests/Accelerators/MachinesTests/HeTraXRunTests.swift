import AnalogMacros
import HeTraX
import HeTraXHardware
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
  private static func check(_ run: HeTraXRun, _ outcome: HeTraXOutcome) throws {
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

  @Test func `Two random layers in Verilator, every store and every cycle`() throws {
    let (program, _, _) = try Self.program(layers: 2)
    let run = try HeTraXRun(program)
    let outcome = try run.run(on: .verilator(ModelBuilder()))
    try Self.check(run, outcome)
    #expect(outcome.deploymentCycles == 0 && outcome.wear.allSatisfy { $0 > 0 })
    // The same model with a memory that stalls: other cycles, the same bytes.
    var stalled = run
    (stalled.stalls, stalled.latency) = (0.3, 3)
    let other = try stalled.run(on: .verilator(ModelBuilder()))
    try Self.check(stalled, other)
    #expect(other.cycles > outcome.cycles)
    // Crossbars that hold all weights.
    let resident = try HeTraXRun(Self.program().program)
    let held = try resident.run(on: .verilator(ModelBuilder()))
    try Self.check(resident, held)
    #expect(held.deploymentCycles > 0 && held.wear.allSatisfy { $0 == 0 })
  }

  @Test func `The loop of heat closes, and warm crossbars compute as the golden machine says`() throws {
    let (program, _, _) = try Self.program(tokens: 2) {
      $0.resistive.crossbar.effects.temperatureCoefficient = 5e-3
      $0.resistive.crossbar.effects.relativeProgramming = 0.05
      $0.sharedBytes = 0
    }
    let cold = try HeTraXRun(program)
    let result = try HeTraXThermalRun(cold).settle(on: .verilator(ModelBuilder()))
    try Self.check(result.run, result.outcome)
    #expect(result.isSettled && result.codes.count == 2)
    #expect(result.codes[0] == [0, 0] && result.codes[1].allSatisfy { $0 > 36 })
    #expect(result.kelvins.count == 5 && result.kelvins.allSatisfy { $0 > 318 && $0 < 400 })
    // Temperature is in the numbers.
    #expect(cold.golden.stores != result.run.golden.stores)
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
      #expect(golden.wideCodes(place) == rows)
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
