import Components
import Engine
import HDL
import Netlist
import Simulator
import TestSupport
import Testbench
import Testing
import Verilator

/// Resets of one side of a crossing.
@Suite struct ResetTests {
  /// Both engines, which check what a design asserts.
  private func engines(_ generator: some Generator) throws -> [(name: String, engine: any Engine)] {
    let circuit = try generator.elaborate()
    var design = ModelDesign(circuit.simplified())
    design.macros["SYSTOLE_ASSERT"] = ""
    let library = try ModelBuilder(cache: ModelCache(folder: ".systole/test-cache")).library(
      for: design, profile: .debug)
    return [
      ("native", try NativeModel(circuit, options: .init(initialState: .random(seed: 3)))),
      ("Verilator", try library.model(initialState: .random(seed: 3))),
    ]
  }

  /// Steps `engine` while `reset` of one clock, or of several, is active.
  private func reset(_ engine: any Engine, _ names: [String], edges: Int = 2) throws {
    let pins = try names.map { name in
      try #require(engine.resetPin(ofClock: engine.interface.clocks.firstIndex { $0.reset == name }!))
    }
    for pin in pins { pin.unsigned = 1 }
    try engine.run(cycles: edges)
    for pin in pins { pin.unsigned = 0 }
  }

  /// Sends what can be sent for some clocks. An item that is offered stays until it is taken.
  private func traffic(_ engine: any Engine, clocks: Int, ready: Bool) throws {
    engine.pin("pop_ready")!.unsigned = ready ? 1 : 0
    var isTaken = true
    for number in 0..<clocks {
      engine.pin("push_valid")!.unsigned = 1
      try engine.settle()
      isTaken = engine.pin("push_ready")!.unsigned == 1
      try engine.step()
      if isTaken { engine.pin("push_data")!.unsigned = UInt64(number & 0x7F) }
    }
    if isTaken { engine.pin("push_valid")!.unsigned = 0 }
    try engine.settle()
  }

  private func expectFailure(_ name: String, _ body: () throws -> Void) {
    do {
      try body()
      Issue.record("\(name): no assertion failed")
    } catch {
      let marks = ["sides_are_reset_together", "holds_no_more_than_it_can"]
      #expect(marks.contains { "\(error)".contains($0) }, "\(name): \(error)")
    }
  }

  @Test(arguments: ["source_reset", "destination_reset"])
  func `A reset of one side of a queue with items in it fails an assertion on both engines`(side: String) throws {
    for (sent, edges) in [(9, 1), (3, 2), (40, 5)] {
      for (name, engine) in try engines(AsynchronousFIFO(width: 8, depth: 8)) {
        try engine.reset(cycles: 2)
        // Some items pass, others stay.
        try traffic(engine, clocks: sent, ready: true)
        try traffic(engine, clocks: 5, ready: false)
        expectFailure("\(name), \(side), \(sent) clocks") {
          try reset(engine, [side], edges: edges)
          try traffic(engine, clocks: 30, ready: true)
        }
      }
    }
  }

  /// However often: no count of resets that wraps may hide them.
  @Test(arguments: ["source_reset", "destination_reset"], [1, 2, 4, 8, 16])
  func `A reset of one side of a handshake fails an assertion on both engines`(side: String, times: Int) throws {
    for (name, engine) in try engines(BusSynchronizer()) {
      try engine.reset(cycles: 2)
      try traffic(engine, clocks: 17, ready: true)
      expectFailure("\(name), \(side)") {
        for _ in 0..<times {
          try reset(engine, [side], edges: 1)
          try engine.run(cycles: 2)
        }
        try traffic(engine, clocks: 30, ready: true)
      }
    }
  }

  @Test func `A reset that makes a pulse fails an assertion on both engines`() throws {
    for (name, engine) in try engines(PulseSynchronizer()) {
      try engine.reset(cycles: 2)
      // One pulse more than comes back, so that the reset turns the register over.
      for pulse in [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0] as [UInt64] {
        engine.pin("pulse")!.unsigned = pulse
        try engine.run(cycles: 1)
      }
      expectFailure(name) {
        try reset(engine, ["source_reset"], edges: 1)
        try engine.run(cycles: 10)
      }
    }
  }

