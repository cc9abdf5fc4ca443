import Campaigns
import Catalog
import Components
import Engine
import Entries
import HDL
import Netlist
import TestSupport
import Testbench
import Testing
import Verilator

@Suite struct StreamFIFOTests {
  static let queues = [StreamFIFO.Storage.registers, .memory].flatMap { storage in
    [(1, 1), (2, 8), (3, 5), (4, 64), (7, 70), (16, 16), (33, 130)].map { depth, width in
      StreamFIFO(width: width, depth: depth) { $0.storage = storage }
    }
  }

  private func bench(_ queue: StreamFIFO, _ model: VerilatedModel, items: Int, stalls: StallProfile) throws
    -> StreamBench
  {
    var bench = try StreamBench(model.interface, seed: 3, stalls: stalls)
    var random = bench.random("items")
    let words = (queue.width + 63) / 64
    for _ in 0..<items {
      let item = (0..<words).map { word in
        let bits = min(64, queue.width - 64 * word)
        return random.next() >> UInt64(64 - bits)
      }
      try bench.withStimuli { stimuli throws(BenchError) in
        try stimuli.send(words: item, on: "push")
        try stimuli.expect(words: item, on: "pop")
      }
    }
    return bench
  }

  @Test(arguments: queues) func `Items leave in order under all stalls`(queue: StreamFIFO) throws {
    let model = try queue.verilated()
    for stalls in [StallProfile.never, .random(0.5), .bursts(stalled: 20, flowing: 20), .reluctant, .contrary, .mixed] {
      let result = try bench(queue, model, items: 1000, stalls: stalls).run(on: try queue.verilated())
      #expect(result.verdict == .passed, "\(result.text())")
    }
  }

  @Test(arguments: queues) func `An item passes a clock, from depth 2 on`(queue: StreamFIFO) throws {
    let model = try queue.verilated()
    let result = try bench(queue, model, items: 500, stalls: .never).run(on: model)
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(result.streams[0].throughput == (queue.depth == 1 ? 0.5 : 1))
    #expect(result.latencies.first?.minimum == (queue.storage == .memory ? 2 : 1))
  }

  @Test(arguments: queues) func `The capacity is what is stated`(queue: StreamFIFO) throws {
    let model = try queue.verilated()
    try model.reset()
    model.pin("push_valid")?.unsigned = 1
    let ready = try #require(model.pin("push_ready"))
    var taken = 0
    for _ in 0..<(2 * queue.capacity + 4) {
      try model.settle()
      taken += Int(ready.unsigned)
      try model.step()
    }
    #expect(taken == queue.capacity)
  }

  @Test(arguments: queues) func `Tools take the Verilog without a word`(queue: StreamFIFO) throws {
    #expect(try queue.toolComplaints() == "")
  }

  @Test(arguments: [1, 2, 3, 5, 16]) func `A fall-through queue shows an item in the clock in which it comes`(
    depth: Int
  ) throws {
    let queue = StreamFIFO(width: 70, depth: depth) { ($0.storage, $0.isFallThrough) = (.registers, true) }
    for stalls in stallProfiles {
      try Catalog.streamFIFO.expectPassed(queue, CountWorkload(count: 400), stalls: stalls)
    }
    let result = try Catalog.streamFIFO.expectPassed(queue, CountWorkload(count: 400), stalls: .never)
    #expect(result.latencies.first?.minimum == 0)
    #expect(result.streams[0].throughput == 1)
    #expect(try queue.elaborate().inputsFollowed(by: "push_ready") == [])
  }

  @Test(arguments: [
    StreamFIFO(width: 2, depth: 3) { $0.showsOccupancy = true },
    StreamFIFO(width: 2, depth: 2) { ($0.storage, $0.showsOccupancy) = (.registers, true) },
    StreamFIFO(width: 1, depth: 3) { ($0.storage, $0.isFallThrough, $0.showsOccupancy) = (.registers, true, true) },
    StreamFIFO(width: 1, depth: 1) { ($0.storage, $0.isFallThrough, $0.showsOccupancy) = (.registers, true, true) },
  ])
  func `Order, capacity and occupancy are proved`(queue: StreamFIFO) throws {
    let outcome = try BlockProof(Catalog.streamFIFO.block(of: queue)).run()
    #expect(outcome.isProved, "\(outcome.results.map { "\($0.property.name): \($0.outcome)" })")
    #expect(
      outcome.results.map(\.property.name)
        == ["pop-keeps-payload", "order", "order-follows-an-item", "occupancy", "assertions"])
  }

  @Test func `A fall-through queue in a memory is refused`() {
    #expect(throws: DiagnosticList.self) { try StreamFIFO { $0.isFallThrough = true }.elaborate() }
  }
}
