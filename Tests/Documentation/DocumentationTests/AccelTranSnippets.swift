import AccelTran
import Models
import Testing
import Transformer

/// The code of AccelTran's page.
@Suite struct AccelTranSnippets {
  @Test func `One number, followed`() throws {
    let format = LaneFormat.published
    let left = [2, 0, -1].map(format.code)
    let right = [3, 7, 0.25].map(format.code)
    let (codes, counts) = LaneProduct()(left[...], right, rows: 1, inner: 3, columns: 1)
    print(format.value(codes[0]))  // 5.75
    print(counts.pairs, counts.effectual)  // 3 2
    #expect(format.value(codes[0]) == 5.75)
    #expect(counts.pairs == 3 && counts.effectual == 2)
  }

  func prune(_ model: TransformerModel, _ sequences: [TokenSequence], _ sequence: TokenSequence) throws {
    let dense = FixedPointMachine(model)
    let calculator = try ThresholdCalculator(profiling: dense, over: sequences)
    var pruning = dense
    pruning.plan = calculator.plan(sparsity: 0.4, at: [.query, .key, .value, .feedForwardHidden])
    let run = try pruning.run(sequence)
    print(run.allSites.sparsity, run.total.density)
  }

  func fit(_ model: TransformerModel, _ sequence: TokenSequence) throws {
    let (sizes, changes) = EngineSizes.tiny.fitted(to: try EngineNeeds(model, sequence, layers: 1))
    print(changes.map(\.description))
    let machine = FixedPointMachine(
      model, lanes: LaneProduct(try LaneFormat(integerBits: sizes.integerBits, fractionBits: sizes.fractionBits)),
      plan: .published(0.02), function: .quadraticSigmoid)
    let program = try EngineProgram.layers(sizes, machine, sequence, layers: 0..<1).program
    print(program.estimate().cycles, try NamedHardware.all().map(\.cores))
  }

  @Test func `A graph runs in the cycle model`() throws {
    let graph = try PublishedShape.bertTiny.model().graph(tokens: 128, outputs: ["hidden"])
    let work = try CompiledWorkload(graph, realTokens: 40, on: .edge)
    let run = try work.simulated()
    print(run.cycles, run.energy.total, run.busy.lanes)
    #expect(run.cycles > 0 && run.busy.lanes > 0)
  }
}