  /// Resets that overlap, whichever begins and ends first, as long as nothing passes meanwhile.
  @Test(arguments: [("source_reset", "destination_reset"), ("destination_reset", "source_reset")])
  func `Resets that overlap are none of that`(first: String, last: String) throws {
    for (name, engine) in try engines(AsynchronousFIFO(width: 8, depth: 8)) {
      try engine.reset(cycles: 1)
      for round in 0..<6 {
        try traffic(engine, clocks: 11 + round, ready: true)
        // Nothing enters or leaves.
        engine.pin("pop_ready")!.unsigned = 0
        try engine.run(cycles: 20)
        let pins = try [first, last].map { name in
          try #require(engine.resetPin(ofClock: engine.interface.clocks.firstIndex { $0.reset == name }!))
        }
        pins[0].unsigned = 1
        pins[1].unsigned = round % 2 == 0 ? 1 : 0
        try engine.run(cycles: [1, 1, 5, 9, 2, 20][round])
        // The second one may bounce.
        for _ in 0..<1 + round % 4 {
          pins[1].unsigned = 0
          try engine.run(cycles: round % 3)
          pins[1].unsigned = 1
          try engine.run(cycles: 2)
        }
        pins[round % 3 == 0 ? 0 : 1].unsigned = 0
        try engine.run(cycles: round)
        for pin in pins { pin.unsigned = 0 }
        try engine.run(cycles: 3)
        try engine.settle()
        #expect(engine.pin("pop_valid")!.unsigned == 0, "\(name)")
      }
    }
  }

  // MARK: Resets of one side that are safe

  private static let clocks: [(source: Double, destination: Double)] = [(1, 1), (1, 3.7), (2.9, 1), (1, 17), (13, 1)]

