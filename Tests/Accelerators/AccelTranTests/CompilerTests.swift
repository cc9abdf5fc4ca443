import AccelTran
import Models
import Testing

/// From a graph to operations, tiles, loop orders and places in buffers.
struct CompilerTests {
  static func graph(_ shape: PublishedShape, tokens: Int) throws -> Graph {
    try shape.model().graph(tokens: tokens, outputs: ["hidden"])
  }

  static func multiplications(_ list: OperationList) -> Int {
    list.allOperations.reduce(0) { sum, operation in
      guard case .product(let left, let columns) = operation.work else { return sum }
      return sum + left.count * columns
    }
  }

  @Test(arguments: [1, 4])
  func `All products of a graph are there, weights once, with every dependency`(_ batch: Int) throws {
    var machine = AccelTranConfiguration.edge
    machine.batch = batch
    let graph = try Self.graph(.bertTiny, tokens: 128)
    let work = try CompiledWorkload(graph, on: machine)
    #expect(Self.multiplications(work.operations) == batch * graph.multiplications)
    // Weights and biases of 2 layers of width 128, without a batch.
    let loaded = work.operations.allTransfers.filter { $0.producer == nil }.map { work.operations.data[$0.data] }
    let matrices = loaded.filter { $0.name.contains("+") && $0.name.contains("dense") || $0.name.contains("self") }
    let layer = 4 * (128 * 128 + 128) + 2 * 128 * 512 + 512 + 128
    #expect(matrices.reduce(0) { $0 + $1.elements } == 2 * layer)
    // Everything that is read is brought by a transfer, and everything that is stored is read, but for the result.
    let read = Set(work.operations.allOperations.flatMap(\.operands))
    let brought = Set(work.operations.allTransfers.map(\.data))
    #expect(read.isSubset(of: brought) && brought.subtracting(read).count == 1)
    #expect(work.operations.allOperations.allSatisfy { !$0.operands.isEmpty })
    #expect(work.products.count == 2 * (4 + 2 * 2 + 2) && work.products.allSatisfy { $0.skipped == 0 })
  }

  @Test func `Padding is left out by length`() throws {
    let graph = try Self.graph(.bertTiny, tokens: 128)
    let (full, short) = (
      try CompiledWorkload(graph, on: .edge), try CompiledWorkload(graph, realTokens: 40, on: .edge)
    )
    let bare = try CompiledWorkload(try Self.graph(.bertTiny, tokens: 40), on: .edge)
    #expect(Self.multiplications(short.operations) == Self.multiplications(bare.operations))
    #expect(short.products.map(\.counts) == bare.products.map(\.counts))
    for (a, b) in zip(full.products, short.products) {
      #expect(a.counts.total == b.counts.total + b.skipped && b.skipped > 0)
    }
    let refused = Result { try CompiledWorkload(graph, realTokens: 0, on: .edge) }
    #expect("\(refused)".contains("realTokens is 0: give 1 to 128"))
  }

  @Test func `The chooser finds the order that moves the fewest tiles`() {
    for (rows, columns, inner, lanes) in [(4, 4, 4, 4), (8, 2, 3, 5), (2, 8, 8, 16), (1, 1, 7, 4)] {
      let counts = TileCounts(batch: 2, rows: rows, columns: columns, inner: inner)
      let best = DataflowChooser(lanes: lanes).best(counts)
      var least = Int.max
      for assignment in DataflowReuse.Assignment.allCases {
        for order in LoopOrder.all {
          least = min(least, DataflowReuse(counts, order: order, lanes: lanes, assignment: assignment).travels)
        }
      }
      #expect(best.travels == least)
      let published = DataflowReuse(counts, order: .bijk, lanes: lanes)
      #expect(best.travels <= published.travels)
      // Partial sums decide: with a whole result to a lane each result leaves once.
      let results = DataflowReuse(counts, order: .bijk, lanes: lanes, assignment: .result)
      #expect(results.travels == 2 * counts.total - results.operands + 2 * rows * columns)
    }
  }

  @Test(arguments: [PublishedShape.bertTiny, .deitTiny])
  func `Data lies where nothing else does while it is needed`(_ shape: PublishedShape) throws {
    let graph = try shape.model().graph(tokens: shape == .bertTiny ? 64 : nil, outputs: ["hidden"])
    var machine = AccelTranConfiguration.server
    machine.batch = 1
    let work = try CompiledWorkload(graph, on: machine)
    let entries = work.buffers.entries
    #expect(!entries.isEmpty && Set(entries.map(\.data)).count * 2 == entries.count)
    for (place, one) in entries.enumerated() {
      #expect(Double(one.address + one.bits) <= machine.size(of: one.buffer) * 8_388_608)
      for other in entries[..<place] where other.buffer == one.buffer && other.steps.overlaps(one.steps) {
        // What is read last in a step may give way to what is stored behind it.
        if other.steps.upperBound == one.steps.lowerBound { continue }
        let (otherEnd, oneEnd) = (other.address + other.bits, one.address + one.bits)
        #expect(otherEnd <= one.address || oneEnd <= other.address)
      }
    }
    // Room is given back: more data than its extent.
    let activations = entries.filter { $0.buffer == .activation }.reduce(0) { $0 + $1.bits }
    #expect((work.buffers.extent[.activation] ?? .max) < activations / 2)
    #expect((work.buffers.peak[.activation] ?? .max) <= (work.buffers.extent[.activation] ?? 0))
  }

  @Test func `A buffer that is too small is named`() throws {
    var machine = AccelTranConfiguration.edge
    machine.activationBuffer = 0.1
    let graph = try Self.graph(.bertTiny, tokens: 128)
    let refused = Result { try CompiledWorkload(graph, on: machine) }
    #expect("\(refused)".contains("the activation buffer holds 838860.8: enlarge the buffer"))
  }

  @Test func `A compiled graph runs in the cycle model, and keeps its lanes busy`() throws {
    let graph = try Self.graph(.bertTiny, tokens: 128)
    let work = try CompiledWorkload(graph, on: .edge, sparsity: (0.5, 0.5))
    let run = try work.simulated()
    let tiles = work.products.reduce(0) { $0 + $1.counts.total }
    #expect(run.issued[.product] == tiles && run.issued[.softmax] == 2 * 2 * 4 * 8 * 8)
    // 57,344 tile products, as the published list has them, here with one pass of weights for the batch.
    #expect(tiles == 57_344)
    // A tile takes 64 clocks at half and half: no machine of 1024 lanes is faster than this.
    #expect(run.cycles > tiles * 64 / 1024)
    #expect(run.busy.lanes == tiles * 64)
    // Where lanes are few, who is first tells.
    var staggered = AccelTranConfiguration(processingElements: 4, memory: .rram)
    var equal = staggered
    (staggered.headPriority, equal.headPriority) = (.staggered, .equal)
    let short = try Self.graph(.bertTiny, tokens: 48)
    let (first, second) = (
      try CompiledWorkload(short, on: staggered).simulated(), try CompiledWorkload(short, on: equal).simulated()
    )
    #expect(first.cycles != second.cycles && first.busy.lanes == second.busy.lanes)
  }
}
