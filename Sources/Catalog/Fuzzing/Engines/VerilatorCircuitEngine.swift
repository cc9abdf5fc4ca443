import Engine
import Foundation
import Netlist
import Verilator

/// Verilator on the emitted text, all circuits of a batch in one model.
package struct VerilatorCircuitEngine: CircuitEngine {
  private let builder: ModelBuilder

  /// Builds models with `builder`, whose cache should be one of the fuzzer's own.
  package init(builder: ModelBuilder) { self.builder = builder }

  /// `verilator`
  package var name: String { "verilator" }
  /// Of Verilator.
  package var version: String { builder.toolchain.verilator.version }

  /// Builds one model of the batch and runs it.
  package func run(_ batch: CircuitBatch) throws -> [Trace] {
    let circuit = try batch.joined().simplified()
    var design = ModelDesign(circuit)
    design.macros["SYSTOLE_ASSERT"] = ""
    let model = try builder.model(of: design, profile: .debug, initialState: .zero)
    let ports = circuit.top.ports
    let inputs = ports.indices.filter { ports[$0].driver == nil }.map { model.pin(at: $0) }
    var outputs = ports.indices.filter { ports[$0].driver != nil }.map { model.pin(at: $0) }[...]
    let pins = batch.circuits.map { circuit in
      let count = circuit.circuit.top.ports.count { $0.driver != nil }
      defer { outputs = outputs.dropFirst(count) }
      return Array(outputs.prefix(count))
    }
    // An asynchronous reset is seen by its edge, so it is released first.
    try model.settle()
    var lines = batch.circuits.map { _ in [String]() }
    for (cycle, event) in batch.schedule.events.enumerated() {
      var next = 0
      for circuit in batch.circuits {
        for value in circuit.stimuli.rows[cycle] {
          inputs[next].store(value)
          next += 1
        }
      }
      for clock in 0..<3 { model.resetPin(ofClock: clock)?.unsigned = UInt64(event.held >> min(1, UInt8(clock)) & 1) }
      try model.settle()
      for (index, pins) in pins.enumerated() {
        lines[index].append(pins.map { $0.load().hexadecimal }.joined(separator: " "))
      }
      try model.step(clocks: UInt64(event.edges) | UInt64(event.edges & 2) << 1)
    }
    return lines.map { .lines($0) }
  }
}
