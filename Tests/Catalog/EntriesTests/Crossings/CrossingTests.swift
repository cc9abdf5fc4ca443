import Components
import Engine
import Entries
import HDL
import Netlist
import Simulator
import TestSupport
import Testbench
import Testing
import Verilator

@Suite struct CrossingTests {
  static let patterns: [ClockPattern] = [
    .together, .periods([1, 1], jitter: 0.3), .periods([1, 7.3], jitter: 0), .periods([5.1, 1], jitter: 0.2),
    .unrelated,
  ]
  static let queues = [
    AsynchronousFIFO(width: 1, depth: 2), AsynchronousFIFO(width: 8, depth: 16),
    AsynchronousFIFO(width: 70, depth: 4) { $0.stages = 3 },
  ]

  private func relay(
    _ interface: ModuleInterface, width: Int, items: Int, _ clocks: ClockPattern, _ stalls: StallProfile
  )
    throws -> StreamBench
  {
    var bench = try StreamBench(interface, seed: 21, stalls: stalls)
    bench.clocks = clocks
    var random = bench.random("items")
    for _ in 0..<items {
      let item = (0..<(width + 63) / 64).map { random.next() >> UInt64(64 - min(64, width - 64 * $0)) }
      try bench.withStimuli { stimuli throws(BenchError) in
        try stimuli.send(words: item, on: "push")
        try stimuli.expect(words: item, on: "pop")
      }
    }
    return bench
  }

  private func native(_ generator: some Generator, seed: UInt64 = 4) throws -> NativeModel {
    try NativeModel(try generator.elaborate(), options: .init(initialState: .random(seed: seed)))
  }

  @Test(arguments: queues) func `A queue keeps order between clocks of any kind`(queue: AsynchronousFIFO) throws {
    for clocks in Self.patterns {
      for stalls in stallProfiles {
        let model = try native(queue)
        let result = try relay(model.interface, width: queue.width, items: 400, clocks, stalls).run(on: model)
        #expect(result.verdict == .passed, "\(clocks): \(result.text())")
      }
    }
  }

  @Test(arguments: [1, 8, 70]) func `A handshake keeps items whole between clocks of any kind`(width: Int) throws {
    for clocks in Self.patterns {
      for stalls in stallProfiles {
        let model = try native(BusSynchronizer(width: width))
        let result = try relay(model.interface, width: width, items: 150, clocks, stalls).run(on: model)
        #expect(result.verdict == .passed, "\(clocks): \(result.text())")
      }
    }
  }

  @Test func `Both keep items in Verilator`() throws {
    let queue = AsynchronousFIFO(width: 70, depth: 4)
    let bus = BusSynchronizer(width: 33)
    for clocks in Self.patterns {
      let model = try queue.verilated()
      let first = try relay(model.interface, width: 70, items: 500, clocks, .mixed).run(on: model)
      #expect(first.verdict == .passed, "\(clocks): \(first.text())")
      let other = try bus.verilated()
      let second = try relay(other.interface, width: 33, items: 200, clocks, .mixed).run(on: other)
      #expect(second.verdict == .passed, "\(clocks): \(second.text())")
    }
  }

