import AccelTran
import AccelTranHardware
import Engine
import Models
import NumberFormats
import SmallModels
import TestFiles
import Testing
import Tools
import Transformer
import Verilator

@testable import Machines

struct AccelTranRunTests {
  /// Random codes of the published format, of which a share is not zero.
  static func codes(_ count: Int, density: Double, spread: Int32 = 1 << 17, seed: UInt64) -> [Int32] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      Double.random(in: 0..<1, using: &random) < density ? Int32.random(in: -spread...spread, using: &random) : 0
    }
  }

  static func product(
    rows: Int, inner: Int, columns: Int, batch: Int = 1, density: Double, order: LoopOrder = .bijk, dense: Bool = false,
    sizes: EngineSizes = .tiny, change: (inout EngineProgram.Finish) -> Void = { _ in }
  ) throws -> (program: EngineProgram, counts: ProductCounts) {
    var finish = EngineProgram.Finish()
    change(&finish)
    return try EngineProgram.product(
      sizes, left: codes(batch * rows * inner, density: density, seed: 1),
      right: codes(batch * inner * columns, density: density, seed: 2), batch: batch, rows: rows, inner: inner,
      columns: columns, order: order, isDense: dense, finish: finish)
  }

  @Test(arguments: [0.0, 0.4]) func `A product is that of the golden machine`(stalls: Double) throws {
    let (program, _) = try Self.product(rows: 10, inner: 40, columns: 13, density: 0.5)
    var run = AccelTranRun(program)
    run.stalls = stalls
    let outcome = try run.run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "") \(outcome.storesCompared) of \(outcome.stores)")
    #expect(outcome.stores == 130 && outcome.counters[.stores]! > 0)
    #expect(outcome.parts.map(\.name) == ["product"])
  }

  /// A few of the orders by themselves; all of them in the long tests.
  @Test(
    arguments: Tier.isFull ? LoopOrder.all : LoopOrder.all.enumerated().filter { $0.offset % 4 == 1 }.map(\.element))
  func `Every loop order stores the same`(order: LoopOrder) throws {
    let (program, _) = try Self.product(
      rows: 6, inner: 40, columns: 8, batch: 2, density: 0.4, order: order)
    let outcome = try AccelTranRun(program).run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "nothing wrong, but incomplete")")
    // 2 · 2 · 2 · 3 tiles; what an order finds again is what the definition counts.
    #expect(outcome.counters[.tiles] == 24)
    var (before, left, right): (TileIndex?, Int, Int) = (nil, 0, 0)
    order.visit(TileCounts(batch: 2, rows: 2, columns: 2, inner: 3)) { tile in
      if let before {
        if before.b == tile.b, before.i == tile.i, before.k == tile.k { left += 1 }
        if before.b == tile.b, before.j == tile.j, before.k == tile.k { right += 1 }
      }
      before = tile
    }
    #expect(outcome.counters[.keptActivationTiles] == left && outcome.counters[.keptWeightTiles] == right)
  }

  @Test func `Bias, limits, factor and functions`() throws {
    let bias = Self.codes(13, density: 1, seed: 3)
    for function in 0...2 {
      let (program, _) = try Self.product(rows: 9, inner: 20, columns: 13, density: 0.8) {
        $0.bias = bias
        ($0.codeLimit, $0.resultLimit, $0.function) = (2000, 500, function)
        ($0.leftLimit, $0.rightLimit) = (30_000, 20_000)
      }
      #expect(try AccelTranRun(program).run(on: .native).isExact)
    }
    let (scaled, _) = try Self.product(rows: 13, inner: 20, columns: 5, density: 0.8) {
      ($0.bias, $0.biasPerRow) = (bias, true)
      ($0.sumLimit, $0.factor) = (1 << 33, 5_931_642)
    }
    #expect(try AccelTranRun(scaled).run(on: .native).isExact)
  }

  @Test func `A product that does not fit is cut, along the inner extent too`() throws {
    var sizes = EngineSizes.tiny
    (sizes.activationChunks, sizes.weightChunks, sizes.sumGroups) = (16, 4, 4)
    let (program, _) = try Self.product(rows: 18, inner: 150, columns: 21, density: 0.5, sizes: sizes)
    #expect(program.commands.count { $0.kind == .product } > 20)
    let outcome = try AccelTranRun(program).run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "incomplete")")
  }

  @Test func `Without pruning the result is that of the dense machine, in fewer clocks`() throws {
    let (sparse, counts) = try Self.product(rows: 16, inner: 64, columns: 16, density: 0.5)
    let (dense, _) = try Self.product(rows: 16, inner: 64, columns: 16, density: 0.5, dense: true)
    #expect(sparse.regions[0].codes == dense.regions[0].codes)
    let (one, other) = (try AccelTranRun(sparse).run(on: .native), try AccelTranRun(dense).run(on: .native))
    #expect(one.isExact && other.isExact)
    let busy = try (#require(one.counters[.busyProduct]), #require(other.counters[.busyProduct]))
    #expect(busy.0 < busy.1 / 2 && counts.density < 0.3)
    #expect(other.counters[.steps] == 16 * 64 * 16 / 4 && one.counters[.steps]! < other.counters[.steps]!)
    let estimate = Double(sparse.estimatedCycles())
    #expect(abs(estimate / Double(one.cycles) - 1) < 0.05, "\(estimate) for \(one.cycles)")
  }

  @Test(arguments: [(0.0, 0.0), (0.05, 0.3)]) func `A layer of a small BERT is the same in hardware`(
    tau: Double, stalls: Double
  ) throws {
    let model = try SmallTransformer(hidden: 16, layers: 2, heads: 2, feedForward: 24).model()
    let machine = FixedPointMachine(model, plan: .published(tau), function: .quadraticSigmoid)
    let (program, golden) = try EngineProgram.layers(
      .tiny, machine, TokenSequence(ids: [3, 1, 4, 1, 5]), layers: 0..<2)
    var run = AccelTranRun(program)
    run.stalls = stalls
    let outcome = try run.run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "") \(outcome.storesCompared) of \(outcome.stores)")
    #expect(program.regions.last?.codes == golden.hidden.codes)
    #expect(outcome.stores == program.regions.reduce(0) { $0 + $1.codes.count })
  }

  @Test func `A store that is not the golden machine's is told`() throws {
    let (program, _) = try Self.product(rows: 8, inner: 16, columns: 8, density: 0.5)
    let (other, _) = try Self.product(rows: 8, inner: 16, columns: 8, density: 0.5) { $0.resultLimit = 5000 }
    let comparison = RegionComparison(program)
    let region = other.regions[0]
    for row in 0..<8 {
      for column in 0..<8 {
        let code = UInt32(bitPattern: region.codes[row * 8 + column])
        for byte in 0..<4 {
          comparison.take(
            region.matrix.address + row * region.matrix.stride + 4 * column + byte,
            UInt8(truncatingIfNeeded: code >> UInt32(8 * byte)), 0)
        }
      }
    }
    #expect(comparison.difference?.description.contains("the golden machine has") == true && !comparison.isComplete)
    let nowhere = RegionComparison(program)
    nowhere.take(0, 1, 0)
    #expect(nowhere.difference?.description.contains("nothing belongs") == true)
  }

  /// The storage of a pin of a mask.
  private func withPin(_ words: [UInt64], width: Int, _ body: (Pin) -> Void) {
    var words = words
    words.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      body(Pin(storage: start, width: width, isSigned: false))
    }
  }

  @Test func `A mask that is not that of the golden machine's numbers is told`() throws {
    let (program, _) = try Self.product(rows: 6, inner: 40, columns: 9, density: 0.5)
    let loads = program.commands.compactMap { LoadedMasks($0, program.sizes, memory: program.finalMemory) }
    #expect(loads.map(\.target) == [.activations, .weights] && loads.map(\.rowChunks) == [3, 3])
    // Rows of weights go to four lanes in turn.
    #expect(loads[1].index(of: 3 * 5 + 2, lanes: 4) == 5 && loads[0].index(of: 3 * 5 + 2, lanes: 4) == 17)
    func comparison(changing chunk: Int?, shifting: Int = 0) -> MaskComparison {
      let comparison = MaskComparison(program)
      var number = 0
      for load in loads {
        for (place, mask) in load.masks.enumerated() {
          var mask = mask
          if number == chunk { mask[0] ^= 1 << 15 }
          withPin(mask, width: 16) {
            comparison.take(
              isWeight: load.target == .weights, index: load.index(of: place, lanes: 4) + shifting, mask: $0)
          }
          number += 1
        }
      }
      return comparison
    }
    let right = comparison(changing: nil)
    #expect(right.isComplete && right.count == 3 * (6 + 9) && right.positions == 16 * right.count)
    #expect(right.kept > right.positions / 3 && right.kept < right.positions / 2)
    let wrong = comparison(changing: 20)
    #expect(!wrong.isComplete && wrong.count == 20)
    #expect(wrong.difference == "the mask of chunk 2 of weights is not that of the golden machine's numbers")
    #expect(
      comparison(changing: nil, shifting: 1).difference?.hasPrefix("a mask went to chunk 1 of activations") == true)
    let short = MaskComparison(program)
    #expect(!short.isComplete && short.difference == nil)
    withPin([0], width: 16) { right.take(isWeight: false, index: 0, mask: $0) }
    #expect(right.difference == "a mask came that no load has")
  }

  @Test(arguments: Tier.isFull ? [0.0, 0.02, 0.2] : [0.02])
  func `What is pruned in hardware is counted over real tokens and costs no step`(
    tau: Double
  ) throws {
    let model = try SmallTransformer(hidden: 16, layers: 2, heads: 2, feedForward: 24).model()
    let sequence = TokenSequence(ids: [3, 1, 4, 1, 5]).padded(to: 8, with: 0)
    var machine = FixedPointMachine(model, plan: .operands(tau), function: .quadraticSigmoid)
    machine.plan.thresholds[.feedForwardSum] = tau
    machine.plan.thresholds[.scores] = tau
    let (program, golden) = try EngineProgram.layers(.tiny, machine, sequence, layers: 0..<2)
    let outcome = try AccelTranRun(program).run(on: .native)
    #expect(outcome.isExact && outcome.masksCompared > 0, "\(outcome.difference ?? "incomplete")")
    #expect(outcome.zeros.count > 16)
    for (site, count) in outcome.zeros { #expect(golden.sparsity[site] == count, "\(site)") }
    let hidden = try #require(outcome.zeros[PruningSite(layer: 0, place: .feedForwardHidden)])
    // Three of eight tokens are padding.
    #expect(hidden.elements == 5 * 24 && hidden.paddedElements == 8 * 24)
    #expect(tau > 0.1 ? hidden.sparsity > 0.2 : hidden.sparsity < 0.2)
    machine.plan = PruningPlan()
    let (dense, _) = try EngineProgram.layers(.tiny, machine, sequence, layers: 0..<2, isDense: true)
    let whole = try AccelTranRun(dense).run(on: .native)
    #expect(whole.isExact, "\(whole.difference ?? "incomplete")")
    let (done, most) = (try #require(outcome.multiplications), try #require(whole.multiplications))
    #expect(done < most && (tau < 0.1 || done < most * 4 / 5), "\(done) of \(most)")
  }

  @Test func `Sizes are fitted to a model, and what a user chose stays`() throws {
    let needs = EngineNeeds(rowLength: 1536, inner: 1536, rows: 9, headSize: 32, magnitude: 30.5)
    let (sizes, changes) = EngineSizes.tiny.fitted(to: needs)
    #expect(sizes.rowLength == 2048 && sizes.weightChunks == 128 && sizes.activationChunks == 2048)
    #expect(sizes.integerBits == 6 && sizes.fractionBits == 16 && sizes.busWidth == 128)
    #expect(changes.map(\.name) == ["row-length", "weight-chunks", "activation-chunks", "integer-bits"])
    #expect(changes[3].description == "integer-bits=6 (numbers up to 30.5)")
    try sizes.validate()
    let chosen = EngineSizes.tiny.fitted(to: needs, keeping: ["integer-bits", "row-length"])
    #expect(chosen.sizes.integerBits == 4 && chosen.sizes.rowLength == 512)
    var large = needs
    (large.magnitude, large.headSize) = (700, 2)
    let wide = EngineSizes.edgeSlice.fitted(to: large).sizes
    #expect(wide.integerBits == 11 && wide.fractionBits == 13 && wide.busWidth == 64)
    try wide.validate()
    // A model with room enough changes nothing.
    let small = EngineNeeds(rowLength: 24, inner: 24, rows: 5, headSize: 8, magnitude: 3.9)
    #expect(EngineSizes.tiny.fitted(to: small).changes.isEmpty)
  }

  @Test func `Needs are read from the model and from its numbers`() throws {
    let model = try SmallTransformer(hidden: 16, layers: 2, heads: 4, feedForward: 24).model()
    let sequence = TokenSequence(ids: [3, 1, 4, 1, 5])
    let needs = try EngineNeeds(model, sequence, layers: 1)
    #expect(needs.rowLength == 24 && needs.inner == 24 && needs.rows == 5 && needs.headSize == 4)
    // The greatest number of the golden machine is that of binary32, but for rounding.
    let format = try LaneFormat(integerBits: 10, fractionBits: 16)
    let run = try FixedPointMachine(model, lanes: LaneProduct(format)).run(sequence, keepsNodes: true)
    let greatest = run.nodes.filter { $0.key.hasPrefix("layer.0.") }.flatMap(\.value.codes).map {
      abs(format.value($0))
    }.max()
    #expect(abs(needs.magnitude - (try #require(greatest))) < 0.01 || needs.magnitude > greatest!)
  }

  @Test func `Two cores run their programs side by side`() throws {
    let programs = try [(9, 7), (40, 13)].map { rows, columns in
      try Self.product(rows: rows, inner: 24, columns: columns, density: 0.5).program
    }
    let outcomes = try AccelTranRun(programs[0]).run(programs, on: .native)
    #expect(outcomes.map(\.isExact) == [true, true] && outcomes.map(\.stores) == [63, 520])
    // They begin at different places.
    #expect(programs[0].image.program != programs[1].image.program)
    let alone = try programs.map { try AccelTranRun($0).run(on: .native) }
    // Each has its own memory, so that none waits for the other.
    for (one, other) in zip(outcomes, alone) { #expect(one.counters == other.counters) }
    var wide = EngineSizes.tiny
    wide.lanes = 8
    let other = try Self.product(rows: 4, inner: 16, columns: 8, density: 0.5, sizes: wide).program
    #expect(throws: MachineError.self) { try AccelTranRun(programs[0]).run([programs[0], other], on: .native) }
  }

  @Test func `The cycle model counts steps exactly, and waits as the hardware does`() throws {
    let model = try SmallTransformer(hidden: 16, layers: 1, heads: 2, feedForward: 24).model()
    let machine = FixedPointMachine(model, plan: .published(0.05), function: .quadraticSigmoid)
    let (program, _) = try EngineProgram.layers(
      .tiny, machine, TokenSequence(ids: [3, 1, 4, 1, 5, 9, 2, 6]), layers: 0..<1)
    let (outcome, estimate) = (try AccelTranRun(program).run(on: .native), program.estimate())
    #expect(outcome.isExact && estimate.steps == outcome.counters[.steps])
    func near(_ model: Int, _ counter: AccelTranAccelerator.Counter, _ share: Double) {
      let counted = outcome.counters[counter] ?? 0
      #expect(abs(model - counted) <= Int(share * Double(outcome.cycles)), "\(counter): \(model) for \(counted)")
    }
    // What the model leaves out of each command weighs most where commands are short.
    near(estimate.cycles, .cycles, 0.05)
    near(estimate.busyProduct, .busyProduct, 0.05)
    near(estimate.busyLoader, .busyLoader, 0.1)
    near(estimate.stalls[.fetch] ?? 0, .stallFetch, 0.05)
    near(estimate.stalls[.producer] ?? 0, .stallProducer, 0.1)
    near(estimate.stalls[.product] ?? 0, .stallProduct, 0.1)
    near(estimate.stalls[.rows] ?? 0, .stallRows, 0.1)
  }
}