  /// Resets and requests of either side at any time, between clocks of any ratio: what leaves is what entered, in order, at
  /// most once, and nothing that entered after the last one is missing.
  @Test(arguments: 0..<5, [2, 3])
  func `A queue with independent resets repeats nothing, whatever is reset when`(ratio: Int, stages: Int) throws {
    let (sourcePeriod, destinationPeriod) = Self.clocks[ratio]
    for (name, engine) in try engines(IndependentResetFIFO(width: 16, depth: 4) { $0.stages = stages }) {
      let source = engine.interface.clocks.firstIndex { $0.reset == "source_reset" }!
      let destination = engine.interface.clocks.firstIndex { $0.reset == "destination_reset" }!
      let resets = (source: engine.resetPin(ofClock: source)!, destination: engine.resetPin(ofClock: destination)!)
      var random = Seed(77).generator("resets \(ratio) \(stages)")
      (resets.source.unsigned, resets.destination.unsigned) = (1, 1)
      try engine.run(cycles: 2)
      (resets.source.unsigned, resets.destination.unsigned) = (0, 0)
      var next = (source: 0.0, destination: 0.3)
      var (sent, last, delivered) = (0, -1, 0)
      var sentAtEnd = 0
      var isOffering = false
      var left = [0, 0, 0, 0]
      let (steps, quiet) = (16_000, 12_000)
      // Seldom enough for items to pass between, whatever the slower side needs for a handshake.
      let rarity = (
        source: 150 * max(1, Int(destinationPeriod / sourcePeriod)),
        destination: 150 * max(1, Int(sourcePeriod / destinationPeriod))
      )
      for step in 0..<steps {
        let time = min(next.source, next.destination)
        let ticks = (source: next.source == time, destination: next.destination == time)
        if ticks.source { next.source += sourcePeriod }
        if ticks.destination { next.destination += destinationPeriod }
        if ticks.source {
          // Resets and requests last for a clock of their side or longer.
          for index in [0, 1] {
            left[index] = max(0, left[index] - 1)
            if step < quiet, left[index] == 0, random.integer(below: rarity.source) == 0 {
              left[index] = 1 + random.integer(below: 6)
            }
          }
          resets.source.unsigned = left[0] > 0 ? 1 : 0
          engine.pin("clear_from_source")!.unsigned = left[1] > 0 ? 1 : 0
          if left[0] > 0 { isOffering = false } else if random.integer(below: 3) > 0 { isOffering = true }
          engine.pin("push_valid")!.unsigned = isOffering ? 1 : 0
          engine.pin("push_data")!.unsigned = UInt64(sent & 0xFFFF)
        }
        if ticks.destination {
          for index in [2, 3] {
            left[index] = max(0, left[index] - 1)
            if step < quiet, left[index] == 0, random.integer(below: rarity.destination) == 0 {
              left[index] = 1 + random.integer(below: 6)
            }
          }
          resets.destination.unsigned = left[2] > 0 ? 1 : 0
          engine.pin("clear_from_destination")!.unsigned = left[3] > 0 ? 1 : 0
          engine.pin("pop_ready")!.unsigned = random.integer(below: 4) > 0 ? 1 : 0
        }
        try engine.settle()
        if ticks.destination, left[2] == 0,
          engine.pin("pop_valid")!.unsigned & engine.pin("pop_ready")!.unsigned == 1
        {
          let item = Int(engine.pin("pop_data")!.unsigned)
          try #require(item > last, "\(name), step \(step): \(item) after \(last)")
          // After the last reset nothing is missing.
          if last >= sentAtEnd, sentAtEnd > 0 { #expect(item == last + 1, "\(name)") }
          last = item
          delivered += 1
        }
        if ticks.source, left[0] == 0, isOffering, engine.pin("push_ready")!.unsigned == 1 {
          sent += 1
          isOffering = false
        }
        // The handshake ends some clocks after the last request.
        if step == quiet + 1000 { sentAtEnd = sent + 8 }
        try engine.step(
          clocks: (ticks.source ? 1 << UInt64(source) : 0) | (ticks.destination ? 1 << UInt64(destination) : 0))
      }
      #expect(sent > 100 && delivered > 60, "\(name): \(sent) sent, \(delivered) delivered")
      #expect(last >= sent - 16, "\(name): \(last) of \(sent)")
    }
  }

  /// A side that asks does so at once, and what showed at the output stays for it to be taken.
  @Test func `A reset of the source withdraws nothing from the output`() throws {
    for (name, engine) in try engines(IndependentResetFIFO(width: 8, depth: 4)) {
      try engine.reset(cycles: 2)
      try traffic(engine, clocks: 60, ready: false)
      let shown = engine.pin("pop_data")!.unsigned
      #expect(engine.pin("pop_valid")!.unsigned == 1, "\(name)")
      // What the source offers is gone with its reset.
      engine.pin("push_valid")!.unsigned = 0
      try reset(engine, ["source_reset"], edges: 1)
      for _ in 0..<40 {
        try engine.settle()
        #expect(engine.pin("pop_valid")!.unsigned == 1 && engine.pin("pop_data")!.unsigned == shown, "\(name)")
        try engine.step()
      }
      engine.pin("pop_ready")!.unsigned = 1
      try engine.run(cycles: 1)
      try engine.settle()
      // All that was behind it is gone.
      for _ in 0..<40 {
        #expect(engine.pin("pop_valid")!.unsigned == 0, "\(name)")
        try engine.step()
        try engine.settle()
      }
    }
  }

  @Test(arguments: [IndependentResetFIFO(), IndependentResetFIFO(width: 1, depth: 2) { $0.stages = 3 }])
  func `Tools take the queue with independent resets without a word`(queue: IndependentResetFIFO) throws {
    #expect(try queue.toolComplaints() == "")
    #expect(try AsynchronousFIFO().toolComplaints() == "")
  }
}
