import Engine
import HDL
import Netlist
import TestSupport
import Testing
import Verilator
import Verilog

@testable import Simulator

@Suite struct AssertionTests {
  @Test func `A failing assertion stops the model and names everything`() throws {
    let model = try NativeModel(GuardedCounters().elaborate())
    try model.reset()
    model.pin("steps_1")!.unsigned = 10
    model.pin("enable")!.unsigned = 1
    // The sum is checked before it is taken: 200 + 10 is too much in the 21st cycle after the reset.
    try model.run(cycles: 20)
    do {
      try model.run(cycles: 1)
      Issue.record("the assertion did not fail")
    } catch {
      guard case .assertion(let kind, let label, let instance, let cycle, let place, let message) = error else {
        throw error
      }
      #expect((kind, label, instance, cycle) == ("assert", "below_limit", "GuardedCounters.counter_1", 23))
      #expect(place.hasPrefix("TestSupport/Guarded.swift:"))
      #expect(message == "more than 200 % of \"full\"")
      #expect(
        error.description
          == "\(place): assert 'below_limit' of GuardedCounters.counter_1 failed at the end of cycle 23:"
          + " more than 200 % of \"full\"")
    }
    #expect(throws: EngineFailure.dead) { try model.step() }
    #expect(model.coverCounts == [.init(module: "GuardedCounter", label: "passes_hundred", count: 1)])
  }

  @Test func `Nothing is checked in reset, or where it is switched off`() throws {
    let circuit = try GuardedCounters().elaborate()
    let model = try NativeModel(circuit)
    model.pin("steps_0")!.unsigned = 15
    model.resetPin(ofClock: 0)!.unsigned = 1
    try model.run(cycles: 3)
    model.resetPin(ofClock: 0)!.unsigned = 0
    #expect(throws: EngineFailure.self) { try model.run(cycles: 1) }
    let free = try NativeModel(circuit, options: .init(checksAssertions: false))
    free.pin("steps_0")!.unsigned = 15
    try free.run(cycles: 30)
    #expect(free.coverCounts.isEmpty)
  }

  @Test func `Verilator stops at a failing assertion when the macro is there`() throws {
    var design = ModelDesign(try GuardedCounters().elaborate().simplified())
    func run(_ design: ModelDesign) throws -> Int {
      let model = try ModelBuilder(cache: ModelCache(folder: ".systole/test-cache")).model(
        of: design, profile: .debug, initialState: .zero)
      try model.reset()
      model.pin("steps_1")!.unsigned = 10
      model.pin("enable")!.unsigned = 1
      for cycle in 0..<30 {
        do {
          try model.settle()
          try model.step()
        } catch {
          guard case .assertion(_, let label, let instance, _, let place, _) = error else { throw error }
          #expect(label == "below_limit" && instance == "GuardedCounters.counter_1")
          #expect(place.hasPrefix("GuardedCounter.v:"))
          return cycle
        }
      }
      return 30
    }
    #expect(try run(design) == 30)
    design.macros["SYSTOLE_ASSERT"] = ""
    #expect(try run(design) == 20)
  }

  /// Offers an item for two cycles, changes it in the third, and has it taken in the next one.
  private func offer(to model: some Engine) throws -> Int {
    try model.reset()
    model.pin("input_valid")!.unsigned = 1
    for cycle in 0..<6 {
      model.pin("input_data")!.unsigned = cycle < 2 ? 7 : 8
      do {
        try model.settle()
        try model.step()
      } catch {
        switch error {
        case .assertion(_, let label, _, _, _, let message):
          #expect(label == "input_is_kept")
          #expect(message == "an item of 'input' was withdrawn or changed before it was taken")
        case .stopped(let file, _, _): #expect(file == "WatchedStream.v")
        default: throw error
        }
        return cycle
      }
    }
    return 6
  }

  @Test func `An item that is changed before it is taken stops both engines in the same cycle`() throws {
    let circuit = try WatchedStream().elaborate().simplified()
    #expect(try offer(to: try NativeModel(circuit)) == 2)
    #expect(try offer(to: try NativeModel(circuit, options: .init(checksAssertions: false))) == 6)
    var design = ModelDesign(circuit)
    let builder = try ModelBuilder(cache: ModelCache(folder: ".systole/test-cache"))
    #expect(try offer(to: try builder.model(of: design, profile: .debug, initialState: .zero)) == 6)
    design.macros["SYSTOLE_ASSERT"] = ""
    #expect(try offer(to: try builder.model(of: design, profile: .debug, initialState: .zero)) == 2)
  }
}
