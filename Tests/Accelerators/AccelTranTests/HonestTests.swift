import AccelTran
import Testing

/// The honest mode, by hand on small runs.
struct HonestTests {
  static func one(_ heads: Int = 2) throws -> TransformerDictionary {
    var model = TransformerDictionary(layers: 1, hidden: 64, heads: heads, feedForward: 128, tokens: 32)
    model.vocabulary = 100
    return model
  }

  @Test func `Every unit leaks for every clock, and only what works takes energy`() throws {
    let machine = AccelTranConfiguration.edge
    let run = try CycleSimulation(Self.one(), on: machine, assumptions: [])
    let seconds = Double(run.cycles) / machine.clock
    func near(_ a: Double, _ b: Double) -> Bool { abs(a / b - 1) < 1e-9 }
    #expect(near(run.energy.lanes.leakage, 1024 * 0.3189685 * seconds))
    #expect(near(run.energy.softmax.leakage, 256 * 2.6696 * seconds))
    #expect(near(run.energy.sparsity.leakage, 1024 * (0.1507329 + 0.0324301) * seconds))
    #expect(near(run.energy.buffers.leakage, (4 * 247.918667 + 8 * 210.40467 + 238.196) * seconds))
    #expect(near(run.energy.lanes.dynamic, Double(run.busy.lanes) * 5.1955 / 700))
    #expect(near(run.energy.sparsity.dynamic, Double(run.busy.lanes) * (0.2852968 + 0.2613971) / 700))
    #expect(run.energy.others.dynamic > 0)
  }

  @Test func `Bits are bits, and weights are loaded once`() throws {
    let machine = AccelTranConfiguration.edge
    let model = try Self.one()
    let run = try CycleSimulation(model, on: machine, assumptions: [])
    let list = try OperationList(model, batch: 4, content: .complete)
    let loaded = list.allTransfers.filter { $0.producer == nil }.reduce(0) { $0 + list.data[$1.data].elements }
    // Embeddings, four products of attention for each head, and the feed-forward part.
    #expect(loaded == 132 * 64 + 4 * 64 * 64 + 2 * 64 * 128)
    // Half of 20 bits and a mask bit an element, 64 bytes a block.
    let expected = 13.43777522 * Double(loaded) * (10 + 1) / 8 / 64
    #expect(abs(run.energy.mainMemory / expected - 1) < 1e-9)
    let published = try OperationList(model, batch: 4)
    let replicated = published.allTransfers.filter { $0.producer == nil }.reduce(0) {
      $0 + published.data[$1.data].elements
    }
    #expect(replicated == 132 * 64 + 4 * (4 * 64 * 64 + 2 * 64 * 128))
    // 25.6 GB/s at 700 MHz: 314 bits a clock.
    #expect(run.loaded == Int((Double(132 * 64 * 10) / 314.14573).rounded(.up)))
  }

  @Test func `Zeros of both operands shorten a product, and not a softmax`() throws {
    func busy(_ activations: Double, _ weights: Double) throws -> CycleSimulation.BusyClocks {
      var constants = PublishedConstants()
      (constants.activationSparsity, constants.weightSparsity) = (activations, weights)
      return try CycleSimulation(Self.one(), on: .edge, assumptions: [], constants: constants).busy
    }
    let (dense, quarter) = (try busy(0, 0), try busy(0.5, 0.5))
    // 256 clocks a tile, 64 at half and half, and one for each tile of a function.
    let list = try OperationList(Self.one(), batch: 4, content: .complete)
    let tiles = list.allOperations.reduce(0) { sum, operation in
      guard case .product(let left, let columns) = operation.work else { return sum }
      return sum + left.count * columns / 4096
    }
    // GELU behind the first product: 4 sequences, 2 by 8 tiles, as long as the FIFOs take to fill.
    #expect(dense.lanes == tiles * 256 + 64 * 8 && quarter.lanes == tiles * 64 + 64 * 4)
    #expect(dense.softmax == quarter.softmax)
    // 32 clocks a tile of 16 rows and two passes, 2 heads, 4 sequences, 2 by 2 tiles.
    #expect(dense.softmax == 32 * 2 * 4 * 4)
  }

  @Test func `Nothing deadlocks: any number of heads, of units and of operations at once`() throws {
    for (heads, elements, group) in [(1, 1, 1), (3, 2, 16), (8, 4, 64), (16, 64, 8)] {
      var machine = AccelTranConfiguration.edge
      machine.processingElements = elements
      machine.issueGroup = group
      let run = try CycleSimulation(Self.one(heads), on: machine, assumptions: [])
      let list = try OperationList(Self.one(heads), batch: 4, content: .complete)
      let softmax = list.allOperations.reduce(0) { sum, operation in
        guard case .softmax(let extents) = operation.work else { return sum }
        return sum + extents.count / 256
      }
      #expect(run.issued[.softmax] == softmax)
    }
  }

  @Test func `The difference to the published mode is explained switch by switch`() throws {
    let table = try AccelTranEvidence.switches(Self.one(), on: .edge)
    #expect(table.rows.count == 28 && table.rows.allSatisfy { $0.count == 5 })
    let honest = try CycleSimulation(Self.one(), on: .edge, assumptions: [])
    let published = try CycleSimulation(Self.one(), on: .edge)
    #expect(table[0, "clocks"] == "\(published.cycles)" && table[27, "clocks"] == "\(honest.cycles)")
    let sum = table.rows.indices.reduce(0) { $0 + (table[$1, "difference"].flatMap(Int.init) ?? 0) }
    #expect(sum == honest.cycles - published.cycles)
  }
}
