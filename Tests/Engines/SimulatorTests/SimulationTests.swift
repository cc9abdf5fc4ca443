import Engine
import HDL
import TestSupport
import Testing

@testable import Simulator

@Suite struct SimulationTests {
  @Test func `Ports are driven and read by their names`() throws {
    try expectProducts(try Simulation(SystolicArray(size: 2)))
  }

  @Test func `Any engine is driven by the same names`() throws {
    let array = SystolicArray(size: 2)
    try expectProducts(Simulation(array, on: try array.verilated()))
  }

  private func expectProducts<E: Engine>(_ sim: Simulation<SystolicArray, E>) throws {
    try sim.reset()
    sim.load = 1
    // The weights of the last row enter first: [[1, 2], [3, -4]].
    (sim.weights[0], sim.weights[1]) = (3, -4)
    try sim.step()
    (sim.weights[0], sim.weights[1]) = (1, 2)
    try sim.step()
    sim.load = 0
    sim.rows[0] = -3
    try sim.step()
    sim.rows[0] = 0
    sim.rows[1] = 100
    try sim.step()
    #expect(sim.sums[0] == -3 * 1 + 100 * 3)
    sim.rows[1] = 0
    try sim.step()
    #expect(Array(sim.sums) == [0, -3 * 2 + 100 * -4])
    #expect(sim.rows[1] == 0)
    #expect(sim.sums.count == 2)
  }

  @Test func `Streams are driven by their parts`() throws {
    let sim = try Simulation(Doubler())
    try sim.reset()
    sim.items.valid = 1
    sim.items.payload = -128
    try sim.settle()
    #expect(sim.results.valid == 1)
    #expect(sim.results.payload == -256)
    #expect(sim.items.ready == 0)
    sim.results.ready = 1
    try sim.step(3)
    #expect(sim.items.ready == 1)
    #expect(sim.count == 3)
  }

  /// A counter with parts that may be left out.
  struct Parts: Generator {
    var hasAll: Bool

    struct Side: PortGroup {
      let bit: Input<Bit>
      let copy: Output<Bit>
    }
    struct Ports {
      let step: Input<UInt>?
      let count: Output<UInt>
      let twice: Output<UInt>?
      let items: StreamInput<UInt>?
      let results: StreamOutput<UInt>?
      let side: Side?
    }
    var ports: Ports {
      Ports(
        step: hasAll ? .init(4) : nil, count: .init(8), twice: hasAll ? .init(9) : nil, items: hasAll ? .init(8) : nil,
        results: hasAll ? .init(8) : nil, side: hasAll ? Side(bit: .init(), copy: .init()) : nil)
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      let count = m.register("count", UInt.self, width: 8, reset: 0)
      count.next <== count &+ (io.step?.extended(to: 8) ?? m.constant(1, width: 8, as: UInt.self))
      io.count <== count
      io.twice <== (hasAll ? count + count : nil)
      io.results <== io.items
      io.side?.copy <== io.side?.bit
    }
  }

  /// The same as an instance.
  struct Around: Generator {
    var hasAll: Bool

    var ports: Parts.Ports { Parts(hasAll: hasAll).ports }
    func build(_ io: Interior<Parts.Ports>, in m: Module) {
      let parts = m.instance(Parts(hasAll: hasAll), "parts")
      if let step = io.step, let inner = parts.step { inner <== step }
      io.count <== parts.count
      if let twice = io.twice, let inner = parts.twice { twice <== inner }
      if let items = io.items, let inner = parts.items { inner <== items }
      if let results = io.results, let inner = parts.results { results <== inner }
      if let side = io.side, let inner = parts.side {
        inner.bit <== side.bit
        side.copy <== inner.copy
      }
    }
  }

  @Test func `Ports that may be absent are driven where they are there, through instances too`() throws {
    let all = try Simulation(Around(hasAll: true))
    try all.reset()
    all.ports.step = 3
    all.engine.pin("side_bit")?.unsigned = 1
    all.engine.pin("items_data")?.unsigned = 200
    all.engine.pin("items_valid")?.unsigned = 1
    try all.step(5)
    #expect(all.count == 15)
    #expect(all.ports.step == 3)
    #expect(all.twice == 30)
    #expect(all.engine.pin("side_copy")?.unsigned == 1)
    #expect(all.engine.pin("results_data")?.unsigned == 200)
    let few = try Simulation(Around(hasAll: false))
    try few.reset()
    few.ports.step = 3
    try few.step(5)
    #expect(few.count == 5)
    #expect(few.ports.step == nil)
    #expect(few.twice == nil)
    #expect(few.engine.interface.ports.map(\.name) == ["count"])
    for hasAll in [false, true] { #expect(try Around(hasAll: hasAll).toolComplaints() == "") }
  }

  @Test func `Ports that are absent are not in the text`() throws {
    func head(_ hasAll: Bool) throws -> String {
      let text = try #require(try Around(hasAll: hasAll).elaborate().verilog().last?.text)
      let start = try #require(text.range(of: "module Around_"))
      return String(text[start.lowerBound..<text.range(of: ");")!.upperBound])
    }
    #expect(
      try head(false) == """
        module Around_hasAll0 (
          input  wire       clock,
          input  wire       reset,
          output wire [7:0] count
        );
        """)
    #expect(
      try head(true) == """
        module Around_hasAll (
          input  wire       clock,
          input  wire       reset,
          input  wire [3:0] step,
          output wire [7:0] count,
          output wire [8:0] twice,
          input  wire       items_valid,
          output wire       items_ready,
          input  wire [7:0] items_data,
          output wire       results_valid,
          input  wire       results_ready,
          output wire [7:0] results_data,
          input  wire       side_bit,
          output wire       side_copy
        );
        """)
  }
}

/// A group from its other side.
private struct Answering: Generator {
  struct Side: PortGroup { let ask: Output<UInt>, answer: Input<UInt>, items: StreamOutput<UInt> }
  struct Ports { let side: Flipped<Side> }
  var ports: Ports { Ports(side: .init(Side(ask: .init(8), answer: .init(8), items: .init(8)))) }
  func build(_ io: Interior<Ports>, in m: Module) {
    io.side.items.ready <== io.side.items.payload .== 7
    io.side.answer <== io.side.ask &+ 1
  }
}

extension SimulationTests {
  @Test func `What a flipped group calls an output is driven, and its inputs are read`() throws {
    let sim = try Simulation(Answering())
    sim.side.ask = 41
    sim.side.items.payload = 7
    try sim.settle()
    #expect(sim.side.answer == 42 && sim.side.ask == 41 && sim.side.items.ready == 1)
  }
}
