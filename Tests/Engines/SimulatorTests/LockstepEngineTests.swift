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
      m.when(io.step) { count.next <== count &+ 1 }
      io.count <== (wrongAt < 0 ? count : mux(count .== UInt(wrongAt), 99, count))
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

  /// Shows a word of five and a counter beside it.
  struct Store: Generator {
    var wrongAt = -1

    struct Ports {
      let address: Input<UInt>
      let word: Output<Bits>
      let count: Output<UInt>
    }
    var ports: Ports { Ports(address: .init(3), word: .init(7), count: .init(8)) }

    func build(_ io: Interior<Ports>, in m: Module) {
      let words = m.memory("words", Bits.self, width: 7, depth: 5)
      words.write(io.address.asBits.extended(to: 7), at: io.address, when: io.address .< 5)
      io.word <== words.read(at: io.address, when: m.constant(1, width: 1, as: Bits.self)[0])
      let count = m.register("count", UInt.self, width: 8, reset: 0)
      count.next <== count &+ 1
      io.count <== (wrongAt < 0 ? count : mux(count .== UInt(wrongAt), 99, count))
    }
  }

  @Test func `What differs because it is undefined is not compared, and all else is`() throws {
    func engine(_ wrongAt: Int, _ state: NativeModel.InitialState) throws -> NativeModel {
      try NativeModel(try Store(wrongAt: wrongAt).elaborate(), options: .init(initialState: state))
    }
    func run(_ wrongAt: Int, opposite: Bool) throws {
      let first = try engine(-1, .zero)
      let second = SameInterface(try engine(wrongAt, .random(seed: 5)), as: first)
      // The second engine reads ones past the last word, and words that were never written at random.
      let other = SameInterface(try engine(wrongAt, .ones), as: first)
      for model in [second, other] {
        let pair = LockstepEngine(first, model, opposite: opposite ? try engine(-1, .ones) : nil)
        try pair.reset()
        for cycle in 0..<60 {
          pair.pin("address")!.unsigned = UInt64((cycle * 5) % 8)
          try pair.run(cycles: 1)
        }
      }
    }
    try run(-1, opposite: true)
    #expect(throws: EngineFailure.self) { try run(-1, opposite: false) }
    #expect(throws: EngineFailure.self) { try run(20, opposite: true) }
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
  func stopTrace() throws(EngineFailure) { try engine.stopTrace() }
}
