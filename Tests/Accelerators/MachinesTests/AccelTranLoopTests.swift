import AccelTran
import AccelTranHardware
import Golden
import SmallModels
import TestFiles
import Testing
import Transformer

@testable import Machines

struct AccelTranLoopTests {
  /// Sizes with which results are made in many small commands.
  static var sizes: EngineSizes {
    var sizes = EngineSizes.tiny
    (sizes.activationChunks, sizes.weightChunks, sizes.sumGroups) = (16, 4, 4)
    return sizes
  }

  static func machine(target: Double, gainShift: Int = 2) throws -> (FixedPointMachine, TokenSequence) {
    let model = try SmallTransformer(hidden: 16, layers: 2, heads: 2, feedForward: 24).model()
    var machine = FixedPointMachine(model, function: .quadraticSigmoid)
    machine.loops = try PruningLoops(
      profiling: machine, over: [TokenSequence(ids: [2, 7, 1, 8, 2, 8])], target: target, gainShift: gainShift)
    return (machine, TokenSequence(ids: [3, 1, 4, 1, 5, 9, 2]).padded(to: 9, with: 0))
  }

  @Test(arguments: Tier.isFull ? [(0.5, 2, 0.0), (0.3, 0, 0.3), (0.8, 7, 0.0)] : [(0.3, 0, 0.3)])
  func `Closed loops in hardware move thresholds as those of the golden machine`(
    target: Double, gainShift: Int, stalls: Double
  ) throws {
    let (machine, sequence) = try Self.machine(target: target, gainShift: gainShift)
    let (program, golden) = try EngineProgram.layers(Self.sizes, machine, sequence, layers: 0..<2)
    var run = AccelTranRun(program)
    run.stalls = stalls
    let outcome = try run.run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "") \(outcome.storesCompared) of \(outcome.stores)")
    for (site, count) in outcome.zeros { #expect(golden.sparsity[site] == count, "\(site)") }
    // Each place of each layer but the first input has a table, and blocks of its own.
    let told = program.commands.filter { $0.kind == .threshold }
    #expect(told.count == 15 * (PruningLoops.entries + 1))
    let looped = program.commands.filter { $0.kind != .threshold && $0.words[0] >> 16 & 1 == 1 }
    #expect(looped.count > 50)
    // A second program on the same machine begins with loops of its own.
    #expect(told.count { $0.words[0] >> 8 & 3 == 1 && $0.words[0] >> 10 & 1 == 0 } == PruningLoops.places.count)
    let estimate = Double(program.estimatedCycles())
    #expect(stalls > 0 || abs(estimate / Double(outcome.cycles) - 1) < 0.1, "\(estimate) for \(outcome.cycles)")
  }
}
