import Catalog
import Components
import Entries
import HDL
import Simulator
import Testing

@testable import Sizing

/// FIFOs of blocks, sized by their benches.
@Suite struct BlockSizingTests {
  private func sizing(_ block: String, _ settings: [String], work: String, tolerance: Double = 0) -> BlockSizing {
    var sizing = BlockSizing(block)
    sizing.settings = settings.compactMap { Setting($0) }
    sizing.workload = [work].compactMap { Setting($0) }
    sizing.stalls = .never
    sizing.tolerance = tolerance
    return sizing
  }

  /// With a depth of 1 a FIFO of registers passes an item every second cycle, with 2 one a cycle.
  @Test(arguments: [1, 8]) func `A depth of one halves the throughput, and two are proposed`(depth: Int) throws {
    let report = try sizing("stream-fifo", ["storage=registers", "depth=\(depth)"], work: "count=500").report()
    #expect(report.parameters.map(\.name) == ["depth"] && report.parameters[0].proposed == 2)
    #expect(report.provenCycles >= 500 && report.provenCycles < 520)
    #expect(report.parameters[0].below?.depth == 1)
    let slow = try #require(report.parameters[0].below?.cycles)
    #expect(slow >= 1000 && slow < 1020)
    #expect(report.cycles == (depth == 1 ? slow : report.provenCycles))
    #expect(report.queues.map(\.queue) == [""] && report.queues[0].parameter == "depth")
    #expect(report.queues[0].maximum == 1)
  }

  /// The documentation of the link: 2 × `distance` + 2 credits pass an item a cycle.
  @Test(arguments: [0, 1, 3]) func `A credit link needs its way there and back`(distance: Int) throws {
    let report = try sizing("credit-link", ["distance=\(distance)", "credits=16"], work: "count=400").report()
    #expect(report.parameters[0].proposed == 2 * distance + 2)
    #expect(report.queues.map(\.queue) == ["receiver.queue"] && report.queues[0].parameter == "credits")
  }

  @Test func `Depths that are powers of two stay so, and both clocks are counted`() throws {
    let report = try sizing("asynchronous-fifo", ["depth=32"], work: "count=300", tolerance: 1).report()
    #expect(report.parameters[0].proposed.nonzeroBitCount == 1)
    #expect(report.trials.allSatisfy { $0.depths["depth"]?.nonzeroBitCount == 1 })
    #expect(report.queues.allSatisfy { (1...32).contains($0.maximum) && $0.mean <= Double($0.maximum) })
    let smaller = try #require(report.parameters[0].below?.cycles)
    #expect(Double(smaller) > 1.01 * Double(report.ampleCycles))
  }

  @Test func `A block without a depth names those that have one`() throws {
    #expect(BlockSizing.blocks == ["stream-fifo", "credit-link", "asynchronous-fifo", "independent-reset-fifo"])
    let error = #expect(throws: SizingError.self) { try BlockSizing("matmul").report() }
    #expect(
      error?.description == """
        'matmul' has no parameter that is the depth of a FIFO; these have one: stream-fifo, credit-link, \
        asynchronous-fifo, independent-reset-fifo
        """)
  }

  /// Every parameter that says it is a depth is the depth of a FIFO that is found, and is sized with the bench's own stalls.
  @Test(arguments: BlockSizing.blocks) func `Every depth is that of a FIFO`(block: String) throws {
    var sizing = BlockSizing(block)
    sizing.workload = [Setting("count", "60")]
    let report = try sizing.report()
    #expect(report.queues.contains { $0.parameter != nil })
    #expect(report.provenQueues.contains { use in report.parameters.contains { $0.proposed == use.depth } })
    #expect(report.text.contains("the last one is the proof"))
  }

  /// What is counted beside what was done, pin by pin.
  @Test(arguments: StreamFIFO.Storage.allCases) func `Occupancy is that of the words inside`(
    storage: StreamFIFO.Storage
  ) throws {
    let circuit = try StreamFIFO(width: 8, depth: 3) { $0.storage = storage }.elaborate()
    let model = try NativeModel(circuit, options: .init(initialState: .ones))
    let counter = OccupancyCounter(model)
    let engine = counter.engine
    let (valid, ready) = (try #require(engine.pin("push_valid")), try #require(engine.pin("pop_ready")))
    try engine.reset(cycles: 2)
    valid.unsigned = 1
    for step in 0..<10 {
      ready.unsigned = step >= 8 ? 1 : 0
      try engine.settle()
      try engine.step()
    }
    let use = try #require(counter.uses.first)
    // Registers: 0 1 2 3 3 3 3 3 3 2. A memory shows its oldest word beside: 0 1 1 2 3 3 3 3 3 2.
    let words = storage == .registers ? [0, 1, 2, 3, 3, 3, 3, 3, 3, 2] : [0, 1, 1, 2, 3, 3, 3, 3, 3, 2]
    #expect(use.queue == "" && use.depth == 3 && use.maximum == 3)
    #expect(use.cycles == 10 && use.fullCycles == words.count { $0 == 3 })
    #expect(abs(use.mean - Double(words.reduce(0, +)) / 10) < 1e-9)
  }
}
