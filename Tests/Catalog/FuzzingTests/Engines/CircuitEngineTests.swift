import Netlist
import Testbench
import Testing

@testable import Fuzzing

@Suite struct CircuitEngineTests {
  /// The native engine, but a batch with a circuit of one output makes it fail.
  private struct Fragile: CircuitEngine {
    var name: String { "fragile" }
    var version: String { "" }

    func run(_ batch: CircuitBatch) throws -> [Trace] {
      if batch.circuits.contains(where: { $0.outputCount == 2 }) {
        throw CircuitEngineFailure(engine: name, message: "two outputs")
      }
      return NativeCircuitEngine().run(batch)
    }
  }

  private func circuits() throws -> [BatchCircuit] {
    try (0..<24).map {
      let seed = Seed(40).derived("circuit", index: $0)
      return try BatchCircuit(ProgramMaker.program(seed: seed), seed: seed, cycles: 8)
    }
  }

  @Test func `The circuits that make a batch fail are found, and the others run`() throws {
    let batch = CircuitBatch(try circuits(), cycles: 8)
    let traces = Fragile().isolatingFailures(batch)
    let sound = NativeCircuitEngine().run(batch)
    var failed = 0
    for (number, circuit) in batch.circuits.enumerated() {
      if circuit.outputCount == 2 {
        #expect(traces[number] == .failed("fragile: two outputs"))
        failed += 1
      } else {
        #expect(traces[number] == sound[number])
      }
    }
    #expect((1..<24).contains(failed))
  }

  @Test func `An interruption ends the search for the circuits that make a batch fail`() throws {
    let batch = CircuitBatch(try circuits(), cycles: 8)
    let traces = Fragile().isolatingFailures(batch, isInterrupted: { true })
    #expect(traces == batch.circuits.map { _ in .failed("fragile: two outputs") })
  }

  @Test func `A circuit sees the same clocks and inputs in every batch, and in a longer run`() throws {
    let all = try circuits()
    let alone = NativeCircuitEngine().run(CircuitBatch([all[5]], cycles: 8))
    #expect(NativeCircuitEngine().run(CircuitBatch(all, cycles: 8))[5] == alone[0])
    let seed = Seed(40).derived("circuit", index: 5)
    let long = try BatchCircuit(ProgramMaker.program(seed: seed), seed: seed, cycles: 30)
    guard case .lines(let longer) = NativeCircuitEngine().run(CircuitBatch([long], cycles: 30))[0],
      case .lines(let shorter) = alone[0]
    else {
      Issue.record("the native engine failed")
      return
    }
    #expect(Array(longer.prefix(8)) == shorter)
  }

  @Test func `Circuits in one module keep ports and clocks`() throws {
    let all = try circuits()
    let joined = try CircuitBatch(all, cycles: 8).joined()
    #expect(joined.top.instances.count == 24)
    #expect(joined.top.ports.count == all.reduce(0) { $0 + $1.circuit.top.ports.count })
    #expect(joined.top.clocks.map(\.clock) == ["main_clock", "side_clock", "side_falling_clock"])
  }
}

extension BatchCircuit {
  fileprivate var outputCount: Int { circuit.top.ports.count { $0.driver != nil } }
}