  @Test(arguments: [2, 3]) func `An item a clock passes a queue that is deep enough`(stages: Int) throws {
    let enough = 2 * stages + 4
    for depth in [4, 8, 16] {
      let model = try native(AsynchronousFIFO { ($0.depth, $0.stages) = (depth, stages) })
      let result = try relay(model.interface, width: 8, items: 500, .together, .never).run(on: model)
      #expect(try #require(result.streams[0].throughput) > 0.98 || depth < enough, "depth \(depth)")
      if depth == 4 { #expect(try #require(result.streams[0].throughput) < 0.98) }
    }
  }

  @Test func `A queue holds its capacity, and its sides never see too little room or too much`() throws {
    let queue = AsynchronousFIFO(width: 8, depth: 8)
    let model = try native(queue)
    try model.reset()
    var random = Seed(9).generator("steps")
    let (source, destination) = (
      try #require(model.clock("source_clock")), try #require(model.clock("destination_clock"))
    )
    var inside = 0
    var fullest = 0
    var isOffering = false
    for step in 0..<6000 {
      let fills = step / 300 % 2 == 0
      // What is offered stays until it is taken.
      isOffering = isOffering || random.integer(below: 8) < (fills ? 7 : 1)
      model.pin("push_valid")!.unsigned = isOffering ? 1 : 0
      model.pin("pop_ready")!.unsigned = random.integer(below: 8) < (fills ? 1 : 7) ? 1 : 0
      model.settle()
      #expect(model.pin("written")!.unsigned <= 8)
      #expect(Int(model.pin("written")!.unsigned) + 1 >= inside, "step \(step)")
      #expect(Int(model.pin("readable")!.unsigned) <= inside, "step \(step)")
      let edge = 1 + random.next() % 3
      let enters = model.pin("push_valid")!.unsigned & model.pin("push_ready")!.unsigned == 1 && edge & source != 0
      let leaves =
        model.pin("pop_valid")!.unsigned & model.pin("pop_ready")!.unsigned == 1 && edge & destination != 0
      if enters { isOffering = false }
      inside += (enters ? 1 : 0) - (leaves ? 1 : 0)
      fullest = max(fullest, inside)
      try model.step(clocks: edge)
    }
    #expect(fullest == queue.capacity)
  }

  @Test(arguments: [2, 3, 4]) func `Every pulse that is apart from the next one arrives once`(stages: Int) throws {
    let model = try native(PulseSynchronizer { $0.stages = stages })
    let (source, destination) = (
      try #require(model.clock("source_clock")), try #require(model.clock("destination_clock"))
    )
    for ratio in [1, 2, 5] {
      try model.reset()
      var random = Seed(UInt64(ratio)).generator("pulses")
      var (sent, seen, quiet) = (0, 0, 0)
      for step in 0..<8000 {
        // The destination must tick twice between two pulses.
        let pulses = quiet >= 2 && step < 7900 && random.integer(below: 3) == 0
        model.pin("pulse")!.unsigned = pulses ? 1 : 0
        model.settle()
        let edge = random.integer(below: ratio + 1) == 0 ? source : random.integer(below: 3) == 0 ? 3 : destination
        if edge & destination != 0 {
          seen += Int(model.pin("pulse_seen")!.unsigned)
          quiet += 1
        }
        if edge & source != 0, pulses {
          sent += 1
          quiet = 0
        }
        try model.step(clocks: edge)
      }
      #expect(sent > 100)
      #expect(seen == sent)
    }
  }

  @Test(arguments: [2, 5]) func `A reset begins without a clock and ends in step with it`(stages: Int) throws {
    func check(_ model: some Engine) throws {
      let active = try #require(model.pin("active"))
      let reset = try #require(model.resetPin(ofClock: 0))
      try model.settle()
      for _ in 0..<stages + 2 { try model.step(); try model.settle() }
      #expect(active.unsigned == 0)
      reset.unsigned = 1
      try model.settle()
      #expect(active.unsigned == 1)
      reset.unsigned = 0
      try model.settle()
      for _ in 0..<stages {
        #expect(active.unsigned == 1)
        try model.step()
        try model.settle()
      }
      #expect(active.unsigned == 0)
    }
    try check(try native(ResetSynchronizer { $0.stages = stages }))
    try check(try ResetSynchronizer { $0.stages = stages }.verilated())
  }

  @Test func `Nothing without hardware is made`() {
    #expect(throws: DiagnosticList.self) { try BitSynchronizer { $0.stages = 1 }.elaborate() }
    #expect(throws: DiagnosticList.self) { try ResetSynchronizer { $0.stages = 0 }.elaborate() }
    #expect(throws: DiagnosticList.self) { try PulseSynchronizer { $0.stages = 40 }.elaborate() }
    #expect(throws: DiagnosticList.self) { try BusSynchronizer(width: 0).elaborate() }
    #expect(throws: DiagnosticList.self) { try AsynchronousFIFO { $0.depth = 12 }.elaborate() }
    #expect(throws: DiagnosticList.self) { try AsynchronousFIFO { $0.depth = 1 }.elaborate() }
  }

  @Test func `Tools take the Verilog without a word`() throws {
    #expect(try ResetSynchronizer().toolComplaints() == "")
    #expect(try PulseSynchronizer().toolComplaints() == "")
  }

  /// A queue between two clocks of a design, each side reset in step with its clock.
  struct Bridge: Generator {
    static let bus = ClockDomain("bus", reset: ResetStyle(.asynchronous, .activeLow))
    static let core = ClockDomain("core")

    struct Ports {
      let off: Input<Bit>
      let push: StreamInput<Bits>
      let pop: StreamOutput<Bits>
    }
    var ports: Ports {
      Ports(off: .init().asynchronous(), push: .init(9).in(Self.bus), pop: .init(9).in(Self.core))
    }

    func build(_ io: Interior<Ports>, in m: Module) {
      let reset = [Self.bus, Self.core].map { clock in
        m.instance(ResetSynchronizer(), "\(clock.name)_reset_sync", clocks: [.main: clock], resets: [.main: io.off])
          .active
      }
      let queue = m.instance(
        AsynchronousFIFO(width: 9, depth: 8) { $0.showsOccupancy = false }, "queue",
        clocks: [.source: Self.bus, .destination: Self.core],
        resets: [.source: reset[0], .destination: reset[1]])
      queue.push <== io.push
      io.pop <== queue.pop
    }
  }

  @Test func `A queue stands between two clocks of a design, and both engines run it alike`() throws {
    let circuit = try Bridge().elaborate()
    let library = try ModelBuilder(cache: ModelCache(folder: ".systole/test-cache"))
      .library(for: ModelDesign(circuit.simplified()), profile: .debug)
    for clocks in Self.patterns {
      let engine = LockstepEngine(try NativeModel(circuit), try library.model(initialState: .zero))
      let result = try relay(engine.interface, width: 9, items: 500, clocks, .mixed).run(on: engine)
      #expect(result.verdict == .passed, "\(clocks): \(result.text())")
    }
    #expect(try Bridge().toolComplaints() == "")
  }

  @Test func `The reset of a design empties the queue on both sides`() throws {
    let circuit = try Bridge().elaborate()
    let engine = try NativeModel(circuit)
    try engine.reset(cycles: 8)
    engine.pin("push_valid")!.unsigned = 1
    try engine.run(cycles: 12)
    engine.settle()
    #expect(engine.pin("pop_valid")!.unsigned == 1)
    // The side of `core` is reset at its own edge.
    engine.pin("off")!.unsigned = 1
    try engine.run(cycles: 1)
    engine.settle()
    #expect(engine.pin("pop_valid")!.unsigned == 0)
    engine.pin("push_valid")!.unsigned = 0
    engine.pin("off")!.unsigned = 0
    try engine.run(cycles: 20)
    engine.settle()
    #expect(engine.pin("pop_valid")!.unsigned == 0)
  }
}
