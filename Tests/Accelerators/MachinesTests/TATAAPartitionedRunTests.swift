import Models
import SmallModels
import TATAA
import Testing
import Transformer

@testable import Machines

struct TATAAPartitionedRunTests {
  private static func run(_ small: SmallTransformer, _ ids: [Int32], cores: Int = 2) throws -> TATAAPartitionedRun {
    var run = TATAAPartitionedRun(model: try small.model(), tokens: TokenSequence(ids: ids))
    run.configuration = .tiny.with(cores: cores)
    return run
  }

  @Test(arguments: [(2, 0.0), (2, 0.4), (3, 0.0)])
  func `Cores of the hardware share a model, with and without stalls`(cores: Int, stalls: Double) throws {
    var run = try Self.run(
      SmallTransformer(hidden: 8, layers: 1, heads: 2, feedForward: 12, activation: "relu"), [3, 1, 4, 1, 5],
      cores: cores)
    run.stalls = stalls
    let prepared = try run.prepare(calibratedOn: TATAARunTests.sequences())
    #expect(prepared.agrees)
    let outcome = try run.run(prepared, on: .native)
    #expect(outcome.isExact && outcome.failure == nil && outcome.hiddenIsExact == true)
    #expect(outcome.storesCompared == outcome.stores && outcome.stores > 0)
    #expect(outcome.steps.count == outcome.barriers && outcome.steps.allSatisfy { $0.cycles.count == cores })
    let cycles = try #require(outcome.cycles)
    #expect(cycles == outcome.steps.reduce(0) { $0 + ($1.cycles.max() ?? 0) } && cycles < outcome.simulatedCycles)
    // Every core works, and the longest ones fill the time.
    #expect(outcome.running.allSatisfy { $0 > 0 && $0 <= 1 } && outcome.productSteps.allSatisfy { $0 > 0 })
    let macs = prepared.partitioned.whole.multiplications.reduce(0, +)
    #expect(try #require(outcome.utilisation) == Double(macs) / Double(cycles * cores * 16))
    let error = outcome.modelErrorPercent
    #expect((error == nil) == (stalls > 0))
    if let error { #expect(error < 3, "\(outcome.modelCycles) instead of \(cycles) cycles") }
  }

  @Test func `Hardware that stores something else is told with step, core and byte`() throws {
    let run = try Self.run(TATAARunTests.small, [3, 1, 4])
    let prepared = try run.prepare(calibratedOn: TATAARunTests.sequences())
    let other = try Self.run(TATAARunTests.small, [5, 1, 4]).prepare(calibratedOn: TATAARunTests.sequences())
    let mixed = TATAAPartitionedRun.Prepared(
      partitioned: prepared.partitioned, golden: other.golden, hidden: prepared.hidden,
      quantized: prepared.quantized, reference: prepared.reference)
    let outcome = try run.run(mixed, on: .native)
    #expect(!outcome.isExact && outcome.cycles == nil && outcome.utilisation == nil)
    let failure = try #require(outcome.failure)
    #expect(failure.hasPrefix("step ") && failure.contains(", core ") && failure.contains("the golden machine"))
    #expect(outcome.storesCompared < outcome.stores)
  }

  @Test func `The golden machines alone say so`() throws {
    let run = try Self.run(SmallTransformer(family: .gpt2, layers: 1, activation: "gelu_new"), [1, 2, 3, 4])
    let prepared = try run.prepare(calibratedOn: TATAARunTests.sequences())
    let outcome = try run.run(prepared, on: .golden)
    #expect(outcome.isExact && outcome.cycles == nil && outcome.hiddenIsExact == nil && outcome.steps.isEmpty)
    #expect(outcome.modelSpeedUp > 1 && outcome.error.cosine > 0.9)
  }

  @Test func `A run that is cancelled ends`() throws {
    var run = try Self.run(TATAARunTests.small, [3, 1, 4])
    run.isCancelled = { true }
    let prepared = try run.prepare(calibratedOn: TATAARunTests.sequences())
    #expect(throws: MachineError.self) { try run.run(prepared, on: .native) }
  }
}
