import Engine
import Foundation
import Netlist
import Synchronization
import Testing

@testable import Verilator

@Suite struct EngineFailureTests {
  @Test(arguments: Bench.Pair.allCases)
  func `The task finish ends the model and nothing else`(pair: Bench.Pair) throws {
    try expect(.finished(file: "rtl/failing.sv", line: 4), from: "$finish;", pair)
  }

  @Test(arguments: Bench.Pair.allCases)
  func `The task stop ends the model and nothing else`(pair: Bench.Pair) throws {
    try expect(.stopped(file: "rtl/failing.sv", line: 4, message: "$stop"), from: "$stop;", pair)
  }

  @Test(arguments: Bench.Pair.allCases)
  func `The task fatal ends the model with its message`(pair: Bench.Pair) throws {
    let message = "Assertion failed in TOP.failing: count is 3"
    try expect(
      .stopped(file: "rtl/failing.sv", line: 4, message: message), from: #"$fatal(1, "count is %0d", count);"#, pair)
  }

  @Test(arguments: Bench.Pair.allCases)
  func `A failed assertion ends the model with its message`(pair: Bench.Pair) throws {
    let message = "Assertion failed in TOP.failing: count is 3"
    try expect(
      .stopped(file: "rtl/failing.sv", line: 4, message: message),
      from: #"assert (count != 3) else $error("count is %0d", count);"#, pair)
  }

  /// Runs three cycles, lets the statement act, and checks the failure, the corpse and a fresh model.
  private func expect(_ failure: EngineFailure, from statement: String, _ pair: Bench.Pair) throws {
    let library = try pair.builder().library(for: Designs.failing(statement), profile: .debug)
    let bystander = try library.model(initialState: .zero)
    let model = try library.model(initialState: .zero)
    try model.run(cycles: 3)
    model.pin("go")?.unsigned = 1
    try model.settle()
    #expect(throws: failure) { try model.step() }
    #expect(model.cycle == 3)
    #expect(throws: EngineFailure.dead) { try model.settle() }
    #expect(throws: EngineFailure.dead) { try model.step() }
    #expect(throws: EngineFailure.dead) { try model.run(cycles: 1) }

    for other in [bystander, try library.model(initialState: .zero)] {
      try other.run(cycles: 9)
      try other.settle()
      #expect(other.pin("count")?.unsigned == 9)
    }
  }

  @Test(arguments: Bench.Pair.clang)
  func `A failure in a bulk run keeps the cycles before it`(pair: Bench.Pair) throws {
    let design = Designs.failing("; if (count == 41) $finish;")
    let model = try pair.builder().model(of: design, profile: .debug, initialState: .zero)
    #expect(throws: EngineFailure.finished(file: "rtl/failing.sv", line: 4)) { try model.run(cycles: 1000) }
    #expect(model.cycle == 41)
  }

  @Test(arguments: Bench.Pair.clang)
  func `A model may move to another thread, and fail there`(pair: Bench.Pair) throws {
    let design = Designs.failing(#"$fatal(1, "random %0d", $random);"#)
    nonisolated(unsafe) let model = try pair.builder().model(of: design, profile: .debug, initialState: .zero)
    let outcome = Mutex<EngineFailure?>(nil)
    let thread = Thread {
      do throws(EngineFailure) {
        try model.run(cycles: 2)
        model.pin("go")?.unsigned = 1
        try model.run(cycles: 2)
      } catch { outcome.withLock { $0 = error } }
    }
    thread.start()
    while !thread.isFinished { usleep(1000) }
    guard case .stopped("rtl/failing.sv", 4, let message) = outcome.withLock({ $0 }) else {
      Issue.record("no failure")
      return
    }
    #expect(message.hasPrefix("Assertion failed in TOP.failing: random "))
    #expect(throws: EngineFailure.dead) { try model.settle() }
  }

  @Test(arguments: Bench.Pair.clang)
  func `A loop that does not settle is found`(pair: Bench.Pair) throws {
    let design = ModelDesign(
      verilog: """
        module ring(input wire open, output wire around);
          wire back;
          assign back = open ? ~around : 1'b0;
          assign around = back;
        endmodule
        """,
      interface: ModuleInterface(
        name: "ring",
        ports: [
          PortShape(name: "open", direction: .input, width: 1), PortShape(name: "around", direction: .output, width: 1),
        ], clocks: []))
    let model = try pair.builder().model(of: design, profile: .debug)
    try model.settle()
    #expect(model.pin("around")?.unsigned == 0)
    model.pin("open")?.unsigned = 1
    #expect {
      try model.settle()
    } throws: { error in
      guard case .notConverging = error as? EngineFailure else { return false }
      return true
    }
    #expect(throws: EngineFailure.dead) { try model.settle() }
  }
}
