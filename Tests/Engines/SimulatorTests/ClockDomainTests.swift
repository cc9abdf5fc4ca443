import Engine
import HDL
import Netlist
import RandomCircuits
import TestSupport
import Testing
import Tools
import Verilator
import Verilog

@testable import Simulator

@Suite struct ClockDomainTests {
  private func verilated(_ circuit: Circuit) throws -> VerilatedModel {
    try ModelBuilder(cache: ModelCache(folder: ".systole/test-cache"))
      .model(of: ModelDesign(circuit), profile: .debug, initialState: .zero)
  }

  @Test func `Clocks of their own edges, resets and instances run as Verilator runs their text`() throws {
    let circuit = try ClockZoo().elaborate(reset: ResetStyle(.synchronous, .activeHigh))
    let (native, model) = (try NativeModel(circuit), try verilated(circuit.simplified()))
    #expect(circuit.top.clocks.map(\.clock) == ["fast_clock", "slow_clock", "falling_clock"])
    try native.reset()
    try model.reset()
    var random = SplitMix(state: 5)
    for cycle in 0..<1500 {
      for (index, port) in circuit.top.ports.enumerated() where port.driver == nil {
        let value: BitVector =
          port.shape.name == "off"
          ? BitVector(random.below(25) == 0 ? 1 : 0, width: 1) : Comparison.value(port.shape.width, &random)
        native.pin(at: index).store(value)
        model.pin(at: index).store(value)
      }
      for (index, clock) in circuit.top.clocks.enumerated() where random.below(10) == 0 {
        let level: UInt64 = (random.below(4) == 0) == (clock.resetPolarity == .activeHigh) ? 1 : 0
        native.resetPin(ofClock: index)?.unsigned = level
        model.resetPin(ofClock: index)?.unsigned = level
      }
      native.settle()
      try model.settle()
      for (index, port) in circuit.top.ports.enumerated() where port.driver != nil {
        #expect(
          native.pin(at: index).load() == model.pin(at: index).load(), "cycle \(cycle), \(port.shape.name)")
      }
      let clocks = random.next() % 8
      try native.step(clocks: clocks)
      try model.step(clocks: clocks)
    }
  }

  @Test(arguments: TwoClockMemory.rules)
  func `A memory of two clocks runs as Verilator runs its text, where the ports keep apart`(
    rule: ReadDuringWrite
  ) throws {
    let circuit = try TwoClockMemory(rule, depth: 8, lanes: 2).elaborate()
    let engine = LockstepEngine(try NativeModel(circuit), try verilated(circuit.simplified()))
    let inputs = circuit.top.ports.indices.filter { circuit.top.ports[$0].driver == nil }
    var words: Set<UInt64> = []
    for stimulus in TwoClockMemory.stimuli(of: engine.interface, count: 2000, seed: 9) {
      for (index, value) in zip(inputs, stimulus.inputs) { engine.pin(at: index).store(value) }
      try engine.settle()
      words.insert(engine.pin("right_word")!.unsigned)
      try engine.step(clocks: stimulus.edges)
    }
    #expect(words.count > 250, "what one port writes the other one reads")
  }

  @Test func `Tools take several clocks without a word`() throws {
    let complaints = try ClockZoo().toolComplaints()
    #expect(complaints == "")
  }

  @Test func `Ports say in the interface to which clock they belong`() throws {
    let interface = try ClockZoo().elaborate().top.interface
    func clock(_ name: String) -> String? { interface.ports.first { $0.name == name }?.clock }
    #expect(clock("step") == "fast_clock")
    #expect(clock("slow") == "slow_clock")
    #expect(clock("off") == nil)
    #expect(try SystolicArray(size: 2).elaborate().top.interface.ports.allSatisfy { $0.clock == nil })
  }

  @Test func `A wave has every clock and the resets that are made inside`() throws {
    let path = ".build/several_clocks.vcd"
    let model = try NativeModel(try ClockZoo().elaborate())
    try model.startTrace(path: path)
    try model.reset()
    try model.run(cycles: 5)
    try model.stopTrace()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for name in ["fast_clock", "slow_clock", "falling_clock", "slow_reset_n", "active", "release_2"] {
      #expect(text.contains(" \(name) $end"), "\(name)")
    }
  }
}
