import Engine
import HDL
import Netlist
import Testing

@testable import Simulator

@Suite struct LockstepEngineTests {
  /// Counts from 0, and goes wrong at some count unless that is negative.
  struct Odd: Generator {
    var wrongAt: Int

    struct Ports {
      let step: Input<Bit>
      let count: Output<UInt>
    }
    var ports: Ports { Ports(step: .init(), count: .init(8)) }

    func build(_ io: Interior<Ports>, in m: Module) {
      let count = m.register("count", UInt.self, width: 8, reset: 0)
      m.when(io.step) { count <== count.value &+ 1 }
      io.count <== (wrongAt < 0 ? count.value : mux(count.value .== UInt(wrongAt), 99, count.value))
    }
  }

  private func engine(_ wrongAt: Int) throws -> NativeModel {
    let circuit = try Odd(wrongAt: wrongAt).elaborate()
    return try NativeModel(circuit)
  }

  @Test func `Equal engines run on`() throws {
    let engine = LockstepEngine(try engine(-1), try engine(-1))
    try engine.reset()
    engine.pin("step")!.unsigned = 1
    try engine.run(cycles: 300)
    #expect(engine.cycle == 302)
    #expect(engine.second.pin("step")!.unsigned == 1)
  }

  @Test func `The first difference stops the run and names port, cycle and values`() throws {
    let (first, second) = (try engine(-1), try engine(20))
    let engine = LockstepEngine(first, SameInterface(second, as: first))
    try engine.reset()
    engine.pin("step")!.unsigned = 1
    #expect(throws: EngineFailure.enginesDiffer(port: "count", cycle: 22, first: "14", second: "63")) {
      try engine.run(cycles: 300)
    }
  }
}

/// An engine under the interface of another one: two generator values make modules of different names.
private final class SameInterface<E: Engine>: Engine {
  let engine: E
  let interface: ModuleInterface

  init(_ engine: E, as other: some Engine) {
    self.engine = engine
    interface = other.interface
  }

  var cycle: UInt64 { engine.cycle }
  func pin(at index: Int) -> Pin { engine.pin(at: index) }
  func resetPin(ofClock index: Int) -> Pin? { engine.resetPin(ofClock: index) }
  func settle() throws(EngineFailure) { try engine.settle() }
  func step(clocks: UInt64) throws(EngineFailure) { try engine.step(clocks: clocks) }
  func startTrace(path: String) throws(EngineFailure) { try engine.startTrace(path: path) }
  func stopTrace() { engine.stopTrace() }
}
